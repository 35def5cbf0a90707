import assert from 'node:assert/strict';
import { Deviation, furthest, rebase } from '../../../lib/detect/rebase';
import { follow, newTrack, paceOf } from '../../../lib/detect/track';
import { windowSchema } from '../../../lib/stream/schema';
import { TAGS } from './process';

const SCHEMA = windowSchema({ tags: TAGS }, [10]);
const WIDTH = SCHEMA.features.length;
const PACE = paceOf({ baselineSamples: 1000, baselineTravel: 5 });

describe('accepting a new normal', () => {
  it('moves the baseline of one tag to where it is now, within its travel, and no other', () => {
    const track = newTrack(WIDTH, PACE);
    track.baseline.fill(0.5);
    const deviation = new Deviation(WIDTH);
    for (let i = 0; i < 300; i++)
      deviation.take(
        Float64Array.from({ length: WIDTH }, (_, at) => (at === 6 ? 9 : -2)),
        true,
      );
    assert.equal(rebase(track, SCHEMA, 1, PACE, deviation), 5);
    const wanted = Float64Array.from({ length: WIDTH }, (_, at) => (at >= 5 && at < 10 ? (at === 6 ? 5 : -2) : 0.5));
    track.baseline.forEach((value, at) => assert.ok(Math.abs(value - wanted[at]) < 1e-9, `${at}: ${value}`));
    assert.deepEqual(furthest(track, SCHEMA, 1), [{ tag: 'FIT1', statistic: 'std', by: 5 }]);
    assert.equal(rebase(track, SCHEMA, 1, PACE), 5);
    assert.deepEqual([...track.baseline.subarray(5, 10)], [0, 0, 0, 0, 0]);
  });

  it('goes by what came since the detector went over its threshold after some calm', () => {
    const deviation = new Deviation(WIDTH);
    const all = (z: number): Float64Array => new Float64Array(WIDTH).fill(z);
    for (let i = 0; i < 1000; i++) deviation.take(all(0), i % 50 === 0);
    for (let i = 0; i < 59; i++) deviation.take(all(0), false);
    for (let i = 0; i < 100; i++) deviation.take(all(4), i % 2 === 0);
    assert.ok(Math.abs(deviation.z[0] - 4) < 1e-9);
    assert.equal(deviation.windows, 100);
  });

  it('moves nothing where no baseline is kept', () => {
    const none = paceOf({});
    assert.equal(rebase(newTrack(WIDTH, none), SCHEMA, 1, none), 0);
  });

  it('is the only thing that moves an armed detector that is over its threshold', () => {
    const track = newTrack(WIDTH, PACE);
    const z = new Float64Array(WIDTH).fill(4);
    for (let i = 0; i < 10_000; i++) follow(track, z, PACE, true);
    assert.ok(track.baseline.every((value) => value === 0));
    for (let i = 0; i < 10_000; i++) follow(track, z, PACE, false);
    assert.ok(track.baseline.every((value) => value > 0 && value <= 5));
  });
});
