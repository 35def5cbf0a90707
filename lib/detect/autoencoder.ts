import type { Network } from '../kernels/dense';
import { createRowForward } from '../kernels/row-forward';
import type { WindowSchema } from '../stream/schema';
import { featuresByTag, rankTags } from './attribution';
import type { Detector } from './detector';
import { meanOfLargest } from './largest';
import { inUnits, standardise, type Scaler } from './scaler';

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
  const width = schema.features.length;
  const forward = createRowForward(model.network);
  const { input } = forward;
  const guilt = new Float64Array(width);
  const byTag = featuresByTag(schema);

  const measure = (
    features: ArrayLike<number>,
    ignored: ReadonlySet<number> | undefined,
    baseline: Float64Array | undefined,
  ): Float32Array => {
    standardise(scaler, features, 0, input, 0);
    if (baseline !== undefined) for (let i = 0; i < baseline.length; i++) input[i] -= baseline[i];
    ignored?.forEach((tag) => byTag[tag].forEach((index) => (input[index] = 0)));
    const output = forward.run();
    squaredResiduals(input, output, 0, residualScale, guilt);
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

/** ((z - y) / s)^2 of one row that starts at `start` in both `input` and `output`. */
export function squaredResiduals(
  input: Float32Array,
  output: Float32Array,
  start: number,
  scale: Float32Array,
  out: Float64Array,
): void {
  for (let i = 0; i < scale.length; i++) out[i] = ((input[start + i] - output[start + i]) / scale[i]) ** 2;
}
