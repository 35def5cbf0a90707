import type { Tag } from '../plant/dictionary';
import { Quality, type Frame } from './frame';
import { codeOf, UNSAID } from './reason';

/** Usual intervals that a value is held for at least. */
const INTERVALS = 2;
const STALE = codeOf('stale');

/**
 * The last good value of each tag of one asset, and the policy for a value that cannot be used: the last good one stands
 * in, for at most the tag's maximum age (in event time), after which the tag is bad. The maximum age of tags without one of
 * their own is at least two usual intervals, or a plant that is read once a minute would hold nothing.
 */
export class LastKnown implements Pick<Frame, 'values' | 'quality'> {
  /** Last good value (0 before there was one) and its event time (-Infinity before), per tag. */
  readonly values: Float64Array;
  readonly times: Float64Array;
  readonly quality: Uint8Array;
  /** Of tags with a maximum age of their own, else NaN. */
  readonly #ownAges: Float64Array;

  /**
   * @param maxAgeMs for tags without one of their own, in ms; 0 holds nothing
   * @param changesOnly of a tag without a maximum age of its own, no news is that its value has not changed: a good one stays
   * good until something else is said
   */
  constructor(
    tags: readonly Tag[],
    readonly maxAgeMs: number,
    readonly changesOnly = false,
  ) {
    this.values = new Float64Array(tags.length);
    this.times = new Float64Array(tags.length).fill(-Infinity);
    this.quality = new Uint8Array(tags.length).fill(Quality.bad);
    this.#ownAges = Float64Array.from(tags, (tag) => tag.maxAgeMs ?? Number.NaN);
  }

  /**
   * Takes the readings of one instant (NaN: unusable). Afterwards `values` and `quality` hold the frame.
   * @param usualMs the usual interval between readings, ms; 0 where it is not known
   * @param said of each tag, whether anything was read at all (not 0); without it, of every one. Of a tag that nothing was
   * read of (NaN), the last known value stays what it was, good or held, up to its maximum age
   * @param reasons takes `stale` for a good tag that so went bad
   * @returns how many tags are not good
   */
  take(readings: Float64Array, time: number, usualMs = 0, said?: Uint8Array, reasons?: Uint8Array): number {
    const { values, times, quality } = this;
    let notGood = 0;
    for (let tag = 0; tag < readings.length; tag++) {
      const value = readings[tag];
      if (!Number.isNaN(value)) {
        values[tag] = value;
        times[tag] = time;
        quality[tag] = Quality.good;
        continue;
      }
      const young = time - times[tag] <= this.maxAge(tag, usualMs);
      const unsaid = said?.[tag] === UNSAID;
      const stands = young || (this.changesOnly && Number.isNaN(this.#ownAges[tag]));
      if (unsaid && stands && quality[tag] === Quality.good) continue;
      notGood += 1;
      if (unsaid && quality[tag] === Quality.good && reasons !== undefined) reasons[tag] = STALE;
      if (!young) quality[tag] = Quality.bad;
      else if (!unsaid) quality[tag] = Quality.held;
    }
    return notGood;
  }

  /** How long the last good value of a tag may stand in at that usual interval, ms. */
  maxAge(tag: number, usualMs: number): number {
    const own = this.#ownAges[tag];
    if (!Number.isNaN(own)) return own;
    return this.maxAgeMs === 0 ? 0 : Math.max(this.maxAgeMs, INTERVALS * usualMs);
  }

  /** Forgets every value. */
  clear(): void {
    this.values.fill(0);
    this.times.fill(-Infinity);
    this.quality.fill(Quality.bad);
  }
}
