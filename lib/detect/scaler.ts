import { CLIP, standardise, type Scaler } from '../kernels/scaling';
import type { Statistic, WindowSchema } from '../stream/schema';
import type { Tensor } from './artifact';
import type { Dataset } from './dataset';

/** A feature whose spread is below this share of its tag's range did not vary. */
const CONSTANT = 1e-6;
/** Spread assumed of a feature that did not vary, as a share of its tag's range. */
const FLOOR = 0.02;

/** The range of a feature in units: the tag's range, and what it can change a sample for slopes. */
function rangeOf(schema: WindowSchema, index: number): number {
  const { tag, statistic, length } = schema.features[index];
  const range = schema.tags[tag].high - schema.tags[tag].low;
  return statistic === 'slope' ? range / Math.max(length - 1, 1) : range;
}

/**
 * Mean and standard deviation (population form) of the chosen rows, by two passes. A feature that did not vary gets a
 * spread of 2 % of its tag's range, so that a state never seen in training is far out, but finite.
 */
export function fitScaler(data: Dataset, choice: Uint32Array): Scaler & { constant: Uint8Array } {
  const width = data.schema.features.length;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const row of choice) {
    for (let i = 0, at = row * width; i < width; i++, at++) mean[i] += data.rows[at] / choice.length;
  }
  for (const row of choice) {
    for (let i = 0, at = row * width; i < width; i++, at++) square[i] += (data.rows[at] - mean[i]) ** 2;
  }
  const constant = new Uint8Array(width);
  const spread = Float32Array.from(square, (sum, i) => {
    const deviation = Math.sqrt(sum / choice.length);
    const range = rangeOf(data.schema, i);
    constant[i] = deviation <= CONSTANT * range ? 1 : 0;
    return constant[i] === 1 ? FLOOR * range : deviation;
  });
  return { mean: Float32Array.from(mean), spread, constant };
}

/** z-scores of one row, cut at ±50, in float64. @param start where the row starts in `features` */
export function zScores({ mean, spread }: Scaler, features: ArrayLike<number>, out: Float64Array, start = 0): void {
  for (let i = 0; i < mean.length; i++) {
    const z = (features[start + i] - mean[i]) / spread[i];
    out[i] = z > CLIP ? CLIP : z < -CLIP ? -CLIP : z;
  }
}

/** All rows of a data set, standardised. */
export function standardiseAll(scaler: Scaler, data: Dataset): Float32Array {
  const width = scaler.mean.length;
  const out = new Float32Array(data.count * width);
  for (let row = 0; row < data.count; row++) standardise(scaler, data.rows, row * width, out, row * width);
  return out;
}

/** A z-score back in units, held to what the feature can be of a plausible tag. */
export function inUnits({ mean, spread }: Scaler, schema: WindowSchema, index: number, z: number): number {
  const { low, high } = schema.tags[schema.features[index].tag];
  const [least, most] = plausible(schema.features[index].statistic, low, high, rangeOf(schema, index));
  return Math.min(Math.max(mean[index] + z * spread[index], least), most);
}

function plausible(statistic: Statistic, low: number, high: number, range: number): [number, number] {
  switch (statistic) {
    case 'mean':
    case 'min':
    case 'max':
    case 'first':
      return [low, high];
    case 'std':
      return [0, range / 2];
    case 'slope':
      return [-range, range];
  }
}

/** The scaler as tensors of an artifact. */
export function scalerTensors({ mean, spread }: Scaler): Record<string, Tensor> {
  return {
    'scaler.mean': { shape: [mean.length], data: mean },
    'scaler.spread': { shape: [spread.length], data: spread },
  };
}
