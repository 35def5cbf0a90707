import type { ByteReader, ByteWriter } from '../stream/bytes';
import type { TagRule } from './settings';

/** Samples that a run must have: one that is read once a minute is not stuck after one of them. */
const LEAST_SAMPLES = 10;
/** Runs that ended before a tag's usual is known. */
const LEAST_RUNS = 10;
/** A run is longer than usual from so many times the longest one. */
const USUAL = 3;

/**
 * Sensors that stand still. A run is a stretch whose values differ by no more than the noise floor. It is wrong when it is
 * longer than the tag's time, and than three times the longest run that ended by itself: a sensor that shows coarse steps
 * stands still by nature. A tag counts only after ten runs that ended, so that one that never moved is not told; nor is a
 * value near 0, that of a flow that stands. Takes O(1) a value, 48 bytes a tag.
 */
export class Stuck {
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** Begin of the run, NaN before any; samples in it; and of those that ended by themselves how many and the longest, ms. */
  readonly begin: Float64Array;
  readonly #samples: Float64Array;
  readonly #ended: Float64Array;
  readonly #longest: Float64Array;

  constructor(private readonly rules: readonly TagRule[]) {
    const perTag = (): Float64Array => new Float64Array(rules.length);
    this.#low = perTag();
    this.#high = perTag();
    this.begin = perTag().fill(Number.NaN);
    this.#samples = perTag();
    this.#ended = perTag();
    this.#longest = perTag();
  }

  /** Whether the tag stands still, with this value. */
  look(tag: number, value: number, time: number): boolean {
    const { stuckMs, noise, rest } = this.rules[tag];
    if (stuckMs === 0) return false;
    const low = Math.min(this.#low[tag], value);
    const high = Math.max(this.#high[tag], value);
    if (Number.isNaN(this.begin[tag]) || high - low > noise) {
      this.#begin(tag, value, time);
      return false;
    }
    this.#low[tag] = low;
    this.#high[tag] = high;
    this.#samples[tag] += 1;
    return Math.abs(value) > rest && this.#isLong(tag, time);
  }

  /** After a pause nothing is known of how long a value stood. */
  restart(): void {
    this.begin.fill(Number.NaN);
  }

  write(writer: ByteWriter): void {
    for (const each of this.#all()) writer.numbers(each);
  }

  /** @throws SwatError `snapshot-corrupt` */
  read(reader: ByteReader): void {
    for (const each of this.#all()) reader.numbers(each);
  }

  #isLong(tag: number, time: number): boolean {
    const known = this.#ended[tag] >= LEAST_RUNS && this.#samples[tag] >= LEAST_SAMPLES;
    return known && time - this.begin[tag] > Math.max(this.rules[tag].stuckMs, USUAL * this.#longest[tag]);
  }

  #begin(tag: number, value: number, time: number): void {
    // A run that was told, or at rest, says nothing of what is usual.
    const own = !Number.isNaN(this.begin[tag]) && Math.abs(this.#low[tag]) > this.rules[tag].rest;
    if (own && !this.#isLong(tag, time)) {
      this.#ended[tag] += 1;
      this.#longest[tag] = Math.max(this.#longest[tag], time - this.begin[tag]);
    }
    this.#low[tag] = this.#high[tag] = value;
    this.begin[tag] = time;
    this.#samples[tag] = 1;
  }

  #all(): readonly Float64Array[] {
    return [this.#low, this.#high, this.begin, this.#samples, this.#ended, this.#longest];
  }
}
