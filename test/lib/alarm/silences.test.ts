import assert from 'node:assert/strict';
import { labelsOf } from '../../../lib/alarm/notify/labels';
import { readMatchers } from '../../../lib/alarm/notify/matcher';
import { LONGEST_SILENCE_MS, MOST_SILENCES, Silences } from '../../../lib/alarm/silences';
import { SwatError } from '../../../lib/errors';
import { event } from './notify/alarms';

const of = (matchers: string, from: number, until: number): Parameters<Silences['add']>[0] => ({
  matchers: readMatchers(matchers),
  from,
  until,
  user: 'ann',
  comment: 'pump overhaul',
});
const labels = labelsOf(event());
const refused = (run: () => unknown, code: string, named?: string): void =>
  assert.throws(run, (error) => {
    assert.ok(error instanceof SwatError);
    assert.equal(error.code, code);
    if (named !== undefined) assert.match(String(error.details.known), new RegExp(named));
    return true;
  });

describe('silences', () => {
  it('hold from their beginning until just before their end, for what matches', () => {
    const silences = new Silences(() => undefined);
    const { id, user, comment } = silences.add(of('asset=a', 100, 200), 0);
    assert.deepEqual([user, comment], ['ann', 'pump overhaul']);
    for (const [now, expected] of [
      [99, undefined],
      [100, id],
      [199, id],
      [200, undefined],
    ] as const) {
      assert.equal(silences.silencing(labels, now)?.id, expected, String(now));
    }
    assert.equal(silences.silencing(labelsOf(event({ asset: 'b' })), 150), undefined);
  });

  it('end by themselves and by command, once, and say that they changed', () => {
    const changed: string[] = [];
    const silences = new Silences((id) => changed.push(id));
    const first = silences.add(of('asset=a', 0, 100), 0);
    const second = silences.add(of('asset=a', 0, 300), 0);
    assert.deepEqual(silences.expire(99), []);
    assert.deepEqual(silences.expire(100), [first]);
    assert.deepEqual(silences.expire(100), []);
    assert.equal(silences.silencing(labels, 150, first.id)?.id, second.id);
    assert.deepEqual(silences.remove(second.id), second);
    refused(() => silences.remove(second.id), 'silence-unknown', '^-$');
    assert.deepEqual(changed, [first.id, second.id, first.id, second.id]);
    assert.deepEqual(silences.list(), []);
  });

  it('are the same when they say the same', () => {
    const silences = new Silences(() => undefined);
    assert.equal(silences.add(of('asset=a', 0, 100), 0).id, silences.add(of('asset=a', 0, 100), 0).id);
    assert.equal(silences.list().length, 1);
    refused(() => silences.remove(''), 'silence-id', silences.list()[0].id);
  });

  it('are refused when they are over, end before they begin, or last too long', () => {
    const silences = new Silences(() => undefined);
    for (const [from, until] of [
      [0, 50],
      [200, 100],
      [0, 100 + LONGEST_SILENCE_MS + 1],
      [Number.NaN, 200],
      [0, Number.NaN],
      [0, Infinity],
    ]) {
      refused(() => silences.add(of('asset=a', from, until), 100), 'silence-time');
    }
    assert.ok(silences.add(of('asset=a', 0, 100 + LONGEST_SILENCE_MS), 100));
  });

  it('are at most a thousand', () => {
    const silences = new Silences(() => undefined);
    for (let i = 1; i <= MOST_SILENCES; i += 1) silences.add(of('asset=a', 0, i + 1), 0);
    refused(() => silences.add(of('asset=b', 0, 10), 0), 'silences-full');
    assert.equal(silences.expire(2).length, 1);
    assert.ok(silences.add(of('asset=b', 0, 10), 0));
  });

  it('are what they were after they were saved and taken back; what is none is refused', () => {
    const before = new Silences(() => undefined);
    const silence = before.add(of('asset~a*, level!=CRITICAL', 0, 100), 0);
    const saved = JSON.parse(JSON.stringify(before.get(silence.id))) as Record<string, unknown>;
    const after = new Silences(() => undefined);
    after.restore(silence.id, saved);
    assert.deepEqual(after.list(), before.list());
    assert.deepEqual(after.expire(100), [silence]);
    for (const wrong of [null, {}, ...Object.keys(saved).map((name) => ({ ...saved, [name]: null }))]) {
      refused(() => after.restore(silence.id, wrong), 'snapshot-corrupt');
    }
  });
});
