import { createRunningSums, newRunning, type Running, type RunningSums } from '../kernels/running';

/** Slots of a ring, as narrow as its length allows. */
type Slots = Uint8Array | Uint16Array | Uint32Array;

/** All there is to know of a {@link SlidingStatistics}: numbers and typed arrays, so that it can be saved and restored. */
export interface SlidingState {
  /** Samples in the window, up to its length. */
  filled: number;
  /** Ring slot that the next sample goes to; in a full window that of the oldest sample. */
  slot: number;
  /** The samples, `ring[slot * tags + tag]`. */
  readonly ring: Float64Array;
  /**
   * Of a slot that holds the least value from it up to the tag's last restart: `lower[slot * tags + tag]` is the next such slot,
   * and bit `tag % 8` of `lowers[slot * ceil(tags / 8) + tag / 8]` is set. Likewise `higher` for the greatest.
   */
  readonly lower: Slots;
  readonly higher: Slots;
  readonly lowers: Uint8Array;
  readonly highers: Uint8Array;
  /** Samples until all tags have been summed afresh at their own since the window first filled. */
  unsettled: number;
  /** Since the last restart of each tag, and of the full window. */
  readonly running: Running;
}

/** What a tag and sample takes in a window of so many: a number, the slots of two extremes, and a bit for each. */
export function slidingBytes(length: number): number {
  return Float64Array.BYTES_PER_ELEMENT + 2 * slotsFor(length).BYTES_PER_ELEMENT + 2 / 8;
}

function slotsFor(length: number): Uint8ArrayConstructor | Uint16ArrayConstructor | Uint32ArrayConstructor {
  return length <= 2 ** 8 ? Uint8Array : length <= 2 ** 16 ? Uint16Array : Uint32Array;
}

/** Those of as many different numbers of tags are kept. */
const MOST_SUMS = 16;
const known = new Map<number, RunningSums>();

/** One for all windows of as many tags: each has a memory of its own. */
function sumsOf(tags: number): RunningSums {
  let sums = known.get(tags);
  if (sums === undefined) {
    if (known.size >= MOST_SUMS) known.clear();
    sums = createRunningSums(tags);
    known.set(tags, sums);
  }
  return sums;
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
 * Memory: {@link slidingBytes} * tags * length, and 72 bytes a tag.
 */
export class SlidingStatistics {
  readonly state: SlidingState;
  /** Least share of `peak` that the sum of squared deviations may be: 3 * length * 2^-53 / share <= 1e-9. */
  readonly #guard: number;
  readonly #sums: RunningSums;

  /** @param length samples, at least 2 */
  constructor(
    readonly tags: number,
    readonly length: number,
  ) {
    const perSample = (): Slots => new (slotsFor(length))(tags * length);
    this.#guard = 4e-7 * length;
    this.#sums = sumsOf(tags);
    this.state = {
      filled: 0,
      slot: 0,
      ring: new Float64Array(tags * length),
      lower: perSample(),
      higher: perSample(),
      lowers: new Uint8Array(length * Math.ceil(tags / 8)),
      highers: new Uint8Array(length * Math.ceil(tags / 8)),
      unsettled: 0,
      running: newRunning(tags),
    };
  }

  /** True when there are `length` samples. */
  get full(): boolean {
    return this.state.filled === this.length;
  }

  /** Forgets every sample. */
  clear(): void {
    const { state } = this;
    state.filled = 0;
    state.slot = 0;
    state.lowers.fill(0);
    state.highers.fill(0);
  }

  /** Takes one sample: a finite value per tag. */
  push(values: Float64Array): void {
    const { state, tags, length } = this;
    const slot = state.slot;
    state.slot = slot + 1 === length ? 0 : slot + 1;
    if (state.filled < length) {
      state.ring.set(values, slot * tags);
      state.filled += 1;
      if (state.filled < length) return;
      for (let tag = 0; tag < tags; tag++) this.#restart(tag, slot, this.#mean(tag));
      state.unsettled = length;
      return;
    }
    this.#sums.slide(state.running, values, state.ring, slot * tags, length - 1);
    this.#leave(slot);
    const { shift, sum } = state.running;
    const end = Math.ceil(((slot + 1) * tags) / length);
    for (let tag = Math.ceil((slot * tags) / length); tag < end; tag++)
      this.#restart(tag, slot, shift[tag] + sum[tag] / length);
    if (state.unsettled > 0) state.unsettled -= 1;
  }

  /**
   * Writes five numbers per tag (mean, std, min, max, slope) of a full window into `out`, from position `at` on.
   * @returns the position after them
   */
  write(out: number[], at: number): number {
    const sums = this.#sums;
    const { running } = this.state;
    if (sums.describe(running, this.length, this.#guard)) {
      this.#renew();
      sums.describe(running, this.length, this.#guard);
    }
    const statistics = sums.out;
    const end = at + statistics.length;
    // Five at a time: in single steps it would take half as long again.
    for (let to = at, from = 0; to < end; to += 5, from += 5) {
      out[to] = statistics[from];
      out[to + 1] = statistics[from + 1];
      out[to + 2] = statistics[from + 2];
      out[to + 3] = statistics[from + 3];
      out[to + 4] = statistics[from + 4];
    }
    return end;
  }

  /** Finds the extremes of tags anew that have left the window with the sample that stood in `slot`: few at a time. */
  #leave(slot: number): void {
    const { tags } = this;
    const { ring, lower, higher, lowers, highers, running } = this.state;
    const { low, high, min, max } = running;
    const row = slot * tags;
    const bytes = Math.ceil(tags / 8);
    for (let byte = 0, at = slot * bytes; byte < bytes; byte++, at++) {
      for (let bits = lowers[at]; bits !== 0; bits &= bits - 1) {
        const tag = 8 * byte + 31 - Math.clz32(bits & -bits);
        min[tag] = Math.min(low[tag], ring[lower[row + tag] * tags + tag]);
      }
      for (let bits = highers[at]; bits !== 0; bits &= bits - 1) {
        const tag = 8 * byte + 31 - Math.clz32(bits & -bits);
        max[tag] = Math.max(high[tag], ring[higher[row + tag] * tags + tag]);
      }
      lowers[at] = highers[at] = 0;
    }
  }

  /** Sums those tags afresh whose sums have lost digits: a spike has left, a level has stepped. */
  #renew(): void {
    const { min, max, sum, squares, peak } = this.state.running;
    for (let tag = 0; tag < this.tags; tag++) {
      const deviation = squares[tag] - sum[tag] * sum[tag] * (1 / this.length);
      if (min[tag] !== max[tag] && deviation < this.#guard * peak[tag]) this.#sum(tag, this.#mean(tag));
    }
  }

  /**
   * Sums a tag of a full window afresh, and marks its extremes from each sample up to the newest, which is in `slot`.
   * @param about a number near the mean, as the shift
   */
  #restart(tag: number, slot: number, about: number): void {
    const { state } = this;
    if (state.unsettled > 0) unmark(state, this, tag);
    state.running.low[tag] = Infinity;
    state.running.high[tag] = -Infinity;
    restart(state, this, tag, slot, about);
  }

  #mean(tag: number): number {
    const { tags, length } = this;
    const { ring } = this.state;
    const first = ring[tag];
    let total = 0;
    for (let at = tag; at < ring.length; at += tags) total += ring[at] - first;
    return first + total / length;
  }

  /** Sums a tag of a full window about a number near its mean, from the oldest sample on. */
  #sum(tag: number, about: number): void {
    const { tags, length } = this;
    const { ring, slot, running } = this.state;
    let s = 0;
    let ss = 0;
    let si = 0;
    for (let index = 0, at = slot * tags + tag; index < length; index++) {
      const d = ring[at] - about;
      s += d;
      ss += d * d;
      si += index * d;
      at += tags;
      if (at >= ring.length) at = tag;
    }
    running.shift[tag] = about;
    running.sum[tag] = s;
    running.squares[tag] = ss;
    running.moment[tag] = si;
    running.peak[tag] = ss;
  }
}

/** Takes the marks of a tag away that are left of an earlier restart. */
function unmark(
  { lowers, highers }: SlidingState,
  { tags, length }: Pick<SlidingStatistics, 'tags' | 'length'>,
  tag: number,
): void {
  const others = 0xff ^ (1 << (tag & 7));
  const bytes = Math.ceil(tags / 8);
  for (let slot = 0, at = tag >> 3; slot < length; slot++, at += bytes) {
    lowers[at] &= others;
    highers[at] &= others;
  }
}

/**
 * Sums a tag of a full window afresh, marks its extremes from each sample up to the one in `newest`, going back from there, and
 * finds those of the window with what has come since: all in one pass, since it is most of what a sample costs.
 * @param about a number near the mean, as the shift
 * @param after how many samples have come since; unless none, the sums are not those of the window
 */
export function restart(
  { ring, lower, higher, lowers, highers, running }: SlidingState,
  { tags, length }: Pick<SlidingStatistics, 'tags' | 'length'>,
  tag: number,
  newest: number,
  about: number,
  after = 0,
): void {
  const bit = 1 << (tag & 7);
  const bytes = Math.ceil(tags / 8);
  let min = Infinity;
  let max = -Infinity;
  let least = newest;
  let greatest = newest;
  let sum = 0;
  let squares = 0;
  let moment = 0;
  let slot = newest;
  for (let index = length - 1, at = newest * tags + tag; index >= after; index--) {
    const value = ring[at];
    if (value < min) {
      min = value;
      lower[at] = least;
      least = slot;
      lowers[slot * bytes + (tag >> 3)] |= bit;
    }
    if (value > max) {
      max = value;
      higher[at] = greatest;
      greatest = slot;
      highers[slot * bytes + (tag >> 3)] |= bit;
    }
    const d = value - about;
    sum += d;
    squares += d * d;
    moment += index * d;
    slot -= 1;
    at -= tags;
    if (slot < 0) {
      slot = length - 1;
      at = slot * tags + tag;
    }
  }
  running.min[tag] = Math.min(running.low[tag], min);
  running.max[tag] = Math.max(running.high[tag], max);
  running.shift[tag] = about;
  running.sum[tag] = sum;
  running.squares[tag] = squares;
  running.moment[tag] = moment;
  running.peak[tag] = squares;
}
