import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calibrate, quantileOf, ratioOf, TAILS } from '../../../lib/detect/calibration';
import { RATIO_KINDS } from '../../../lib/detect/detector';
import { seeded } from '../../../lib/kernels/random';

const score = fc.double({ min: 0, max: 1e30, noNaN: true });
const scores = fc.oneof(
  fc.array(score, { minLength: 1, maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 300 }),
);
const quantile = fc.double({ min: 0.5, max: 0.9999, noNaN: true });

/** Exponential scores of mean 1, whose every probability is known. */
function exponential(count: number): Float64Array {
  const random = seeded(9);
  return Float64Array.from({ length: count }, () => -Math.log(1 - random()));
}

describe('quantiles', () => {
  it('are those of numpy.quantile', () => {
    const sorted = [1, 2, 4, 8];
    assert.deepEqual(
      [0, 0.25, 0.5, 0.9, 1].map((probability) => quantileOf(sorted, probability)),
      [1, 1.75, 3, 6.800000000000001, 8],
    );
    assert.equal(quantileOf([5], 0.7), 5);
  });
});

describe('calibration', () => {
  it('finds threshold and tail of a known distribution', () => {
    const calibration = calibrate(exponential(50_000), 0.995);
    assert.ok(Math.abs(calibration.threshold - Math.log(200)) < 0.15);
    assert.ok(Math.abs(calibration.tailStart - Math.log(50)) < 0.06);
    assert.ok(Math.abs(calibration.tailScale - 1) < 0.06);
    assert.equal(calibration.samples, 50_000);
    // Of an exponential the log tail probability is the score itself.
    for (const times of [0.2, 0.5, 1, 2, 5]) {
      const ratio = ratioOf(calibration, 'calibrated', times * calibration.threshold);
      assert.ok(Math.abs(ratio - times) < 0.05 * Math.max(1, times), `${times}: ${ratio}`);
    }
  });

  it('puts the threshold at the quantile of the scores', () => {
    const list = exponential(2000);
    for (const probability of [0.98, 0.99, 0.995, 0.9999]) {
      assert.equal(calibrate(list, probability).threshold, quantileOf(list.toSorted(), probability));
    }
    // Below .98 the threshold is read from the body, which is kept in steps of one percent.
    assert.equal(calibrate(list, 0.9).threshold.toFixed(6), quantileOf(list.toSorted(), 0.9).toFixed(6));
  });

  it('gives ratios that are finite, not negative, rise with the score, and are 1 at the threshold, whatever the scores', () => {
    fc.assert(
      fc.property(
        scores,
        quantile,
        score,
        score,
        fc.constantFrom(...RATIO_KINDS),
        fc.constantFrom(...TAILS),
        (list, probability, a, b, kind, tail) => {
          const calibration = calibrate(list, probability, tail);
          assert.equal(ratioOf(calibration, kind, calibration.threshold), 1);
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => ratioOf(calibration, kind, value));
          assert.ok(low >= 0 && low <= high && Number.isFinite(high), `${low} ${high}`);
          assert.equal(ratioOf(calibration, kind, 0) >= 0, true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes a robust tail from the quartiles: known of a Gumbel distribution, and untouched by a disturbance', () => {
    const random = seeded(4);
    const list = Array.from({ length: 20_000 }, () => Math.exp(2 - 0.5 * Math.log(-Math.log(random()))));
    const calibration = calibrate(list, 0.995, 'robust');
    const { location, scale } = calibration.robust ?? { location: 0, scale: 0 };
    assert.ok(Math.abs(location - 2) < 0.02 && Math.abs(scale - 0.5) < 0.02, `${location} ${scale}`);
    const over = list.filter((value) => value > calibration.threshold).length / list.length;
    assert.ok(over > 0.003 && over < 0.007, String(over));
    const disturbed = list.map((value, index) => (index < 600 ? 1e6 : value));
    const robust = calibrate(disturbed, 0.995, 'robust').threshold / calibration.threshold;
    const observed = calibrate(disturbed, 0.995).threshold / calibrate(list, 0.995).threshold;
    assert.ok(robust < 1.25 && observed > 100, `${robust} ${observed}`);
  });

  it('has a ratio that is the log tail probability of a robust tail over that of the threshold, however far', () => {
    const calibration = calibrate(exponential(500), 0.995, 'robust');
    const { location, scale } = calibration.robust ?? { location: 0, scale: 0 };
    for (const away of [3, 5, 12, 35.9, 36.1, 200, 500]) {
      const ratio = ratioOf(calibration, 'calibrated', Math.exp(location + away * scale));
      assert.ok(Math.abs(ratio - away / -Math.log(0.005)) < 0.03, `${away}: ${ratio}`);
    }
    const back = JSON.parse(JSON.stringify(calibration)) as typeof calibration;
    assert.deepEqual(back, calibration);
  });

  it('has no steps: ratios of neighbouring scores are neighbours', () => {
    const calibration = calibrate(exponential(3000), 0.995);
    let before = 0;
    for (let value = 0; value < 12; value += 0.001) {
      const ratio = ratioOf(calibration, 'calibrated', value);
      assert.ok(ratio - before < 0.005, `at ${value}`);
      before = ratio;
    }
    assert.ok(before > 2);
  });

  it('has no cap, and survives JSON', () => {
    const calibration = calibrate(exponential(500), 0.995);
    const back = JSON.parse(JSON.stringify(calibration)) as typeof calibration;
    assert.equal(ratioOf(back, 'calibrated', 1e9), ratioOf(calibration, 'calibrated', 1e9));
    assert.ok(ratioOf(calibration, 'calibrated', 1e9) > 1e7);
    assert.ok(ratioOf(calibration, 'raw', 2 * calibration.threshold) === 2);
  });
});
