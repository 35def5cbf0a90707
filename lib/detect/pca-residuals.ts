import { createProjection, type Projection, type Subspace } from '../kernels/projection';
import { meanOfLargest } from './largest';

/** One PCA, of a part of the features. */
export interface PcaPart {
  /** Positions of its features in the schema. */
  readonly features: Int32Array;
  /** Mean z-score of each of them in training: almost 0. */
  readonly mean: Float64Array;
  readonly subspace: Subspace;
}

/** A view's place beside the others: median and spread of its log residual in normal operation, out of fold, and its weight. */
export interface ViewScale {
  readonly centre: number;
  readonly spread: number;
  readonly weight: number;
}

/** The least mean square residual that a logarithm is taken of. */
const LEAST = 1e-12;

/** What several PCAs cannot explain of a window, until the next one is measured. */
export class PcaResiduals {
  /** Of each view, of each of its features, in standard deviations. */
  readonly values: readonly Float64Array[];
  /** Squared prediction error: the sum of all squared residuals. */
  spe = 0;
  /** Hotelling's T^2: how far the window lies out within what the PCAs do explain. */
  t2 = 0;

  /** Of each view, the view before it that it goes on from: the same features, and more components. */
  readonly #begun: readonly (number | undefined)[];
  readonly #projections: readonly Projection[];
  readonly #t2: Float64Array;

  constructor(private readonly parts: readonly PcaPart[]) {
    this.#t2 = new Float64Array(parts.length);
    this.#begun = parts.map((part, view) => {
      const before = parts.slice(0, view).findLastIndex((other) => goesOn(part, other));
      return before < 0 ? undefined : before;
    });
    this.#projections = parts.map(({ subspace }, view) => {
      const before = this.#begun[view];
      return createProjection(subspace, before === undefined ? 0 : parts[before].subspace.variances.length);
    });
    this.values = this.#projections.map(({ values }) => values);
  }

  /** @param deviations of every feature of the schema, from what is normal now, in standard deviations */
  measure(deviations: Float64Array): void {
    this.spe = 0;
    this.t2 = 0;
    for (let view = 0; view < this.parts.length; view++) {
      const { features, mean } = this.parts[view];
      const projection = this.#projections[view];
      const { values } = projection;
      const before = this.#begun[view];
      if (before === undefined) {
        for (let i = 0; i < values.length; i++) values[i] = deviations[features[i]] - mean[i];
        this.#t2[view] = projection.run();
      } else {
        values.set(this.values[before]);
        this.#t2[view] = this.#t2[before] + projection.run();
      }
      this.t2 += this.#t2[view];
      let spe = 0;
      for (let i = 0; i < values.length; i++) spe += values[i] * values[i];
      this.spe += spe;
    }
  }
}

/** Whether a PCA is another one with more components: then its residual follows from that one's. */
function goesOn(part: PcaPart, other: PcaPart): boolean {
  const known = other.subspace.directions;
  const same = (a: ArrayLike<number>, b: ArrayLike<number>, count: number): boolean => {
    for (let i = 0; i < count; i++) if (a[i] !== b[i]) return false;
    return true;
  };
  return (
    part.features.length === other.features.length &&
    part.subspace.directions.length >= known.length &&
    same(part.features, other.features, part.features.length) &&
    same(part.mean, other.mean, part.mean.length) &&
    same(part.subspace.directions, known, known.length)
  );
}

/**
 * Logarithm of the mean of the `topK` largest squared residuals, each over its usual size.
 * @param guilt where the squares are left
 */
export function logResidual(values: Float64Array, scale: Float32Array, topK: number, guilt: Float64Array): number {
  for (let i = 0; i < values.length; i++) guilt[i] = (values[i] / scale[i]) ** 2;
  return Math.log(Math.max(meanOfLargest(guilt, topK), LEAST));
}

/**
 * One score of the views' log residuals: each by its own median and spread, their weighted mean back on the scale of a
 * residual. With one view it is the root mean square of its largest scaled residuals, as an autoencoder's score.
 */
export function fusedScore(logs: ArrayLike<number>, views: readonly ViewScale[]): number {
  let [standard, centre, spread, total] = [0, 0, 0, 0];
  for (let view = 0; view < views.length; view++) {
    const { weight } = views[view];
    standard += (weight * (logs[view] - views[view].centre)) / views[view].spread;
    centre += weight * views[view].centre;
    spread += weight * views[view].spread;
    total += weight;
  }
  return Math.exp(((standard / total) * (spread / total) + centre / total) / 2);
}
