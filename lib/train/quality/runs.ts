/** A run of one and the same value. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly value: number;
}

const SIZES = 32;
/** A run is suspicious from so many samples on … */
const LEAST = 60;
/** … and so many times as long as its usual ones (the 99th percentile of runs by their number, rounded up to a power of two). */
const TIMES = 8;
const USUAL = 0.99;

/** Runs of exact repetition of every tag: the longest, and how long they usually are. About 320 bytes a tag. */
export class Runs {
  readonly #value: Float64Array;
  readonly #length: Float64Array;
  readonly #since: Float64Array;
  readonly #until: Float64Array;
  readonly #sizes: Float64Array;
  readonly #longest: (Run | undefined)[];

  constructor(readonly tags: number) {
    this.#value = new Float64Array(tags).fill(Number.NaN);
    this.#length = new Float64Array(tags);
    this.#since = new Float64Array(tags);
    this.#until = new Float64Array(tags);
    this.#sizes = new Float64Array(tags * SIZES);
    this.#longest = new Array<Run | undefined>(tags);
  }

  /** Takes a frame; a missing value (NaN) neither ends a run nor makes it longer. */
  push(time: number, values: Float64Array): void {
    for (let tag = 0; tag < this.tags; tag += 1) {
      const value = values[tag];
      if (Number.isNaN(value)) continue;
      if (value !== this.#value[tag]) {
        this.#end(tag);
        this.#value[tag] = value;
        this.#length[tag] = 0;
        this.#since[tag] = time;
      }
      this.#length[tag] += 1;
      this.#until[tag] = time;
    }
  }

  /** Ends all runs: what follows belongs to something else. */
  restart(): void {
    for (let tag = 0; tag < this.tags; tag += 1) this.#end(tag);
    this.#value.fill(Number.NaN);
    this.#length.fill(0);
  }

  /**
   * The longest run of a tag, where it is much longer than its usual ones and not at the lowest or highest value seen, where a
   * tag may rest (a closed valve, a stopped flow). `undefined` for none.
   */
  stuck(tag: number, lowest: number, highest: number): Run | undefined {
    const run = this.#longest[tag];
    if (run === undefined || run.samples < LEAST || run.value === lowest || run.value === highest) return undefined;
    return run.samples >= TIMES * this.#usual(tag) ? run : undefined;
  }

  #end(tag: number): void {
    const samples = this.#length[tag];
    if (samples === 0) return;
    this.#sizes[tag * SIZES + Math.min(SIZES - 1, Math.ceil(Math.log2(samples)))] += 1;
    if (samples <= (this.#longest[tag]?.samples ?? 0)) return;
    this.#longest[tag] = { from: this.#since[tag], to: this.#until[tag], samples, value: this.#value[tag] };
  }

  #usual(tag: number): number {
    const sizes = this.#sizes.subarray(tag * SIZES, (tag + 1) * SIZES);
    const others = sizes.reduce((sum, count) => sum + count, 0) - 1;
    // The longest is not its own measure.
    let below = 0;
    for (let size = 0; size < SIZES; size += 1) {
      below += sizes[size];
      if (below >= USUAL * others) return 2 ** size;
    }
    return 2 ** SIZES;
  }
}
