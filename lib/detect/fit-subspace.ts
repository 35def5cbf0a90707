import { symmetricEigen, type Eigen } from '../kernels/eigen';
import type { Moments } from '../kernels/moments';
import type { Subspace } from '../kernels/projection';

/** A variance below this share of the largest is rounding: nothing varies along there. */
const NOTHING = 1e-12;

/** Mean and all principal directions of rows. */
export interface Components {
  readonly mean: Float64Array;
  readonly eigen: Eigen;
}

export function componentsOf(moments: Moments): Components {
  const { mean, matrix } = moments.covariance();
  return { mean, eigen: symmetricEigen(matrix, moments.width) };
}

/**
 * The first principal directions, which explain a share of the variance: as few as reach it, at least one, and one less than
 * there are features, so that something is left that is not explained.
 */
export function cutSubspace({ mean, eigen }: Components, share: number): { mean: Float64Array; subspace: Subspace } {
  const width = mean.length;
  const { values, vectors } = eigen;
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
