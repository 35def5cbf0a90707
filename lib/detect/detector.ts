import type { Statistic, WindowSchema } from '../stream/schema';
import type { Scaler } from '../kernels/scaling';

/** Names under which detectors put their result into `msg.scores`. */
export const DETECTOR_KINDS = ['autoencoder', 'iforest', 'pca'] as const;
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
  /**
   * The lowest and the highest level that the model expects of the tag within the window, in `unit`, whatever {@link feature} is
   * told. Missing where the model expects only what cannot be.
   */
  expectedRange?: readonly [low: number, high: number];
  /** Of an actuator, {@link seen} and {@link expected} as states of the dictionary: both, or neither. */
  seenState?: string;
  expectedState?: string;
}

/** The two statistics of a PCA, and the quantile of each that the threshold is of scores. Only SPE decides. */
export interface PcaStatistics {
  /** Squared prediction error (Q): what the components cannot explain, in squared standard deviations. */
  spe: number;
  speLimit: number;
  /** Hotelling's T^2: how unusual is what they do explain. */
  t2: number;
  t2Limit: number;
}

/** What a detector node puts at `msg.scores.<detector>`. */
export interface DetectorScore extends Partial<PcaStatistics> {
  /** Raw score, smoothed where that is set; high means anomalous. 0 while not ready. */
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
  /** Why it is not ready, where that is as it should be: its operating mode is muted. */
  reason?: 'muted';
  mode?: string;
}

/** A trained model that scores windows. Pure: the same features give the same score. */
export interface Detector {
  readonly kind: DetectorKind;
  readonly schema: WindowSchema;
  readonly scaler: Scaler;
  /**
   * Raw score of one window.
   * @param features in the order of {@link schema}, in units; every one finite
   * @param ignored positions (in `schema.tags`) of tags whose data is bad: they take no part
   * @param baseline of each feature, how far normal has moved since training, in standard deviations; may be empty
   */
  score(features: ArrayLike<number>, ignored?: ReadonlySet<number>, baseline?: Float64Array): number;
  /** The tags to blame for the score of this window, most guilty first, at most `most` (default 5). */
  explain(
    features: ArrayLike<number>,
    ignored?: ReadonlySet<number>,
    most?: number,
    baseline?: Float64Array,
  ): Contribution[];
  /** Only of a PCA: its statistics of the window that was looked at last. */
  statistics?(): PcaStatistics;
}
