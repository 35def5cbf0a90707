import type { ByteReader, ByteWriter } from '../stream/bytes';
import type { TagRule } from './settings';

/** A change is measured over so long at least, ms, so that noise from sample to sample is no rate. */
const BASE_MS = 10_000;

/** How fast sensors change, over the last 10 to 20 s (or two samples, where they come seldom). 40 bytes a tag. */
export class Rate {
  /** The value that changes are counted from and its time, and those that will be next; NaN before any. */
  readonly #from: Float64Array;
  readonly #fromTime: Float64Array;
  readonly #next: Float64Array;
  readonly #nextTime: Float64Array;
  /** Change per second as it was seen last. */
  readonly rate: Float64Array;

  constructor(private readonly rules: readonly TagRule[]) {
    const perTag = (): Float64Array => new Float64Array(rules.length);
    this.#from = perTag();
    this.#fromTime = perTag().fill(Number.NaN);
    this.#next = perTag();
    this.#nextTime = perTag().fill(Number.NaN);
    this.rate = perTag();
  }

  /** Whether the tag changes faster than it may. */
  look(tag: number, value: number, time: number): boolean {
    const { ratePerS } = this.rules[tag];
    if (ratePerS === Infinity) return false;
    if (Number.isNaN(this.#nextTime[tag])) {
      this.#keep(tag, value, time);
      return false;
    }
    if (time - this.#nextTime[tag] >= BASE_MS) {
      this.#from[tag] = this.#next[tag];
      this.#fromTime[tag] = this.#nextTime[tag];
      this.#keep(tag, value, time);
    }
    if (Number.isNaN(this.#fromTime[tag])) return false;
    this.rate[tag] = ((value - this.#from[tag]) / (time - this.#fromTime[tag])) * 1000;
    return Math.abs(this.rate[tag]) > ratePerS;
  }

  /** After a pause, changes are counted afresh. */
  restart(): void {
    this.#fromTime.fill(Number.NaN);
    this.#nextTime.fill(Number.NaN);
  }

  write(writer: ByteWriter): void {
    for (const each of this.#all()) writer.numbers(each);
  }

  /** @throws SwatError `snapshot-corrupt` */
  read(reader: ByteReader): void {
    for (const each of this.#all()) reader.numbers(each);
  }

  #keep(tag: number, value: number, time: number): void {
    this.#next[tag] = value;
    this.#nextTime[tag] = time;
  }

  #all(): readonly Float64Array[] {
    return [this.#from, this.#fromTime, this.#next, this.#nextTime, this.rate];
  }
}
