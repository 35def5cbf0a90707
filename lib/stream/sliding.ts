/** Slots of a ring, as narrow as its length allows. */
export type Slots = Uint8Array | Uint16Array | Uint32Array;

/** All there is to know of a {@link SlidingStatistics}: numbers and typed arrays, so that it can be saved and restored. */
export interface SlidingState {
  /** Samples in the window, up to its length. */
  filled: number;
  /** Ring slot that the next sample goes to; in a full window that of the oldest sample. */
  slot: number;
  /** The samples, `ring[slot * tags + tag]`. */
  readonly ring: Float64Array;
  /** `lowest[slot * tags + tag]`: slot of the least value from that slot up to the tag's last restart. `highest` likewise. */
  readonly lowest: Slots;
  readonly highest: Slots;
  /** Per tag: least and greatest value since its last restart. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Per tag, of d = value - shift: sum of d, of d^2, and of i * d with i = 0 for the oldest sample. */
  readonly shift: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly moment: Float64Array;
  /** Per tag: greatest `squares` since its last restart, which bounds the rounding error that has gathered. */
  readonly peak: Float64Array;
}

/** What a tag and sample takes in a window of so many: a number and the slots of two extremes. */
export function slidingBytes(length: number): number {
  return Float64Array.BYTES_PER_ELEMENT + 2 * slotsFor(length).BYTES_PER_ELEMENT;
}

function slotsFor(length: number): Uint8ArrayConstructor | Uint16ArrayConstructor | Uint32ArrayConstructor {
  return length <= 2 ** 8 ? Uint8Array : length <= 2 ** 16 ? Uint16Array : Uint32Array;
}

/**
 * Mean, standard deviation (population), minimum, maximum and slope (least squares, per sample) of every tag over the
 * last `length` samples. The cost of a sample does not depend on the length.
 *
 * Sums run about a shift near the mean, and each tag is summed afresh every `length` samples, each tag at another sample.
 * A rounding error so gathers over at most `length` samples; where it could exceed 1e-9 of the standard deviation (a spike
 * has left, a level has stepped) the tag is summed afresh at once. Extremes follow van Herk (1992), Gil and Werman (1993).
 *
 * Promise, for finite values of at most 1e100: extremes exact; standard deviation within 1e-9 of itself; mean within 1e-9
 * standard deviations and the rounding of the values; slope within 1e-9 of the steepest one that the deviation allows (differences below 1e-140 count as none).
 * Memory: {@link slidingBytes} * tags * length.
 */
export class SlidingStatistics {
  readonly state: SlidingState;
  /** Least share of `peak` that the sum of squared deviations may be: 3 * length * 2^-53 / share <= 1e-9. */
  readonly #guard: number;

  /** @param length samples, at least 2 */
  constructor(
    readonly tags: number,
    readonly length: number,
  ) {
    const perSample = (): Slots => new (slotsFor(length))(tags * length);
    const perTag = (): Float64Array => new Float64Array(tags);
    this.#guard = 4e-7 * length;
    this.state = {
      filled: 0,
      slot: 0,
      ring: new Float64Array(tags * length),
      lowest: perSample(),
      highest: perSample(),
      low: perTag(),
      high: perTag(),
      shift: perTag(),
      sum: perTag(),
      squares: perTag(),
      moment: perTag(),
      peak: perTag(),
    };
  }

  /** True when there are `length` samples. */
  get full(): boolean {
    return this.state.filled === this.length;
  }

  /** Forgets every sample. */
  clear(): void {
    this.state.filled = 0;
    this.state.slot = 0;
  }

  /** Takes one sample: a finite value per tag. */
  push(values: Float64Array): void {
    const { state, tags, length } = this;
    const slot = state.slot;
    state.slot = slot + 1 === length ? 0 : slot + 1;
    if (state.filled < length) {
      state.ring.set(values, slot * tags);
      state.filled += 1;
      if (state.filled === length) for (let tag = 0; tag < tags; tag++) this.#restart(tag, slot);
      return;
    }
    this.#slide(values, slot * tags);
    const end = Math.ceil(((slot + 1) * tags) / length);
    for (let tag = Math.ceil((slot * tags) / length); tag < end; tag++) this.#restart(tag, slot);
  }

  /** Writes five numbers per tag (mean, std, min, max, slope) of a full window into `out`, from position `at` on. */
  write(out: number[], at: number): void {
    const { tags, length } = this;
    const { ring, lowest, highest, low, high, shift, sum, squares, moment, peak, slot } = this.state;
    const oldest = slot * tags;
    const perLength = 1 / length;
    const middle = (length - 1) / 2;
    const perSpread = 12 / (length * (length * length - 1));
    for (let tag = 0, to = at; tag < tags; tag++, to += 5) {
      const least = ring[lowest[oldest + tag] * tags + tag];
      const greatest = ring[highest[oldest + tag] * tags + tag];
      const min = low[tag] < least ? low[tag] : least;
      const max = high[tag] > greatest ? high[tag] : greatest;
      if (min === max) {
        out[to] = min;
        out[to + 1] = 0;
        out[to + 2] = min;
        out[to + 3] = max;
        out[to + 4] = 0;
        continue;
      }
      let deviation = squares[tag] - sum[tag] * sum[tag] * perLength;
      if (deviation < this.#guard * peak[tag]) {
        this.#resum(tag);
        deviation = Math.max(0, squares[tag] - sum[tag] * sum[tag] * perLength);
      }
      out[to] = shift[tag] + sum[tag] * perLength;
      out[to + 1] = Math.sqrt(deviation * perLength);
      out[to + 2] = min;
      out[to + 3] = max;
      out[to + 4] = (moment[tag] - middle * sum[tag]) * perSpread;
    }
  }

  /** Puts a sample in the place of the oldest one, which stands at `at` in the ring. */
  #slide(values: Float64Array, at: number): void {
    const { tags, length } = this;
    const { ring, low, high, shift, sum, squares, moment, peak } = this.state;
    for (let tag = 0; tag < tags; tag++) {
      const value = values[tag];
      const gone = ring[at + tag] - shift[tag];
      const come = value - shift[tag];
      ring[at + tag] = value;
      const rest = sum[tag] - gone;
      moment[tag] += (length - 1) * come - rest;
      sum[tag] = rest + come;
      const square = squares[tag] - gone * gone + come * come;
      squares[tag] = square;
      if (square > peak[tag]) peak[tag] = square;
      if (value < low[tag]) low[tag] = value;
      if (value > high[tag]) high[tag] = value;
    }
  }

  /** Sums a tag of a full window afresh, and its extremes from each sample up to the newest, which is in `slot`. */
  #restart(tag: number, slot: number): void {
    markExtremes(this.state, this, tag, slot, 0);
    this.state.low[tag] = Infinity;
    this.state.high[tag] = -Infinity;
    this.#resum(tag);
  }

  /** Two passes over a tag of a full window: its mean becomes the shift, then the sums about it. */
  #resum(tag: number): void {
    const { tags, length } = this;
    const { ring, shift, sum, squares, moment, peak, slot } = this.state;
    const end = ring.length;
    let at = slot * tags + tag;
    const first = ring[at];
    let total = 0;
    for (let from = tag; from < end; from += tags) total += ring[from] - first;
    const about = first + total / length;
    let s = 0;
    let ss = 0;
    let si = 0;
    for (let index = 0; index < length; index++) {
      const d = ring[at] - about;
      s += d;
      ss += d * d;
      si += index * d;
      at += tags;
      if (at >= end) at -= end;
    }
    shift[tag] = about;
    sum[tag] = s;
    squares[tag] = ss;
    moment[tag] = si;
    peak[tag] = ss;
  }
}

/**
 * Marks the extremes of a tag from each sample up to the one in `newest`, going back from there.
 * @param after how many samples have come since
 */
export function markExtremes(
  { ring, lowest, highest }: SlidingState,
  { tags, length }: Pick<SlidingStatistics, 'tags' | 'length'>,
  tag: number,
  newest: number,
  after: number,
): void {
  let min = Infinity;
  let max = -Infinity;
  let least = newest;
  let greatest = newest;
  for (let step = after, slot = newest; step < length; step++, slot = slot === 0 ? length - 1 : slot - 1) {
    const at = slot * tags + tag;
    const value = ring[at];
    if (value < min) {
      min = value;
      least = slot;
    }
    if (value > max) {
      max = value;
      greatest = slot;
    }
    lowest[at] = least;
    highest[at] = greatest;
  }
}
