/** Points of a trend: 200, fewer where there are many tags. */
function pointsFor(tags: number): number {
  return Math.max(20, Math.min(200, 2 * Math.floor(6000 / tags)));
}

/**
 * Least, greatest and mean value of every tag over stretches of equally many samples, of a record of unknown length: once
 * there are too many stretches, two and two become one. At most 200 points a tag.
 */
export class Trends {
  readonly points: number;
  /** Event time of each stretch's first sample. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #sum: Float64Array;
  readonly #count: Float64Array;
  #each = 1;
  #filled = 0;

  constructor(readonly tags: number) {
    this.points = pointsFor(tags);
    const numbers = this.points * tags;
    this.#low = new Float64Array(numbers).fill(Infinity);
    this.#high = new Float64Array(numbers).fill(-Infinity);
    this.#sum = new Float64Array(numbers);
    this.#count = new Float64Array(numbers);
  }

  /** Takes a frame (NaN: no value). */
  push(time: number, values: Float64Array): void {
    if (this.#filled === this.#each || this.starts.length === 0) this.#open(time);
    this.#filled += 1;
    const last = this.starts.length - 1;
    this.ends[last] = time;
    for (let tag = 0, at = last * this.tags; tag < this.tags; tag += 1, at += 1) {
      const value = values[tag];
      if (Number.isNaN(value)) continue;
      if (value < this.#low[at]) this.#low[at] = value;
      if (value > this.#high[at]) this.#high[at] = value;
      this.#sum[at] += value;
      this.#count[at] += 1;
    }
  }

  /** The trend of one tag; NaN where a stretch has no value. */
  of(tag: number): { min: number[]; max: number[]; mean: number[]; counts: number[] } {
    const at = this.starts.map((_, stretch) => stretch * this.tags + tag);
    const counts = at.map((index) => this.#count[index]);
    const known = (numbers: Float64Array): number[] =>
      at.map((index) => (this.#count[index] === 0 ? Number.NaN : numbers[index]));
    const mean = at.map((index) => this.#sum[index] / this.#count[index]);
    return { min: known(this.#low), max: known(this.#high), mean, counts };
  }

  #open(time: number): void {
    if (this.starts.length === this.points) this.#halve();
    this.starts.push(time);
    this.ends.push(time);
    this.#filled = 0;
  }

  #halve(): void {
    const { tags } = this;
    const half = this.points / 2;
    for (let to = 0; to < half; to += 1) {
      this.starts[to] = this.starts[2 * to];
      this.ends[to] = this.ends[2 * to + 1];
      for (let tag = 0; tag < tags; tag += 1) {
        const [a, b, out] = [2 * to * tags + tag, (2 * to + 1) * tags + tag, to * tags + tag];
        this.#low[out] = Math.min(this.#low[a], this.#low[b]);
        this.#high[out] = Math.max(this.#high[a], this.#high[b]);
        this.#sum[out] = this.#sum[a] + this.#sum[b];
        this.#count[out] = this.#count[a] + this.#count[b];
      }
    }
    for (const [numbers, empty] of [
      [this.#low, Infinity],
      [this.#high, -Infinity],
      [this.#sum, 0],
      [this.#count, 0],
    ] as const)
      numbers.fill(empty, half * tags);
    this.starts.length = half;
    this.ends.length = half;
    this.#each *= 2;
  }
}
