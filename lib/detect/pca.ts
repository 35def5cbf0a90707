import type { WindowSchema } from '../stream/schema';
import { featuresByTag, rankTags } from './attribution';
import type { Detector } from './detector';
import { fusedScore, logResidual, PcaResiduals, type PcaPart, type ViewScale } from './pca-residuals';
import { inUnits, zScores } from './scaler';
import type { Scaler } from '../kernels/scaling';

/** One PCA of a detector. */
export interface PcaView extends PcaPart, ViewScale {
  /** Residual of each of its features in normal operation, in standard deviations; never below the scale floor. */
  readonly scale: Float32Array;
}

/** Everything a PCA detector computes with. */
export interface PcaModel {
  readonly scaler: Scaler;
  readonly views: readonly PcaView[];
  readonly topK: number;
  /** The threshold's quantile of SPE and of T^2 in normal operation, out of fold. */
  readonly speLimit: number;
  readonly t2Limit: number;
}

/**
 * Scores windows by what principal components cannot reconstruct: the SPE or Q statistic (Jackson and Mudholkar 1979), by
 * feature on the scale of its usual residual. Raw samples are a PCA of their own (dynamic PCA, Ku, Storer and Georgakis
 * 1995). T^2 is told and decides nothing: it found nothing that the residuals had not.
 */
export function createPca(schema: WindowSchema, model: PcaModel): Detector {
  const { scaler, views, topK, speLimit, t2Limit } = model;
  const width = schema.features.length;
  const deviations = new Float64Array(width);
  const guilts = views.map(({ features }) => new Float64Array(features.length));
  const logs = new Float64Array(views.length);
  const residuals = new PcaResiduals(views);
  const byTag = featuresByTag(schema);
  const weights = weightsOf(views, width);

  const measure = (
    features: ArrayLike<number>,
    ignored: ReadonlySet<number> | undefined,
    baseline: Float64Array | undefined,
  ): void => {
    zScores(scaler, features, deviations);
    if (baseline !== undefined) for (let i = 0; i < baseline.length; i++) deviations[i] -= baseline[i];
    ignored?.forEach((tag) => byTag[tag].forEach((index) => (deviations[index] = 0)));
    residuals.measure(deviations);
    views.forEach(({ features: positions, scale }, view) => {
      const values = residuals.values[view];
      if (ignored !== undefined) {
        for (let i = 0; i < values.length; i++) if (ignored.has(schema.features[positions[i]].tag)) values[i] = 0;
      }
      logs[view] = logResidual(values, scale, topK, guilts[view]);
    });
  };

  return {
    kind: 'pca',
    schema,
    scaler,
    score(features, ignored, baseline) {
      measure(features, ignored, baseline);
      return fusedScore(logs, views);
    },
    explain(features, ignored, most = 5, baseline) {
      measure(features, ignored, baseline);
      const guilt = new Float64Array(width);
      const unexplained = new Float64Array(width);
      views.forEach(({ features: positions, weight }, view) => {
        positions.forEach((index, i) => {
          guilt[index] += weight * guilts[view][i];
          unexplained[index] += (weight * residuals.values[view][i]) / weights[index];
        });
      });
      const expected = (index: number): number =>
        inUnits(scaler, schema, index, deviations[index] - unexplained[index] + (baseline?.[index] ?? 0));
      return rankTags(schema, byTag, guilt, features, expected, most);
    },
    statistics: () => ({ spe: residuals.spe, speLimit, t2: residuals.t2, t2Limit }),
  };
}

/** Of each feature, the weights of the views that see it. */
function weightsOf(views: readonly PcaView[], width: number): Float64Array {
  const weights = new Float64Array(width);
  for (const { features, weight } of views) for (const index of features) weights[index] += weight;
  return weights;
}
