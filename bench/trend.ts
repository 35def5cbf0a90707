import { mean } from './harness';

/** A straight line through points: least squares. */
export interface Trend {
  /** Units of y for one of x, and its standard error. */
  readonly slope: number;
  readonly error: number;
  /** The least that the slope is with a confidence of 99 %: above 0, what is seen is no noise. */
  readonly least: number;
}

/** One-sided 99 % quantiles of Student's t by degrees of freedom; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2. */
const STUDENT_99 = [
  31.821, 6.965, 4.541, 3.747, 3.365, 3.143, 2.998, 2.896, 2.821, 2.764, 2.718, 2.681, 2.65, 2.624, 2.602, 2.583, 2.567,
  2.552, 2.539, 2.528,
];
/** Of 30 degrees of freedom: beyond those above, and on the safe side of them. */
const BEYOND_99 = 2.457;

/**
 * The slope of a line through points and how sure it is, with independent errors of one spread.
 * @throws Error with fewer than three points
 */
export function trend(points: readonly { readonly x: number; readonly y: number }[]): Trend {
  const count = points.length;
  if (count < 3) throw new Error(`${count} points have no trend with an error`);
  const meanOf = (of: (point: { x: number; y: number }) => number): number => mean(points.map(of));
  const [x, y] = [meanOf((point) => point.x), meanOf((point) => point.y)];
  const along = count * meanOf((point) => (point.x - x) ** 2);
  const slope = (count * meanOf((point) => (point.x - x) * (point.y - y))) / along;
  const rest = count * meanOf((point) => (point.y - y - slope * (point.x - x)) ** 2);
  const error = Math.sqrt(rest / (count - 2) / along);
  const t = count - 3 < STUDENT_99.length ? STUDENT_99[count - 3] : BEYOND_99;
  return { slope, error, least: slope - t * error };
}

/** The first and the last third of a series, of three values or more. */
export function thirds(values: readonly number[]): {
  readonly early: readonly number[];
  readonly late: readonly number[];
} {
  const third = Math.max(1, Math.floor(values.length / 3));
  return { early: values.slice(0, third), late: values.slice(-third) };
}

/**
 * By how much the highest value of the last third is above the highest of the first. A slope is no proof alone: a rise on the
 * last days, and noise, both make its error greater.
 */
export function risen(values: readonly number[]): number {
  const { early, late } = thirds(values);
  return Math.max(...late) - Math.max(...early);
}

/** How many times the mean of the first third that of the last is. */
export function grownTimes(values: readonly number[]): number {
  const { early, late } = thirds(values);
  return mean(late) / mean(early);
}
