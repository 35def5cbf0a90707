import assert from 'node:assert/strict';
import fc from 'fast-check';
import { labelsOf, parentsOf } from '../../../../lib/alarm/notify/labels';
import { matches, matchesGlob, matchersText, matching, readMatchers } from '../../../../lib/alarm/notify/matcher';
import { MatcherIndex } from '../../../../lib/alarm/notify/matcher-index';
import { SwatError } from '../../../../lib/errors';
import { event } from './alarms';

const refused = (run: () => unknown, code: string): void =>
  assert.throws(run, (error) => error instanceof SwatError && error.code === code);

describe('labels of an alarm', () => {
  it('are its asset, plant, stage, level, priority and kind', () => {
    assert.deepEqual(labelsOf(event({ asset: 'line-1/skid/pump-3', level: 'CRITICAL' })), {
      asset: 'line-1/skid/pump-3',
      plant: 'line-1',
      stage: 'P1',
      level: 'CRITICAL',
      priority: 'high',
      kind: 'process',
    });
    assert.equal(labelsOf(event({ firstOut: null })).stage, '');
  });

  it('know the assets that an asset is part of, the nearest first', () => {
    assert.deepEqual(parentsOf('a/b/c'), ['a/b', 'a']);
    assert.deepEqual([parentsOf('a'), parentsOf('/a'), parentsOf('a/')], [[], [], ['a']]);
  });
});

describe('matchers', () => {
  const labels = labelsOf(event({ asset: 'line-1/pump-3' }));

  for (const [text, expected] of [
    ['asset=line-1/pump-3', true],
    ['asset=line-1', false],
    ['asset!=line-1', true],
    ['asset~line-1/*', true],
    ['asset~*pump*', true],
    ['asset~*', true],
    ['asset~line-1', false],
    ['asset~line-1/pump-3*', true],
    ['asset ~ line-1/*, level != CRITICAL', true],
    ['asset~line-1/*, level=CRITICAL', false],
    ['stage=P1, kind=process, plant=line-1, priority=medium', true],
    ['asset~line.1/pump-3', false],
  ] as const) {
    it(`${text} is ${String(expected)}`, () => {
      assert.equal(matches(readMatchers(text), labels), expected);
    });
  }

  it('are read from a list too, and written as they are read', () => {
    const list = [{ label: 'asset', op: '~', value: 'line-1/*' }];
    assert.deepEqual(readMatchers(list), list);
    assert.equal(matchersText(readMatchers(' asset ~line-1/* ,level!=CRITICAL ')), 'asset~line-1/*, level!=CRITICAL');
  });

  for (const [code, wrong] of [
    ['matcher-missing', ''],
    ['matcher-missing', []],
    ['matcher-missing', null],
    ['matcher-wrong', 'asset'],
    ['matcher-wrong', 'tag=LIT101'],
    ['matcher-wrong', 'asset>3'],
    ['matcher-wrong', 7],
    ['matcher-wrong', [{ label: 'asset', op: '=~', value: '.*' }]],
    ['matcher-empty', 'asset~'],
    ['matcher-empty', 'level=WARNING, plant='],
    ['matcher-value', 'level=WARN'],
    ['matcher-value', 'level!=warning'],
    ['matcher-value', 'priority~urgent*'],
    ['matcher-value', [{ label: 'kind', op: '=', value: '' }]],
  ] as const) {
    it(`refuse ${JSON.stringify(wrong)} as ${code}`, () => refused(() => readMatchers(wrong), code));
  }

  it('repeat what was written when it is wrong', () => {
    assert.throws(
      () => readMatchers('asset=a, tag=LIT101'),
      (error) => error instanceof SwatError && error.details.given === ' tag=LIT101',
    );
  });

  it('take an empty stage, which a communication alarm has, and part of what a label can be', () => {
    assert.equal(readMatchers('stage=, level~W*, level!=CRITICAL').length, 3);
  });

  it('are taken back as they were saved, also those that would be refused today', () => {
    const saved = [{ label: 'asset', op: '~', value: '' }];
    assert.deepEqual(readMatchers(saved, true), saved);
    refused(() => readMatchers([{ label: 'tag', op: '=', value: 'a' }], true), 'matcher-wrong');
  });

  it('refuse more than ten, and a value that is no text or too long', () => {
    refused(() => readMatchers(Array(11).fill('asset=a')), 'matcher-wrong');
    refused(() => readMatchers([{ label: 'asset', op: '=', value: 3 }]), 'matcher-wrong');
    refused(() => readMatchers([{ label: 'asset', op: '=', value: 'x'.repeat(257) }]), 'matcher-wrong');
  });

  it('take a pattern as a regular expression of which only * means anything does', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(part, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (pattern, given) => {
        assert.equal(matchesGlob(pattern, given), new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(given));
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.string(), (given) => given.includes('*') || matchesGlob(given, given)));
  });
});

describe('an index of matchers', () => {
  const text = fc.constantFrom('a', 'a/1', 'a/1/x', 'b', '', 'P1', 'WARNING', '__proto__');
  const one = fc.record({
    label: fc.constantFrom('asset' as const, 'plant' as const, 'stage' as const, 'level' as const),
    op: fc.constantFrom('=' as const, '!=' as const, '~' as const),
    value: fc.oneof(text, fc.constantFrom('*', 'a*', '*1', 'a*x', '**', 'a/*/*')),
  });
  const labels = fc.record({ asset: text, plant: text, stage: text, level: text, priority: text, kind: text });

  it('finds what going through all would find first, whatever came and went before', () => {
    const step = fc.record({ name: fc.integer({ min: 0, max: 9 }), matchers: fc.array(one, { minLength: 1, maxLength: 3 }), gone: fc.boolean() }); // prettier-ignore
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), labels, fc.integer({ min: 0, max: 9 }), (steps, asked, but) => {
        const index = new MatcherIndex<number>();
        const all = new Map<number, (typeof steps)[number]>();
        for (const each of steps) {
          if (each.gone) {
            index.delete(String(each.name));
            all.delete(each.name);
          } else {
            index.set(String(each.name), each.name, each.matchers);
            all.set(each.name, each);
          }
        }
        const first = [...all.values()].find(({ name, matchers }) => name !== but && matches(matchers, asked));
        assert.equal(
          index.find(asked, (name) => name !== but),
          first?.name,
        );
        for (const { matchers } of all.values()) assert.equal(matching(matchers)(asked), matches(matchers, asked));
      }),
    );
  });
});
