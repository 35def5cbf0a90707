import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expectedAlarms, poissonUpper, USUAL_PERSISTENCE } from '../../../lib/detect/expected-alarms';

const seconds = (count: number): number[] => Array.from({ length: count }, (_, second) => second * 1000);
const held = (ratios: readonly number[], stride = 1) => ({
  ratios,
  times: seconds(ratios.length).map((time) => time * stride),
  stride,
});

describe('expected false alarms', () => {
  // qchisq(0.95, 2 * (k + 1)) / 2 of R 4.2.
  for (const [count, bound] of [
    [0, 2.995732],
    [1, 4.743865],
    [2, 6.295794],
    [5, 10.51303],
    [10, 16.96222],
    [100, 118.0796],
  ] as const) {
    it(`of ${count} seen, at most ${bound} with 95 %`, () => assert.ok(Math.abs(poissonUpper(count) - bound) < 1e-3));
  }

  it('of none seen in T days are at most 3 / T a day', () => {
    const { days, perDay, upperPerDay, alarms } = expectedAlarms(held(new Array<number>(20 * 1440).fill(0.5), 60));
    assert.deepEqual([days, perDay, alarms], [20, 0, []]);
    assert.ok(Math.abs(upperPerDay! * days - 2.9957) < 1e-3);
  });

  it('are not bounded by less than twelve days', () => {
    for (const minutes of [0, 336, 12 * 1440 - 1])
      assert.equal(expectedAlarms(held(new Array<number>(minutes).fill(0.5), 60)).upperPerDay, null);
    assert.notEqual(expectedAlarms(held(new Array<number>(12 * 1440).fill(0.5), 60)).upperPerDay, null);
  });

  it('are bounded further off where the same number comes in bunches', () => {
    const alarmsAt = (minutes: readonly number[]) => {
      const ratios = new Array<number>(20 * 1440).fill(0.5);
      for (const minute of minutes) ratios[minute] = 2;
      return expectedAlarms(held(ratios, 60));
    };
    const even = alarmsAt(Array.from({ length: 20 }, (_, day) => day * 1440 + 700));
    const bunched = alarmsAt(Array.from({ length: 20 }, (_, i) => 5 * 1440 + 30 * i));
    assert.deepEqual([even.alarms.length, bunched.alarms.length], [20, 20]);
    assert.ok(Math.abs(even.upperPerDay! * 20 - poissonUpper(20)) < 1e-9);
    // All in one of twenty days: variance over mean is 20, so they count as one.
    assert.ok(Math.abs(bunched.upperPerDay! * 20 - 20 * poissonUpper(1)) < 1e-9);
  });

  it('counts what holds 8 of 10 windows at 1.5, and joins what is not apart by the off-delay', () => {
    const ratios = new Array<number>(600).fill(0.2);
    ratios.fill(2, 100, 107);
    assert.equal(expectedAlarms(held(ratios)).alarms.length, 0);
    ratios.fill(1.6, 100, 108);
    ratios[104] = 3;
    assert.deepEqual(expectedAlarms(held(ratios)).alarms, [{ from: 100, to: 107, peak: 104 }]);
    ratios.fill(1.6, 120, 130);
    assert.equal(expectedAlarms(held(ratios)).alarms.length, 1);
    ratios.fill(1.6, 400, 410);
    assert.equal(expectedAlarms(held(ratios)).alarms.length, 2);
    ratios.fill(1.4, 400, 410);
    assert.equal(expectedAlarms(held(ratios)).alarms.length, 1);
  });

  it('takes a row for as many windows as the training stride', () => {
    const ratios = new Array<number>(600).fill(0.2);
    ratios[50] = 2;
    assert.equal(expectedAlarms(held(ratios, 10)).alarms.length, 1);
    assert.equal(expectedAlarms(held(ratios, 5)).alarms.length, 0);
    ratios[51] = 2;
    assert.equal(expectedAlarms(held(ratios, 5)).alarms.length, 1);
  });

  it('never joins two assets, or what lies on both sides of a pause', () => {
    const ratios = new Array<number>(20).fill(2);
    const times = [...seconds(10), ...seconds(10)];
    assert.equal(expectedAlarms({ ratios, times, stride: 1 }).alarms.length, 2);
    const later = [...seconds(10), ...seconds(10).map((time) => time + 3_600_000)];
    assert.equal(expectedAlarms({ ratios, times: later, stride: 1 }).alarms.length, 2);
  });

  it('has alarms that follow one another, each within its rows and with its peak', () => {
    const ratio = fc.oneof(fc.constant(0.5), fc.constant(2), fc.double({ min: 0, max: 5, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(ratio, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        (ratios, stride) => {
          let before = -1;
          const { alarms, upperPerDay } = expectedAlarms(held(ratios, stride));
          for (const { from, to, peak } of alarms) {
            assert.ok(from > before && from <= peak && to >= from);
            assert.ok(ratios[from] >= USUAL_PERSISTENCE.ratio && ratios[peak] >= ratios[from]);
            before = to;
          }
          assert.equal(upperPerDay, null);
        },
      ),
    );
  });
});
