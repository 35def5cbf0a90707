import type { Statistic, WindowSchema } from '../stream/schema';

/** Names under which detectors put their result into `msg.scores`. */
export const DETECTOR_KINDS = ['autoencoder', 'iforest'] as const;
export type DetectorKind = (typeof DETECTOR_KINDS)[number];

/** `calibrated`: log tail probability of the score over that of the threshold. `raw`: score / threshold. */
export const RATIO_KINDS = ['calibrated', 'raw'] as const;
export type RatioKind = (typeof RATIO_KINDS)[number];

/** One tag to blame: its most telling feature, and what it should have been. */
export interface Contribution {
  tag: string;
  stage: string;
  feature: Statistic;
  /** Share of the whole deviation that this tag carries, 0 … 1. */
  share: number;
  /** The feature as seen, and as the model expects it of normal operation, in `unit`. */
  seen: number;
  expected: number;
  unit: string;
  /** Of an actuator, {@link seen} and {@link expected} as states of the dictionary: both, or neither. */
  seenState?: string;
  expectedState?: string;
}

/** What a detector node puts at `msg.scores.<detector>`. */
export interface DetectorScore {
  /** Raw score, high means anomalous. 0 while not ready. */
  score: number;
  threshold: number;
  /** How far past the threshold; 1 is at it. 0 while not ready. */
  ratio: number;
  ratioKind: RatioKind;
  /** False while there is no model, or the window's data cannot be scored. */
  ready: boolean;
  /** Version of the model that scored, or an empty string. */
  model: string;
  /** The top five tags, only at ratio >= 1. */
  contributions?: Contribution[];
}

/** A trained model that scores windows. Pure: the same features give the same score. */
export interface Detector {
  readonly kind: DetectorKind;
  readonly schema: WindowSchema;
  /**
   * Raw score of one window.
   * @param features in the order of {@link schema}, in units; every one finite
   * @param ignored positions (in `schema.tags`) of tags whose data is bad: they take no part
   */
  score(features: ArrayLike<number>, ignored?: ReadonlySet<number>): number;
  /** The tags to blame for the score of this window, most guilty first, at most `most` (default 5). */
  explain(features: ArrayLike<number>, ignored?: ReadonlySet<number>, most?: number): Contribution[];
}
