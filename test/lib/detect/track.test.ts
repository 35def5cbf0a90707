import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readTrack, writeTrack } from '../../../lib/detect/track-bytes';
import { follow, newTrack, paceOf, remembers, smooth } from '../../../lib/detect/track';
import { SwatError } from '../../../lib/errors';

const PACE = paceOf({ smoothing: 0.3, baselineSamples: 720, baselineTravel: 2 });

describe('the track of an asset', () => {
  it('remembers nothing where neither is set, as of models that were saved before there was one', () => {
    const pace = paceOf({});
    const track = newTrack(3, pace);
    assert.equal(remembers(pace), false);
    assert.deepEqual([smooth(track, 7, pace), track.baseline.length], [7, 0]);
    for (const settings of [{ smoothing: 0.5 }, { baselineSamples: 2 }]) assert.ok(remembers(paceOf(settings)));
  });

  it('smooths the logarithm, beginning with the first score and anew after a pause', () => {
    const track = newTrack(1, PACE);
    assert.ok(Math.abs(smooth(track, 10, PACE) - 10) < 1e-12);
    const second = smooth(track, 1000, PACE);
    assert.ok(Math.abs(second - 10 ** (0.7 + 3 * 0.3)) < 1e-9, String(second));
    track.smoothed = Number.NaN;
    assert.ok(Math.abs(smooth(track, 5, PACE) - 5) < 1e-12);
    assert.ok(Number.isFinite(smooth(track, 0, PACE)));
  });

  it('forgets a high score sooner, where that is set', () => {
    const pace = paceOf({ smoothing: 0.3, smoothingFall: 0.6 });
    const track = newTrack(1, pace);
    for (const [score, log] of [
      [1, 0],
      [10, 0.3],
      [1, 0.12],
    ]) {
      assert.ok(Math.abs(Math.log10(smooth(track, score, pace)) - log) < 1e-12, String(score));
    }
  });

  it('moves its baseline by a share of the distance, at most as for three standard deviations', () => {
    const track = newTrack(3, PACE);
    follow(track, Float64Array.of(1, 40, -40), PACE, false);
    assert.deepEqual([...track.baseline].map((value) => Math.round(value * 720 * 1e9) / 1e9), [1, 3, -3]); // prettier-ignore
    assert.equal(track.windows, 1);
  });

  it('never moves while its detector is over the threshold, and not for bad data', () => {
    const track = newTrack(2, PACE);
    follow(track, Float64Array.of(9, 9), PACE, true);
    assert.deepEqual([...track.baseline], [0, 0]);
    follow(track, Float64Array.of(9, 9), PACE, false, new Set([1]));
    assert.ok(track.baseline[0] > 0 && track.baseline[1] === 0);
    const research = newTrack(1, PACE);
    follow(
      research,
      Float64Array.of(1),
      paceOf({ smoothing: 1, baselineSamples: 100, baselineTravel: 9 }, 1, 0.5),
      true,
    );
    assert.ok(Math.abs(research.baseline[0] - 0.005) < 1e-12);
  });

  it('keeps its bounds of speed and travel whatever comes (property)', () => {
    const z = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(z, fc.boolean()), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (steps, baselineSamples, baselineTravel, stride) => {
          const pace = paceOf({ smoothing: 1, baselineSamples, baselineTravel }, stride);
          const track = newTrack(4, pace);
          for (const [values, over] of steps) {
            const before = track.baseline.slice();
            follow(track, Float64Array.from(values), pace, over);
            track.baseline.forEach((value, i) => {
              assert.ok(Math.abs(value) <= baselineTravel);
              assert.ok(Math.abs(value - before[i]) <= (3 * stride) / baselineSamples + 1e-12);
              if (over) assert.equal(value, before[i]);
            });
          }
        },
      ),
    );
  });

  it('does with one step of a stride what as many steps of one do', () => {
    const settings = { smoothing: 0.2, baselineSamples: 50, baselineTravel: 30 };
    const [one, ten] = [paceOf(settings), paceOf(settings, 10)];
    const [slow, fast] = [newTrack(1, one), newTrack(1, ten)];
    for (const track of [slow, fast]) smooth(track, 1, one);
    for (let i = 0; i < 10; i++) {
      smooth(slow, 50, one);
      follow(slow, Float64Array.of(2), one, false);
    }
    smooth(fast, 50, ten);
    follow(fast, Float64Array.of(2), ten, false);
    assert.ok(Math.abs(slow.smoothed - fast.smoothed) < 1e-12);
    assert.ok(Math.abs(slow.baseline[0] - fast.baseline[0]) < 1e-12);
  });

  it('comes back from its bytes, only for the same version, and never from damaged ones (property)', () => {
    const track = newTrack(3, PACE);
    smooth(track, 4, PACE);
    follow(track, Float64Array.of(1, -2, 0.5), PACE, false);
    const bytes = writeTrack(track, 'v1');
    const back = newTrack(3, PACE);
    assert.equal(readTrack(bytes, 'v2', back), false);
    assert.deepEqual(back, newTrack(3, PACE));
    assert.equal(readTrack(bytes, 'v1', back), true);
    assert.deepEqual(back, track);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(
        () => readTrack(bytes.subarray(0, length), 'v1', newTrack(3, PACE)),
        (error) => error instanceof SwatError && error.code === 'snapshot-corrupt',
      );
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const wrong = bytes.slice();
        wrong[at] ^= change;
        const into = newTrack(3, PACE);
        try {
          readTrack(wrong, 'v1', into);
        } catch (error) {
          assert.ok(error instanceof SwatError && error.code === 'snapshot-corrupt', String(error));
        }
        assert.ok(into.baseline.every(Number.isFinite) && Math.abs(into.smoothed) !== Infinity);
      }),
    );
  });
});
