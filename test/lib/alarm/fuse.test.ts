import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FOREST_ALONE, fuse, FUSION_METHODS, type FusionSettings } from '../../../lib/alarm/fuse';
import type { Scores } from '../../../lib/alarm/scores';
import type { DetectorScore } from '../../../lib/detect/detector';
import { SwatError } from '../../../lib/errors';

const settings = (more: Partial<FusionSettings> = {}): FusionSettings => ({
  method: 'maximum',
  weights: { autoencoder: 1, iforest: 0.5, pca: 1 },
  n: 1,
  minGood: 0.5,
  ...more,
});
const score = (ratio: number, more: Partial<DetectorScore> = {}): DetectorScore => ({
  score: ratio,
  threshold: 1,
  ratio,
  ratioKind: 'calibrated',
  ready: true,
  model: 'm',
  ...more,
});
const both = (autoencoder: number, iforest: number): Scores => ({
  autoencoder: score(autoencoder),
  iforest: score(iforest),
});

describe('fuse', () => {
  for (const [name, scores, more, finding, ratio] of [
    ['takes the highest', both(1.2, 1.8), {}, 'anomaly', 1.8],
    ['takes the weighted mean', both(1.5, 0.6), { method: 'weighted-mean' }, 'anomaly', 1.2],
    ['takes the lowest of all-of', both(1.2, 0.6), { method: 'all-of' }, 'normal', 0.6],
    ['takes the second of 2-of', both(1.2, 1.1), { method: 'n-of', n: 2 }, 'anomaly', 1.1],
    ['takes all there are of n-of', { autoencoder: score(1.2) }, { method: 'n-of', n: 2 }, 'anomaly', 1.2],
    [
      'leaves out weight 0',
      both(1.2, 9),
      { method: 'weighted-mean', weights: { autoencoder: 1, iforest: 0, pca: 1 } },
      'anomaly',
      1.2,
    ],
    ['holds a forest alone below 1', { iforest: score(7) }, {}, 'normal', FOREST_ALONE],
    ['holds a forest below 1 beside a calm autoencoder', both(0.99, 7), {}, 'normal', FOREST_ALONE],
    ['lets a forest lift what the autoencoder found', both(1, 7), {}, 'anomaly', 7],
    [
      'leaves out what is not ready',
      { autoencoder: score(9, { ready: false }), iforest: score(0.2) },
      {},
      'normal',
      0.2,
    ],
    ['says so when none is ready', { autoencoder: score(9, { ready: false }) }, {}, 'not-ready', 0],
    ['never makes an anomaly of no detector', {}, {}, 'not-ready', 0],
    ['takes a ratio of exactly 1 for an anomaly', both(1, 0), {}, 'anomaly', 1],
  ] as const) {
    it(name, () => {
      const fused = fuse(scores, 1, settings(more));
      assert.equal(fused.finding, finding);
      assert.ok(Math.abs(fused.ratio - ratio) < 1e-12, `${fused.ratio}`);
    });
  }

  it('calls a window with too little good data bad data, however high the ratio', () => {
    assert.deepEqual(fuse(both(9, 9), 0.49, settings()), { finding: 'bad-data', ratio: 0 });
    assert.equal(fuse(both(9, 9), 0.5, settings()).finding, 'anomaly');
  });

  it('refuses to fuse different scales, but only of detectors that are ready', () => {
    const raw = score(1, { ratioKind: 'raw' });
    assert.throws(
      () => fuse({ autoencoder: score(1), iforest: raw }, 1, settings()),
      (error) => error instanceof SwatError && error.code === 'ratio-kinds-mixed',
    );
    assert.equal(fuse({ autoencoder: score(1), iforest: { ...raw, ready: false } }, 1, settings()).finding, 'anomaly');
  });

  const ratios = fc.double({ min: 0, max: 1e6, noNaN: true });
  const methods = fc.constantFrom(...FUSION_METHODS);

  it('stays between the lowest and the highest ratio, and rises when a ratio rises', () => {
    fc.assert(
      fc.property(ratios, ratios, ratios, methods, fc.integer({ min: 1, max: 2 }), (a, b, more, method, n) => {
        const at = (x: number, y: number): number => fuse(both(x, y), 1, settings({ method, n })).ratio;
        const ratio = at(a, b);
        assert.ok(ratio <= Math.max(a, b) * (1 + 1e-9));
        assert.ok(ratio >= Math.min(a, b, FOREST_ALONE) * (1 - 1e-9));
        assert.ok(at(a + more, b) >= ratio * (1 - 1e-9));
        assert.ok(at(a, b + more) >= ratio * (1 - 1e-9));
      }),
    );
  });

  it('lets either of autoencoder and PCA alarm alone, and a forest lift it', () => {
    assert.deepEqual(fuse({ pca: score(1.2) }, 1, settings()), { finding: 'anomaly', ratio: 1.2 });
    assert.deepEqual(fuse({ ...both(0.5, 3), pca: score(1.2) }, 1, settings()), { finding: 'anomaly', ratio: 3 });
    assert.deepEqual(fuse({ ...both(1.4, 0), pca: score(0.2) }, 1, settings()), { finding: 'anomaly', ratio: 1.4 });
    const alone = fuse({ iforest: score(9), pca: score(0.9) }, 1, settings());
    assert.deepEqual(alone, { finding: 'normal', ratio: FOREST_ALONE });
  });

  it('never makes an anomaly while the autoencoder is below its threshold', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999999, noNaN: true }), ratios, methods, (a, b, method) => {
        assert.equal(fuse(both(a, b), 1, settings({ method })).finding, 'normal');
      }),
    );
  });
});
