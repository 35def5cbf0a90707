/** Intervals that the usual one is the median of. */
const KEPT = 5;
/** A pause of so many usual intervals is a gap, where the maximum age is shorter. */
const USUAL = 5;

/**
 * How the next time of an asset stands to the one before: after it, further ahead than any usual pause, a little before it,
 * or further back than that.
 */
export type Step = 'next' | 'ahead' | 'late' | 'behind';

/**
 * The event time of one asset: tells a gap from a slow plant, and a late frame from a replay that started again. A gap is
 * longer than the maximum age and than five times the usual interval, so that a plant that is read once a minute has none.
 */
export class Pace {
  last: number | undefined;
  /** The latest intervals, ms; at most 5. */
  readonly intervals: number[] = [];
  #usual = 0;

  constructor(readonly maxAgeMs: number) {}

  /** Judges a time without taking it. Equal times are in order; before an interval is known, no pause is a gap. */
  judge(time: number): Step {
    if (this.last === undefined) return 'next';
    const interval = time - this.last;
    if (interval < 0) return -interval > this.longest() ? 'behind' : 'late';
    return interval > this.maxAgeMs && this.intervals.length > 0 && interval > this.longest() ? 'ahead' : 'next';
  }

  /** The usual interval: the median of the latest ones, ms; 0 before any is known. */
  get usual(): number {
    return this.#usual;
  }

  /** The longest pause that is no gap, ms, as far as is known. */
  longest(): number {
    return Math.max(this.maxAgeMs, USUAL * this.#usual);
  }

  /** Takes the time of a frame that was accepted. Equal times say nothing of the interval. */
  take(time: number): void {
    if (this.last !== undefined && time > this.last) {
      const interval = time - this.last;
      const dropped = this.intervals.length === KEPT ? this.intervals.shift() : undefined;
      this.intervals.push(interval);
      if (interval !== dropped) this.#usual = medianOf(this.intervals);
    }
    this.last = time;
  }

  /** Puts back what was saved of a pace. */
  resume(last: number | undefined, intervals: readonly number[]): void {
    this.last = last;
    this.intervals.splice(0, KEPT, ...intervals.slice(-KEPT));
    this.#usual = this.intervals.length === 0 ? 0 : medianOf(this.intervals);
  }
}

/** The middle one, the lower of two. */
function medianOf(intervals: readonly number[]): number {
  return [...intervals].sort((a, b) => a - b)[(intervals.length - 1) >> 1];
}
