import { project, type Subspace } from '../kernels/projection';
import type { WindowSchema } from '../stream/schema';
import { featuresByTag, rankTags } from './attribution';
import type { Detector } from './detector';
import { meanOfLargest } from './largest';
import { inUnits, zScores, type Scaler } from './scaler';

/** One PCA, of a part of the features. */
export interface PcaView {
  /** Positions of its features in the schema. */
  readonly features: Int32Array;
  /** Mean z-score of each of them in training: almost 0. */
  readonly mean: Float64Array;
  readonly subspace: Subspace;
  /** Median and spread of the view's log residual in normal operation, out of fold. */
  readonly centre: number;
  readonly spread: number;
}

/** Everything a PCA detector computes with. */
export interface PcaModel {
  readonly scaler: Scaler;
  readonly views: readonly PcaView[];
  /** Residual of each feature in normal operation, in standard deviations; never below the scale floor. */
  readonly residualScale: Float32Array;
  readonly topK: number;
  /** The threshold's quantile of SPE and of T^2 in normal operation, out of fold. */
  readonly speLimit: number;
  readonly t2Limit: number;
}

/** The least mean square residual that a logarithm is taken of. */
const LEAST = 1e-12;

/** Residuals of a window: what each PCA cannot explain. */
export interface Residuals {
  /** Of each feature, in standard deviations. */
  readonly values: Float64Array;
  /** Squared prediction error: the sum of all squared residuals. */
  spe: number;
  /** Hotelling's T^2: how far the window lies out within what the PCAs do explain. */
  t2: number;
}

/** What makes residuals of deviations from normal. */
export function createResiduals(width: number, views: readonly Pick<PcaView, 'features' | 'mean' | 'subspace'>[]) {
  const residuals: Residuals = { values: new Float64Array(width), spe: 0, t2: 0 };
  const parts = views.map(({ features }) => new Float64Array(features.length));
  return (deviations: Float64Array): Residuals => {
    residuals.spe = 0;
    residuals.t2 = 0;
    views.forEach(({ features, mean, subspace }, view) => {
      const part = parts[view];
      for (let i = 0; i < part.length; i++) part[i] = deviations[features[i]] - mean[i];
      residuals.t2 += project(subspace, part);
      for (let i = 0; i < part.length; i++) {
        residuals.values[features[i]] = part[i];
        residuals.spe += part[i] * part[i];
      }
    });
    return residuals;
  };
}

/** Logarithm of the mean of the `topK` largest squared scaled residuals of a view's features. */
export function logResidual(features: Int32Array, guilt: Float64Array, topK: number, part: Float64Array): number {
  for (let i = 0; i < part.length; i++) part[i] = guilt[features[i]];
  return Math.log(Math.max(meanOfLargest(part, topK), LEAST));
}

/**
 * One score of the views' log residuals: each by its own median and spread in normal operation, their mean back on the scale
 * of a residual. With one view it is the root mean square of its largest scaled residuals, as an autoencoder's score.
 */
export function fusedScore(logs: ArrayLike<number>, views: readonly Pick<PcaView, 'centre' | 'spread'>[]): number {
  let [standard, centre, spread] = [0, 0, 0];
  views.forEach((view, index) => {
    standard += (logs[index] - view.centre) / view.spread;
    centre += view.centre;
    spread += view.spread;
  });
  const count = views.length;
  return Math.exp(((standard / count) * (spread / count) + centre / count) / 2);
}

/**
 * Scores windows by what principal components cannot reconstruct: the SPE or Q statistic (Jackson and Mudholkar 1979), by
 * feature on the scale of its usual residual. Raw samples are a PCA of their own (dynamic PCA, Ku, Storer and Georgakis
 * 1995). T^2 is told and decides nothing: it found nothing that the residuals had not.
 */
export function createPca(schema: WindowSchema, model: PcaModel): Detector {
  const { scaler, views, residualScale, topK, speLimit, t2Limit } = model;
  const width = schema.features.length;
  const deviations = new Float64Array(width);
  const guilt = new Float64Array(width);
  const parts = views.map(({ features }) => new Float64Array(features.length));
  const logs = new Float64Array(views.length);
  const residualsOf = createResiduals(width, views);
  const byTag = featuresByTag(schema);
  let last: Readonly<Pick<Residuals, 'spe' | 't2'>> = { spe: 0, t2: 0 };

  const measure = (
    features: ArrayLike<number>,
    ignored: ReadonlySet<number> | undefined,
    baseline: Float64Array | undefined,
  ): Residuals => {
    zScores(scaler, features, deviations);
    if (baseline !== undefined) for (let i = 0; i < baseline.length; i++) deviations[i] -= baseline[i];
    ignored?.forEach((tag) => byTag[tag].forEach((index) => (deviations[index] = 0)));
    const residuals = residualsOf(deviations);
    for (let i = 0; i < width; i++) guilt[i] = (residuals.values[i] / residualScale[i]) ** 2;
    ignored?.forEach((tag) => byTag[tag].forEach((index) => (guilt[index] = 0)));
    last = residuals;
    return residuals;
  };

  return {
    kind: 'pca',
    schema,
    scaler,
    score(features, ignored, baseline) {
      measure(features, ignored, baseline);
      views.forEach((view, index) => (logs[index] = logResidual(view.features, guilt, topK, parts[index])));
      return fusedScore(logs, views);
    },
    explain(features, ignored, most = 5, baseline) {
      const { values } = measure(features, ignored, baseline);
      const expected = (index: number): number =>
        inUnits(scaler, schema, index, deviations[index] - values[index] + (baseline?.[index] ?? 0));
      return rankTags(schema, byTag, guilt, features, expected, most);
    },
    statistics: () => ({ spe: last.spe, speLimit, t2: last.t2, t2Limit }),
  };
}
