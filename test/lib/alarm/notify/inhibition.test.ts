import assert from 'node:assert/strict';
import { Inhibition, MOST_RULES, readInhibition } from '../../../../lib/alarm/notify/inhibition';
import { labelsOf, type Labels } from '../../../../lib/alarm/notify/labels';
import { SwatError } from '../../../../lib/errors';
import { event } from './alarms';

const of = (asset: string, more: Partial<Labels> = {}): Labels => ({ ...labelsOf(event({ asset })), ...more });
const communication = (asset: string): Labels => of(asset, { kind: 'communication' });
const critical = (asset: string): Labels => of(asset, { level: 'CRITICAL' });

describe('inhibition', () => {
  for (const [what, source, target, muted] of [
    ['a communication alarm mutes the process alarm of its asset', communication('a'), of('a'), true],
    ['also a worse one', communication('a'), critical('a'), true],
    ['and those below', communication('line-1'), critical('line-1/pump-3'), true],
    ['and their communication alarms', communication('line-1'), communication('line-1/pump-3'), true],
    ['not those of another asset', communication('a'), of('b'), false],
    ['not those above', communication('line-1/pump-3'), of('line-1'), false],
    ['nor those whose name only begins alike', communication('line-1'), of('line-10/pump-3'), false],
    ['an alarm mutes those below of the same level', of('line-1'), of('line-1/pump-3'), true],
    ['however deep', of('line-1'), of('line-1/skid/pump-3'), true],
    ['but not a worse one', of('line-1'), critical('line-1/pump-3'), false],
    ['a process alarm does not mute the communication alarm of its asset', of('a'), communication('a'), false],
  ] as const) {
    it(what, () => {
      const inhibition = new Inhibition([]);
      inhibition.put('source', source);
      assert.equal(inhibition.mutedBy('target', target), muted ? 'source' : undefined);
      inhibition.remove('source');
      assert.equal(inhibition.mutedBy('target', target), undefined);
    });
  }

  it('never mutes an alarm by itself', () => {
    const inhibition = new Inhibition(readInhibition('asset~* -> asset~*'));
    for (const labels of [of('a'), communication('b')]) {
      inhibition.put('own', labels);
      assert.equal(inhibition.mutedBy('own', labels), undefined);
      assert.equal(inhibition.mutedBy('other', labels), 'own');
    }
  });

  it('follows the rules of the settings, where the labels that are named are equal', () => {
    const inhibition = new Inhibition(readInhibition('\nstage=P1, level=CRITICAL -> stage=P2 : plant\n\n'));
    const p2 = of('a/x', { stage: 'P2' });
    inhibition.put('warning', of('a'));
    assert.equal(inhibition.mutedBy('t', { ...p2, asset: 'c', plant: 'a' }), undefined);
    inhibition.put('elsewhere', critical('b'));
    assert.equal(inhibition.mutedBy('t', { ...p2, asset: 'c', plant: 'a' }), undefined);
    inhibition.put('warning', critical('a'));
    assert.equal(inhibition.mutedBy('t', { ...p2, asset: 'c', plant: 'a' }), 'warning');
    inhibition.put('warning', of('a'));
    assert.equal(inhibition.mutedBy('t', { ...p2, asset: 'c', plant: 'a' }), undefined, 'no longer critical');
  });

  it('reads rules as people write them', () => {
    assert.deepEqual(readInhibition('stage=P1 -> stage~P* : plant, level'), [
      {
        source: [{ label: 'stage', op: '=', value: 'P1' }],
        target: [{ label: 'stage', op: '~', value: 'P*' }],
        equal: ['plant', 'level'],
      },
    ]);
    assert.deepEqual(readInhibition(' \n'), []);
    for (const [line, code] of [
      ['stage=P1', 'inhibit-wrong'],
      ['stage=P1 -> stage=P2 -> stage=P3', 'inhibit-wrong'],
      ['stage=P1 -> stage=P2 : tag', 'inhibit-wrong'],
      ['stage=P1 -> stage=P2 : plant : level', 'inhibit-wrong'],
      ['tag=P1 -> stage=P2', 'matcher-wrong'],
      ['-> stage=P2', 'inhibit-wrong'],
      ['stage=P1, level=WARN -> stage=P2', 'matcher-value'],
      ['stage=P1 -> stage=P2\n'.repeat(MOST_RULES + 1), 'inhibit-many'],
    ] as const) {
      assert.throws(
        () => readInhibition(line),
        (error) => error instanceof SwatError && error.code === code,
        line.slice(0, 40),
      );
    }
  });
});
