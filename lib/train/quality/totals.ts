import type { Tag } from '../../plant/dictionary';

/** Different values are told apart up to so many. */
export const MOST_DISTINCT = 30;

/** What is counted and summed of every tag, sample by sample. Mean and spread after Welford (1962). About 1 kB a tag. */
export class Totals {
  readonly count: Float64Array;
  readonly outOfRange: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #distinct: Set<number>[];

  constructor(readonly tags: readonly Tag[]) {
    const zeros = (): Float64Array => new Float64Array(tags.length);
    [this.count, this.outOfRange, this.mean, this.#squares] = [zeros(), zeros(), zeros(), zeros()];
    this.min = zeros().fill(Infinity);
    this.max = zeros().fill(-Infinity);
    this.#distinct = tags.map(() => new Set<number>());
  }

  /** Takes a frame (NaN: no value). */
  push(values: Float64Array): void {
    for (let tag = 0; tag < values.length; tag += 1) {
      const value = values[tag];
      if (Number.isNaN(value)) continue;
      this.count[tag] += 1;
      if (value < this.tags[tag].low || value > this.tags[tag].high) this.outOfRange[tag] += 1;
      if (value < this.min[tag]) this.min[tag] = value;
      if (value > this.max[tag]) this.max[tag] = value;
      const off = value - this.mean[tag];
      this.mean[tag] += off / this.count[tag];
      this.#squares[tag] += off * (value - this.mean[tag]);
      const known = this.#distinct[tag];
      if (known.size <= MOST_DISTINCT) known.add(value);
    }
  }

  /** Standard deviation, population form. */
  std(tag: number): number {
    return this.count[tag] === 0 ? 0 : Math.sqrt(this.#squares[tag] / this.count[tag]);
  }

  /** Different values seen, at most one more than {@link MOST_DISTINCT}. */
  distinct(tag: number): number {
    return this.#distinct[tag].size;
  }
}
