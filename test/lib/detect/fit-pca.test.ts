import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quantileOf } from '../../../lib/detect/calibration';
import { fitDetector } from '../../../lib/detect/fit';
import { componentsOf, cutSubspace } from '../../../lib/detect/fit-subspace';
import { foldMoments } from '../../../lib/detect/fold-moments';
import { blockedFolds, purgeGap } from '../../../lib/detect/folds';
import { meanOfLargest } from '../../../lib/detect/largest';
import { fusedScore, PcaResiduals, type PcaPart } from '../../../lib/detect/pca-residuals';
import { viewsOf } from '../../../lib/detect/pca-views';
import { ResidualScale } from '../../../lib/detect/residual-scale';
import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { Moments, MOMENT_ROWS } from '../../../lib/kernels/moments';
import { createProjection } from '../../../lib/kernels/projection';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { windowSchema } from '../../../lib/stream/schema';
import { simulate, TAGS, windowsOf } from './process';

const near = (a: number, b: number, within = 1e-9): void =>
  assert.ok(Math.abs(a - b) <= within * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

/** Rows of normal numbers that three causes drive, as arrays. */
function mixed(count: number, width: number, seed: number): Float64Array[] {
  const random = seeded(seed);
  const mix = Array.from({ length: width }, () => [gaussian(random), gaussian(random), gaussian(random)]);
  return Array.from({ length: count }, () => {
    const causes = [gaussian(random), gaussian(random), gaussian(random)];
    return Float64Array.from(mix, (weights) =>
      weights.reduce((sum, w, i) => sum + w * causes[i], 0.1 * gaussian(random)),
    );
  });
}

function momentsOf(rows: readonly Float64Array[]): Moments {
  const width = rows[0].length;
  const moments = new Moments(width);
  for (let first = 0; first < rows.length; first += MOMENT_ROWS) {
    const some = rows.slice(first, first + MOMENT_ROWS);
    const columns = new Float64Array(width * MOMENT_ROWS);
    some.forEach((row, r) => row.forEach((value, i) => (columns[i * MOMENT_ROWS + r] = value)));
    moments.add(columns, some.length);
  }
  return moments;
}

describe('the pieces that a PCA is fitted of', () => {
  it('sums give mean and covariance as two passes do, at any width (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 150 }),
        fc.integer(),
        (width, count, seed) => {
          const rows = mixed(count, width, seed);
          const { mean, matrix } = momentsOf(rows).covariance();
          for (let i = 0; i < width; i++) {
            near(mean[i], rows.reduce((sum, row) => sum + row[i], 0) / count);
            for (let j = 0; j <= i; j++) {
              const covariance = rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / count;
              near(matrix[i * width + j], covariance);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('what a fold leaves is what is left when its block and the gap are taken out', () => {
    const rows = mixed(300, 6, 5);
    const data = { ...windowsOf(simulate(400, 1), 10, 1), count: 300 };
    const folds = blockedFolds(300, 4, purgeGap(data));
    const features = Int32Array.of(4, 1, 3);
    const moments = foldMoments(data, folds, features, (row) => rows[row], () => undefined); // prettier-ignore
    folds.forEach(({ fit }, fold) => {
      const direct = momentsOf([...fit].map((row) => Float64Array.from(features, (index) => rows[row][index])));
      const left = moments.left(fold);
      assert.equal(left.count, direct.count);
      left.sum.forEach((value, i) => near(value, direct.sum[i], 1e-8));
      for (let i = 0; i < 3; i++) for (let j = 0; j <= i; j++) near(left.products[i * 3 + j], direct.products[i * 3 + j], 1e-8); // prettier-ignore
    });
  });

  it('as few directions are kept as explain the share; the residual has nothing along them', () => {
    const rows = mixed(500, 8, 7);
    const components = componentsOf(momentsOf(rows));
    const three = cutSubspace(components, 0.95).subspace;
    assert.equal(three.variances.length, 3, 'three causes');
    assert.equal(cutSubspace(components, 0.9999).subspace.variances.length, 7, 'something is always left');
    const projection = createProjection(three);
    const residual = projection.values;
    residual.set(rows[0]);
    const t2 = projection.run();
    let expected = 0;
    for (let k = 0; k < 3; k++) {
      const along = three.directions.subarray(k * 8, (k + 1) * 8);
      const dot = (x: Float64Array) => x.reduce((sum, value, i) => sum + value * along[i], 0);
      near(dot(residual), 0, 1e-9);
      expected += dot(rows[0]) ** 2 / three.variances[k];
    }
    near(t2, expected);
  });

  it('a view that goes on from another one has the residual that it would have by itself', () => {
    const components = componentsOf(momentsOf(mixed(400, 9, 3)));
    const features = Int32Array.from({ length: 9 }, (_, index) => index);
    const part = (share: number): PcaPart => ({ features, ...cutSubspace(components, share) });
    const [few, many] = [part(0.5), part(0.999)];
    const [both, alone] = [new PcaResiduals([few, many]), new PcaResiduals([many])];
    for (const row of mixed(20, 9, 8)) {
      both.measure(row);
      alone.measure(row);
      alone.values[0].forEach((value, i) => near(both.values[1][i], value));
      assert.ok(both.t2 > alone.t2 && both.spe > alone.spe, 'the sums are over both');
    }
  });

  it('the usual residual is the root mean square, the tail or the floor, whichever is largest (property)', () => {
    const list = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 400 });
    const tail = fc.constantFrom(0.5, 0.9, 0.95, 0.995, 0.9999);
    fc.assert(
      fc.property(list, tail, fc.double({ min: 0.01, max: 5, noNaN: true }), (residuals, quantile, floor) => {
        const scale = new ResidualScale(1, residuals.length, quantile);
        for (const residual of residuals) scale.add(Float64Array.of(residual));
        const rms = Math.sqrt(residuals.reduce((sum, value) => sum + value * value, 0) / residuals.length);
        const far = quantileOf(Float64Array.from(residuals, Math.abs).sort(), quantile) / 2.8;
        near(scale.scales(floor)[0], Math.max(floor, rms, quantile > 0.9 ? far : 0), 1e-6);
      }),
    );
  });

  it('one view scores as an autoencoder would; several by where each stands in its own normal range', () => {
    near(fusedScore([Math.log(9)], [{ centre: 1, spread: 0.5, weight: 2 }]), 3);
    const views = [
      { centre: 0, spread: 1, weight: 1 },
      { centre: 4, spread: 2, weight: 3 },
    ];
    near(fusedScore([0, 4], views), Math.exp(3 / 2));
    near(Math.log(fusedScore([1, 4], views)) - 1.5, (0.25 * 1.75) / 2);
    assert.ok(fusedScore([0, 5], views) > fusedScore([0, 4], views));
    near(meanOfLargest(Float64Array.of(1, 9, 3, 7), 2), 8);
  });

  it('looks at what the windows have', () => {
    const sizes = (lags: number, views: 'several' | 'separate' | 'together') =>
      viewsOf(windowSchema({ tags: TAGS }, [10], lags), { views, variance: 0.95 }).map(({ features, variance, weight }) =>
        [features.length, Number(variance.toFixed(6)), weight],
      ); // prettier-ignore
    assert.deepEqual(sizes(4, 'several'), [[30, 0.95, 0.5], [30, 0.97, 0.5], [24, 0.95, 1], [6, 0.8, 0.25]]); // prettier-ignore
    assert.deepEqual(sizes(0, 'several'), [[30, 0.95, 0.5], [30, 0.97, 0.5]]); // prettier-ignore
    assert.deepEqual(sizes(4, 'separate'), [[30, 0.95, 1], [24, 0.95, 1]]); // prettier-ignore
    assert.deepEqual(sizes(4, 'together'), [[54, 0.95, 1]]);
  });

  it('never changes the data set, and gives an out-of-fold score for each of its rows', () => {
    const data = windowsOf(simulate(3000, 1), 10, 5, TAGS, 2);
    const before = data.rows.slice();
    const hooks = { progress: () => undefined, cancelled: () => false };
    const { outOfFold, report } = fitDetector('pca', data, DEFAULT_SETTINGS.pca, hooks);
    assert.deepEqual(data.rows, before);
    assert.equal(outOfFold.length, data.count);
    assert.ok(outOfFold.every((score) => Number.isFinite(score) && score > 0));
    assert.equal(report.calibrationSamples, data.count);
  });
});
