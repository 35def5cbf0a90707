import type { ByteReader, ByteWriter } from '../stream/bytes';
import type { TagRule } from './settings';

const ABOVE = 1;
const BELOW = 2;

/**
 * Values past the alarm limits of their tag, with 1 % of the range as slack. A limit that is passed while normal operation is
 * learned is none that is worth telling, until the asset is reset; nothing is told meanwhile. Each tag learns from its first
 * value on. 9 bytes a tag.
 */
export class Limits {
  /** When a tag was first seen; NaN before. */
  readonly #first: Float64Array;
  /** Which limits were passed while learning. */
  readonly #usual: Uint8Array;

  constructor(
    private readonly rules: readonly TagRule[],
    private readonly learnMs: number,
  ) {
    this.#first = new Float64Array(rules.length).fill(Number.NaN);
    this.#usual = new Uint8Array(rules.length);
  }

  /** Which limit the value is past; `undefined` where it is past none that counts. */
  look(tag: number, value: number, time: number): 'above' | 'below' | undefined {
    if (Number.isNaN(this.#first[tag])) this.#first[tag] = time;
    const { ll, hh } = this.rules[tag];
    const passed = value > hh ? ABOVE : value < ll ? BELOW : 0;
    if (passed === 0) return undefined;
    if (time - this.#first[tag] < this.learnMs) this.#usual[tag] |= passed;
    if ((this.#usual[tag] & passed) !== 0) return undefined;
    return passed === ABOVE ? 'above' : 'below';
  }

  write(writer: ByteWriter): void {
    writer.numbers(this.#first);
    writer.bytes(this.#usual);
  }

  /** @throws SwatError `snapshot-corrupt` */
  read(reader: ByteReader): void {
    reader.numbers(this.#first);
    reader.bytes(this.#usual, ABOVE | BELOW);
  }
}
