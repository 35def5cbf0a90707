import type { Calibration, RobustTail } from './artifact';
import type { RatioKind } from './detector';

// The body of the distribution is kept at 0, .01 … .98; an exponential describes what lies beyond.
const TAIL_FROM = 0.98;
const BODY_POINTS = 99;
// Equal scores are kept this far apart, relative to their size, so that probability is a function of the score.
const APART = 1e-9;

/**
 * The quantile of sorted values with linear interpolation between the order statistics at (n - 1) q: type 7 of
 * Hyndman and Fan 1996, the default of numpy and R.
 * @param sorted rising, at least one value
 */
export function quantileOf(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Of the standard Gumbel distribution: how far its quartiles are apart, and its median. */
const QUARTILES_APART = Math.log(Math.log(4) / Math.log(4 / 3));
const MEDIAN = -Math.log(Math.LN2);
/** Scores that are all alike still have a tail of this scale. */
const LEAST_SCALE = 1e-6;
/** Logarithms are taken of scores of at least this. */
const LEAST_SCORE = 1e-12;
/** Beyond so many scales, minus the logarithm of the tail probability is the distance itself. */
const FAR = 36;

/**
 * Which tail a threshold is taken from. `observed`: that of the scores themselves. `robust`: one that is placed by their
 * quartiles: a few hundred scores that follow each other closely cannot show a 99.5th percentile, and a disturbance among
 * them must not raise it.
 */
export const TAILS = ['robust', 'observed'] as const;
export type Tail = (typeof TAILS)[number];

/**
 * Describes the scores of normal operation. The threshold is their quantile (type 7); beyond the 98th percentile an
 * exponential tail is fitted by its mean excess, the maximum-likelihood estimate. With a robust tail, threshold and
 * probabilities are that one's.
 * @param scores out-of-fold scores, at least one, finite and not negative
 */
export function calibrate(scores: ArrayLike<number>, quantile: number, tail: Tail = 'observed'): Calibration {
  const observed = calibrateObserved(scores, quantile);
  if (tail === 'observed') return observed;
  const robust = robustTail(scores);
  const threshold = Math.exp(robust.location - Math.log(-Math.log(quantile)) * robust.scale);
  return { ...observed, threshold, robust };
}

function robustTail(scores: ArrayLike<number>): RobustTail {
  const logs = Float64Array.from(scores, (score) => Math.log(Math.max(score, LEAST_SCORE))).sort();
  const apart = quantileOf(logs, 0.75) - quantileOf(logs, 0.25);
  const scale = Math.max(apart / QUARTILES_APART, LEAST_SCALE);
  return { location: quantileOf(logs, 0.5) - MEDIAN * scale, scale };
}

function calibrateObserved(scores: ArrayLike<number>, quantile: number): Calibration {
  const sorted = Float64Array.from(scores).sort();
  const apart = APART * Math.max(sorted[sorted.length - 1], APART);
  const body: number[] = [];
  for (let i = 0; i < BODY_POINTS; i++) {
    const value = quantileOf(sorted, (i * TAIL_FROM) / (BODY_POINTS - 1));
    body.push(i === 0 ? value : Math.max(value, body[i - 1] + apart));
  }
  const tailStart = body[BODY_POINTS - 1];
  let excess = 0;
  let beyond = 0;
  for (let i = sorted.length - 1; i >= 0 && sorted[i] > tailStart; i--) {
    excess += sorted[i] - tailStart;
    beyond++;
  }
  return {
    quantile,
    threshold:
      quantile >= TAIL_FROM
        ? Math.max(quantileOf(sorted, quantile), tailStart)
        : quantileOf(body, quantile / TAIL_FROM),
    body,
    tailStart,
    tailScale: Math.max(beyond === 0 ? 0 : excess / beyond, apart),
    samples: sorted.length,
  };
}

/**
 * How far past the threshold a score is; 1 is at it. Never negative, rises with the score, has no cap.
 * `calibrated`: log tail probability of the score over that of the threshold. `raw`: score / threshold.
 */
export function ratioOf(calibration: Calibration, kind: RatioKind, score: number): number {
  const ratio =
    kind === 'raw'
      ? Math.max(score, 0) / calibration.threshold
      : logTail(calibration, score) / logTail(calibration, calibration.threshold);
  return Math.min(ratio, Number.MAX_VALUE);
}

/** Minus the natural logarithm of the probability that normal operation scores higher; continuous and rising. */
function logTail({ body, tailStart, tailScale, robust }: Calibration, score: number): number {
  if (robust !== undefined) return logRobust(robust, score);
  if (score >= tailStart) return (score - tailStart) / tailScale - Math.log1p(-TAIL_FROM);
  if (score <= body[0]) return 0;
  let low = 0;
  let high = body.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (body[middle] <= score) low = middle;
    else high = middle;
  }
  const share = (score - body[low]) / (body[high] - body[low]);
  return -Math.log1p((-TAIL_FROM * (low + share)) / (body.length - 1));
}

function logRobust({ location, scale }: RobustTail, score: number): number {
  const away = (Math.log(Math.max(score, LEAST_SCORE)) - location) / scale;
  return away > FAR ? away : -Math.log(-Math.expm1(-Math.exp(-away)));
}
