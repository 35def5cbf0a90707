/** At most so many frames are kept, fewer where there are many tags. */
const MOST = 4096;
const LEAST = 512;
const NUMBERS = 2_000_000;

/**
 * Frames of a record of unknown length, evenly thinned: once it is full, every second one goes. Between half of
 * {@link capacity} and all of it are there in the end. At most 16 MB, or 512 frames.
 */
export class SampledFrames {
  readonly capacity: number;
  readonly times: Float64Array;
  readonly #values: Float64Array;
  count = 0;
  #every = 1;
  #turn = 0;

  constructor(readonly tags: number) {
    this.capacity = 2 * Math.floor(Math.min(MOST, Math.max(LEAST, NUMBERS / tags)) / 2);
    this.times = new Float64Array(this.capacity);
    this.#values = new Float64Array(this.capacity * tags);
  }

  /** Takes a frame (NaN: no value), if it is its turn. */
  push(time: number, values: Float64Array): void {
    this.#turn += 1;
    if (this.#turn < this.#every) return;
    this.#turn = 0;
    if (this.count === this.capacity) this.#thin();
    this.times[this.count] = time;
    this.#values.set(values, this.count * this.tags);
    this.count += 1;
  }

  /** The values of one tag in order; NaN where there was none. */
  column(tag: number): Float64Array {
    return Float64Array.from({ length: this.count }, (_, row) => this.#values[row * this.tags + tag]);
  }

  #thin(): void {
    const { tags } = this;
    this.count /= 2;
    for (let row = 1; row < this.count; row += 1) {
      this.times[row] = this.times[2 * row];
      this.#values.copyWithin(row * tags, 2 * row * tags, (2 * row + 1) * tags);
    }
    this.#every *= 2;
  }
}
