import { quantileOf } from '../../detect/calibration';
import { seeded } from '../../kernels/random';

/** Where a figure lies if other recordings of the same kind had been made. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How often is drawn, and from which seed: the same interval at every run. */
export interface Drawing {
  readonly draws: number;
  readonly seed: number;
}

/**
 * The percentile bootstrap's 95 % interval of a figure: in every group its parts are drawn with replacement, as many as there
 * are. `undefined` where a group has fewer than two parts: one recording says nothing of others.
 */
export function bootstrap<T>(
  groups: readonly (readonly T[])[],
  figure: (drawn: readonly (readonly T[])[]) => number,
  { draws, seed }: Drawing,
): Interval | undefined {
  if (groups.some((parts) => parts.length < 2)) return undefined;
  const random = seeded(seed);
  const figures = Float64Array.from({ length: draws }, () =>
    figure(groups.map((parts) => parts.map(() => parts[Math.floor(random() * parts.length)]))),
  ).sort();
  return { low: quantileOf(figures, 0.025), high: quantileOf(figures, 0.975) };
}
