import type { Network } from '../kernels/dense';
import { createReconstruction } from '../kernels/reconstruction';
import type { Scaler } from '../kernels/scaling';
import type { WindowSchema } from '../stream/schema';
import { featuresByTag, rankTags } from './attribution';
import type { Detector } from './detector';
import { meanOfLargest } from './largest';
import { inUnits } from './scaler';

/** Everything an autoencoder detector computes with. */
export interface AutoencoderModel {
  readonly scaler: Scaler;
  readonly network: Network;
  /** Residual of each feature in normal operation, in standard deviations; never below the scale floor. */
  readonly residualScale: Float32Array;
  readonly topK: number;
}

/**
 * Scores windows by what a dense autoencoder cannot reconstruct. With the standardised features z, their
 * reconstruction y and the residual scale s, the score is the root mean square of the `topK` largest (z - y) / s:
 * it reads as sigmas of normal reconstruction error.
 */
export function createAutoencoder(schema: WindowSchema, model: AutoencoderModel): Detector {
  const { scaler, residualScale, topK } = model;
  const reconstruction = createReconstruction(scaler, model.network, residualScale);
  const { row, residuals: guilt } = reconstruction;
  const byTag = featuresByTag(schema);

  const measure = (
    features: ArrayLike<number>,
    ignored: ReadonlySet<number> | undefined,
    baseline: Float64Array | undefined,
  ): Float32Array => {
    reconstruction.read(features, baseline);
    ignored?.forEach((tag) => byTag[tag].forEach((index) => (row[index] = 0)));
    const output = reconstruction.run();
    ignored?.forEach((tag) => byTag[tag].forEach((index) => (guilt[index] = 0)));
    return output;
  };

  return {
    kind: 'autoencoder',
    schema,
    scaler,
    score(features, ignored, baseline) {
      measure(features, ignored, baseline);
      return Math.sqrt(meanOfLargest(guilt, topK));
    },
    explain(features, ignored, most = 5, baseline) {
      const output = measure(features, ignored, baseline);
      const expected = (index: number): number =>
        inUnits(scaler, schema, index, output[index] + (baseline?.[index] ?? 0));
      return rankTags(schema, byTag, guilt, features, expected, most);
    },
  };
}
