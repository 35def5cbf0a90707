import type { FollowSettings } from './settings';

/** What a detector remembers of one asset from window to window. */
export interface Track {
  /** Smoothed natural logarithm of the score; NaN before the first window, and after a pause. */
  smoothed: number;
  /** Windows that were followed. */
  windows: number;
  /** Of each feature, how far normal has moved since training, in standard deviations; empty where none is kept. */
  readonly baseline: Float64Array;
}

/** How fast a track follows, from one window to the next. */
export interface TrackPace {
  /** Share of a new score in the smoothed one. */
  readonly smoothing: number;
  /** The same while the score falls. */
  readonly fall: number;
  /** Share of a feature's distance from the baseline that the baseline makes up for; 0 where none is kept. */
  readonly rate: number;
  readonly travel: number;
  /** Share of that rate while the detector is over its threshold. */
  readonly leak: number;
}

/** A baseline moves as if a feature were at most so many standard deviations away: a bound of its speed. */
const STEP = 3;
/** Logarithms are taken of scores of at least this. */
const LEAST_SCORE = 1e-12;

/**
 * The pace of windows that are `stride` samples apart: what `stride` windows would have done in steps of one.
 * @param leak 0 in the product: a detector that is over its threshold learns nothing of what it sees
 */
export function paceOf(settings: Partial<FollowSettings>, stride = 1, leak = 0): TrackPace {
  const { smoothing = 1, smoothingFall = 0, baselineSamples = 0, baselineTravel = 0 } = settings;
  const after = (share: number): number => (stride === 1 ? share : 1 - (1 - share) ** stride);
  return {
    smoothing: after(smoothing),
    fall: after(smoothingFall > 0 ? smoothingFall : smoothing),
    rate: baselineSamples > 0 ? after(1 / Math.max(baselineSamples, 1)) : 0,
    travel: baselineTravel,
    leak,
  };
}

/** Whether anything is remembered at this pace. */
export function remembers({ smoothing, rate }: TrackPace): boolean {
  return smoothing < 1 || rate > 0;
}

/** A track that has seen nothing, of windows with so many features. */
export function newTrack(features: number, { rate }: TrackPace): Track {
  return { smoothed: Number.NaN, windows: 0, baseline: new Float64Array(rate > 0 ? features : 0) };
}

/** The same track once more, to go on with apart from the first. */
export function copyOf({ smoothed, windows, baseline }: Readonly<Track>): Track {
  return { smoothed, windows, baseline: Float64Array.from(baseline) };
}

/** Exponential smoothing of the logarithm of the score (Roberts 1959); gives the smoothed score. */
export function smooth(track: Track, score: number, { smoothing, fall }: TrackPace): number {
  if (smoothing >= 1) return score;
  const log = Math.log(Math.max(score, LEAST_SCORE));
  const before = track.smoothed;
  const share = log < before ? fall : smoothing;
  track.smoothed = Number.isNaN(before) ? log : share * log + (1 - share) * before;
  return Math.exp(track.smoothed);
}

/**
 * Moves the baseline towards a window: each feature by `rate` of its distance, as if that were at most three standard
 * deviations, and never further from training than `travel`.
 * @param z the window's z-scores
 * @param over whether the detector is over its threshold: then only `leak` of the rate
 * @param still positions of features whose baseline stays: their data is bad
 */
export function follow(
  track: Track,
  z: Float64Array,
  pace: TrackPace,
  over: boolean,
  still?: ReadonlySet<number>,
): void {
  const { baseline } = track;
  const rate = over ? pace.rate * pace.leak : pace.rate;
  track.windows += 1;
  if (rate === 0) return;
  for (let i = 0; i < baseline.length; i++) {
    if (still?.has(i) === true) continue;
    const away = z[i] - baseline[i];
    const moved = baseline[i] + rate * (away > STEP ? STEP : away < -STEP ? -STEP : away);
    baseline[i] = moved > pace.travel ? pace.travel : moved < -pace.travel ? -pace.travel : moved;
  }
}
