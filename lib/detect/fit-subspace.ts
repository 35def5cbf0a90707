import { symmetricEigen } from '../kernels/eigen';
import type { Moments } from '../kernels/moments';
import type { Subspace } from '../kernels/projection';

/** A variance below this share of the largest is rounding: nothing varies along there. */
const NOTHING = 1e-12;

/**
 * Mean and principal directions that explain a share of the variance: as few as reach it, at least one, and one less than
 * there are features, so that something is left that is not explained.
 */
export function fitSubspace(moments: Moments, share: number): { mean: Float64Array; subspace: Subspace } {
  const { width } = moments;
  const { mean, matrix } = moments.covariance();
  const { values, vectors } = symmetricEigen(matrix, width);
  const varies = values.map((value) => (value > NOTHING * values[0] ? value : 0));
  const total = varies.reduce((sum, value) => sum + value, 0);
  let count = 0;
  for (let sum = 0; count < width && sum < share * total && varies[count] > 0; count++) sum += varies[count];
  count = Math.min(count, Math.max(1, width - 1));
  return {
    mean,
    subspace: { width, directions: vectors.slice(0, count * width), variances: varies.slice(0, count) },
  };
}
