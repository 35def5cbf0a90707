import type { Tag } from '../plant/dictionary';
import { Quality, type Frame } from './frame';

/**
 * The last good value of each tag of one asset, and the policy for a value that cannot be used: the last good one stands
 * in, for at most the tag's maximum age (in event time), after which the tag is bad.
 */
export class LastKnown implements Pick<Frame, 'values' | 'quality'> {
  /** Last good value (0 before there was one) and its event time (-Infinity before), per tag. */
  readonly values: Float64Array;
  readonly times: Float64Array;
  readonly quality: Uint8Array;
  readonly #maxAges: Float64Array;

  /** @param maxAgeMs for tags without one of their own, in ms */
  constructor(tags: readonly Tag[], maxAgeMs: number) {
    this.values = new Float64Array(tags.length);
    this.times = new Float64Array(tags.length).fill(-Infinity);
    this.quality = new Uint8Array(tags.length).fill(Quality.bad);
    this.#maxAges = Float64Array.from(tags, (tag) => tag.maxAgeMs ?? maxAgeMs);
  }

  /**
   * Takes the readings of one instant (NaN: unusable). Afterwards `values` and `quality` hold the frame.
   * @returns how many tags are not good
   */
  take(readings: Float64Array, time: number): number {
    const { values, times, quality } = this;
    let notGood = 0;
    for (let tag = 0; tag < readings.length; tag++) {
      const value = readings[tag];
      if (Number.isNaN(value)) {
        notGood += 1;
        quality[tag] = time - times[tag] <= this.#maxAges[tag] ? Quality.held : Quality.bad;
      } else {
        values[tag] = value;
        times[tag] = time;
        quality[tag] = Quality.good;
      }
    }
    return notGood;
  }

  /** Forgets every value. */
  clear(): void {
    this.values.fill(0);
    this.times.fill(-Infinity);
    this.quality.fill(Quality.bad);
  }
}
