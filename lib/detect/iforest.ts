import type { Forest } from '../kernels/forest';
import { createScaledForest } from '../kernels/forest-walk';
import type { Scaler } from '../kernels/scaling';
import type { WindowSchema } from '../stream/schema';
import { featuresByTag, rankTags } from './attribution';
import type { Detector } from './detector';
import { inUnits } from './scaler';

/** Everything an isolation forest detector computes with. */
export interface ForestModel {
  /** The forest sees standardised features: its scores do not depend on units, its thresholds fit float32. */
  readonly scaler: Scaler;
  readonly forest: Forest;
  /** Credit each feature earns on average in normal operation; what a window earns beyond it is held against it. */
  readonly usualCredit: Float32Array;
}

/**
 * Scores windows by how few random splits set them apart from normal ones (Liu, Ting and Zhou 2008). Features of
 * ignored tags stand at their training mean. A tag is blamed for the credit that its features' splits earned in
 * shortening the window's paths, beyond what they usually earn; expected is the training mean.
 */
export function createIsolationForest(schema: WindowSchema, model: ForestModel): Detector {
  const { scaler, forest, usualCredit } = model;
  const walk = createScaledForest(scaler, forest);
  const { row } = walk;
  const credit = new Float64Array(schema.features.length);
  const byTag = featuresByTag(schema);

  const read = (
    features: ArrayLike<number>,
    ignored: ReadonlySet<number> | undefined,
    baseline: Float64Array | undefined,
  ) => {
    walk.read(features, baseline);
    ignored?.forEach((tag) => byTag[tag].forEach((index) => (row[index] = 0)));
  };

  return {
    kind: 'iforest',
    schema,
    scaler,
    score(features, ignored, baseline) {
      read(features, ignored, baseline);
      return walk.score();
    },
    explain(features, ignored, most = 5, baseline) {
      read(features, ignored, baseline);
      walk.credit(credit.fill(0));
      for (let i = 0; i < credit.length; i++) credit[i] = Math.max(credit[i] - usualCredit[i], 0);
      ignored?.forEach((tag) => byTag[tag].forEach((index) => (credit[index] = 0)));
      const expected = (index: number): number => inUnits(scaler, schema, index, baseline?.[index] ?? 0);
      return rankTags(schema, byTag, credit, features, expected, most);
    },
  };
}
