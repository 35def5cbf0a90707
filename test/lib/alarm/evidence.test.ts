import assert from 'node:assert/strict';
import { EvidenceKeeper } from '../../../lib/alarm/evidence';
import type { Finding, Level } from '../../../lib/alarm/verdict';
import { SWAT } from '../../../lib/plant/swat';
import { registerSchema, windowSchema } from '../../../lib/stream/schema';

const schema = registerSchema(windowSchema({ tags: SWAT.tags.slice(0, 2) }, [10, 60], 1));
const [first, second] = schema.tags.map(({ name }) => name);
const window = (end: number): object => ({
  start: end - 9000,
  end,
  schema: schema.id,
  features: schema.features.map((_, index) => end + index),
});
const verdict = (level: Level, finding: Finding = level === 'NONE' ? 'normal' : 'anomaly', asset = 'a') => ({ asset, level, finding }); // prettier-ignore
const numbers = (end: number, from: number): number[] => [0, 1, 2, 3, 4].map((index) => end + from + index);
const shown = (end: number): object => ({ start: end - 9000, end, tags: { [first]: numbers(end, 0), [second]: numbers(end, 5) } }); // prettier-ignore

describe('the evidence of a change of level', () => {
  it('is the last normal window before it, and the one that brought it about', () => {
    const keeper = new EvidenceKeeper();
    assert.equal(keeper.take(window(1000), verdict('NONE'), 'NONE'), undefined);
    assert.equal(keeper.take(window(2000), verdict('NONE'), 'NONE'), undefined);
    // An anomaly that has not lasted yet, and a window that cannot be judged, are not normal.
    keeper.take(window(3000), verdict('NONE', 'anomaly'), 'NONE');
    keeper.take(window(4000), verdict('NONE', 'bad-data'), 'NONE');
    assert.deepEqual(keeper.take(window(5000), verdict('WARNING'), 'NONE'), { before: shown(2000), now: shown(5000) });
    assert.equal(keeper.take(window(6000), verdict('WARNING'), 'WARNING'), undefined);
    assert.deepEqual(keeper.take(window(7000), verdict('CRITICAL'), 'WARNING'), { before: shown(2000), now: shown(7000) }); // prettier-ignore
    assert.deepEqual(keeper.take(window(8000), verdict('NONE'), 'CRITICAL'), { after: shown(8000) });
  });

  it('is kept by asset and forgotten on reset', () => {
    const keeper = new EvidenceKeeper();
    keeper.take(window(1000), verdict('NONE'), 'NONE');
    assert.deepEqual(keeper.take(window(2000), verdict('INFO', 'anomaly', 'b'), 'NONE'), { now: shown(2000) });
    keeper.reset('a');
    assert.deepEqual(keeper.take(window(3000), verdict('INFO'), 'NONE'), { now: shown(3000) });
  });

  it('leaves tags without a number out, and is none where the window is none of a known schema', () => {
    const keeper = new EvidenceKeeper();
    const features = schema.features.map((_, index) => (index === 7 ? null : index));
    const evidence = keeper.take({ ...window(1000), features }, verdict('INFO'), 'NONE');
    assert.deepEqual(Object.keys(evidence?.now?.tags ?? {}), [first]);
    for (const wrong of [undefined, 'x', { ...window(1), schema: 'unknown' }, { ...window(1), features: [1, 2] }])
      assert.equal(keeper.take(wrong, verdict('INFO'), 'NONE'), undefined);
  });

  it('does not follow changes that are made to the message afterwards', () => {
    const keeper = new EvidenceKeeper();
    const message = window(1000) as { features: number[] };
    keeper.take(message, verdict('NONE'), 'NONE');
    message.features.fill(0);
    assert.deepEqual(keeper.take(window(2000), verdict('INFO'), 'NONE')?.before, shown(1000));
  });
});
