import { corrupt, type ByteReader, type ByteWriter } from '../stream/bytes';
import type { TagRule } from './settings';

/** At most so many states of an actuator are remembered; one that shows more has none that is worth telling. */
const MOST = 16;

/**
 * States of actuators that never occur. A state that the dictionary does not name is told at once; one that it names when it
 * was not seen while states were learned. What was not seen then stays so, so that it is told each time. Learns of each tag
 * for itself, from its first value on. At most 16 states a tag.
 */
export class States {
  /** When a tag was first seen; NaN before. */
  readonly #first: Float64Array;
  readonly #seen: number[][];

  constructor(
    private readonly rules: readonly TagRule[],
    private readonly learnMs: number,
  ) {
    this.#first = new Float64Array(rules.length).fill(Number.NaN);
    this.#seen = rules.map(() => []);
  }

  /** Which kind of unknown the state is: one without a name, or one not seen while learning; `undefined` for a known one. */
  look(tag: number, value: number, time: number): 'undefined' | 'unseen' | undefined {
    const { sensor, states } = this.rules[tag];
    if (sensor) return undefined;
    if (states?.has(value) === false) return 'undefined';
    if (this.learnMs === 0) return undefined;
    if (Number.isNaN(this.#first[tag])) this.#first[tag] = time;
    const seen = this.#seen[tag];
    if (seen.includes(value) || seen.length === MOST) return undefined;
    if (time - this.#first[tag] >= this.learnMs) return 'unseen';
    seen.push(value);
    return undefined;
  }

  write(writer: ByteWriter): void {
    writer.numbers(this.#first);
    for (const seen of this.#seen) {
      writer.byte(seen.length);
      writer.numbers(seen);
    }
  }

  /** @throws SwatError `snapshot-corrupt` */
  read(reader: ByteReader): void {
    reader.numbers(this.#first);
    for (const seen of this.#seen) {
      const count = reader.byte();
      if (count > MOST) throw corrupt('states');
      const states = new Float64Array(count);
      reader.numbers(states, 'finite');
      seen.splice(0, MOST, ...states);
    }
  }
}
