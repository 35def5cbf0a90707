import type { Layout, Simd } from './simd';

/** z-scores beyond this are cut: one wild feature must be loud, but must not overflow a float32 sum of squares. */
export const CLIP = 50;

/** Mean and spread of every feature in training, in units, as float32: what is saved is what scores. */
export interface Scaler {
  readonly mean: Float32Array;
  readonly spread: Float32Array;
}

/** Brings rows to the scale of training. */
export interface Scaling {
  /** The row that was read last. */
  readonly row: Float32Array;
  /**
   * Reads the features of a row, one for each of the scaler, in units: z-scores, cut at ±50, as float32.
   * @param baseline is taken off, where there is one: as many numbers, or none
   */
  read(features: ArrayLike<number>, baseline?: Float64Array): void;
}

/** Scaling by a scaler as it is now, in TypeScript. @param row where rows go */
export function plainScaling(scaler: Scaler, row: Float32Array): Scaling {
  return {
    row,
    read(features, baseline) {
      standardise(scaler, features, 0, row, 0);
      if (baseline !== undefined) for (let i = 0; i < baseline.length; i++) row[i] -= baseline[i];
    },
  };
}

/**
 * Reserves what scaling in WebAssembly needs of a memory: the same to the bit.
 * @param row where rows go in it: room for whole groups of four float32
 */
export function planScaling(layout: Layout, { mean, spread }: Scaler, row: number): (simd: Simd) => Scaling {
  const width = mean.length;
  const groups = Math.ceil(width / 4);
  const numbers = (): number => layout.reserve(8 * 4 * groups);
  const places = { features: numbers(), mean: numbers(), spread: numbers(), baseline: numbers() };
  return ({ kernels, buffer }) => {
    const view = (at: number): Float64Array => new Float64Array(buffer, at, width);
    const [features, baseline] = [view(places.features), view(places.baseline)];
    view(places.mean).set(mean);
    // What fills the last group stays 0: 0 / 1.
    new Float64Array(buffer, places.spread, 4 * groups).fill(1).set(spread);
    let isMoved = false;
    return {
      row: new Float32Array(buffer, row, width),
      read(given, moved) {
        features.set(given);
        if (moved !== undefined && moved.length > 0) baseline.set(moved);
        else if (isMoved) baseline.fill(0);
        isMoved = moved !== undefined && moved.length > 0;
        const { features: from, mean: middle, spread: by, baseline: off } = places;
        kernels.standardise(from, middle, by, off, row, 16 * groups, CLIP);
      },
    };
  };
}

/**
 * Writes z-scores of one row, cut at ±50, as the float32 model input.
 * @param start where the row begins in `features`, and `outStart` in `out`
 */
export function standardise(
  { mean, spread }: Scaler,
  features: ArrayLike<number>,
  start: number,
  out: Float32Array,
  outStart: number,
): void {
  for (let i = 0; i < mean.length; i++) {
    const z = (features[start + i] - mean[i]) / spread[i];
    out[outStart + i] = z > CLIP ? CLIP : z < -CLIP ? -CLIP : z;
  }
}
