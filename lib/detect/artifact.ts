import type { WindowSchema } from '../stream/schema';
import type { DetectorKind } from './detector';

/** Numbers of a model by name; `data.length` is the product of `shape`. Always float32: what is saved is what scores. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * The tail of an extreme-value distribution (Gumbel 1935) of the logarithm of scores that follow each other closely, placed
 * by their quartiles: 1 - exp(-exp(-(log score - location) / scale)) of normal scores are higher.
 */
export interface RobustTail {
  readonly location: number;
  readonly scale: number;
}

/** What normal scores look like, from blocked out-of-fold scores: enough to place any score on the ratio scale. */
export interface Calibration {
  /** The threshold's probability, for example 0.995. */
  readonly quantile: number;
  /** The score at {@link quantile}. */
  readonly threshold: number;
  /** Scores at rising probabilities 0 … 0.98, evenly spaced: the body of the distribution. */
  readonly body: readonly number[];
  /** The score at 0.98, where the exponential tail starts, and the tail's mean excess. */
  readonly tailStart: number;
  readonly tailScale: number;
  /** Out-of-fold scores it was made from. */
  readonly samples: number;
  /** Where the tail is not the observed one: see {@link RobustTail}. */
  readonly robust?: RobustTail;
}

/** A trained detector as data: what a training makes, the model store keeps, and a detector is made of again. */
export interface DetectorArtifact {
  readonly kind: DetectorKind;
  readonly schema: WindowSchema;
  /** The settings it was trained with, seed included: the same data and settings give the same artifact. */
  readonly settings: Readonly<Record<string, number | string | boolean | readonly number[]>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly calibration: Calibration;
}
