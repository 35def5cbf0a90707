import { ByteReader, corrupt, type ByteWriter } from './bytes';
import type { Input } from './input';
import { UNUSABLE } from './reason';

const FRAME = 1;
const READING = 2;
const FLUSH = 3;
const LOST = 4;

/** Numbers before a frame's values: what it is, when it came, and its time. */
const HEAD = 3;

/** What an asset has taken: an input, that what waited was taken as it was silent, or that its communication was lost. */
export type Delta<C> = { readonly now: number } & ({ readonly input: Input<C> } | { readonly event: 'flush' | 'lost' });

/** Records are cut from pieces of so many bytes: a buffer for each would cost more than all the rest. */
const PIECE = 65_536;

/** Makes the records that {@link readDelta} reads: 24 bytes, and 8 a tag for a frame. They are not changed afterwards. */
export class DeltaWriter {
  #piece = new Float64Array(0);
  #at = 0;

  input(input: Input<unknown>, now: number): Uint8Array {
    if (input.kind === 'reading') {
      const { time, source, tag, value, reason } = input;
      return this.#numbers([READING, now, time, source, tag, value, reason]);
    }
    const { time, values, reasons } = input;
    let unusable = 0;
    for (let tag = 0; tag < values.length; tag++) if (Number.isNaN(values[tag])) unusable += 1;
    const from = this.#take(HEAD + values.length + Math.ceil(unusable / 8));
    const piece = this.#piece;
    piece[from] = FRAME;
    piece[from + 1] = now;
    piece[from + 2] = time;
    piece.set(values, from + HEAD);
    const record = new Uint8Array(piece.buffer, from * 8, (HEAD + values.length) * 8 + unusable);
    if (unusable > 0) {
      for (let tag = 0, at = (HEAD + values.length) * 8; tag < values.length; tag++) {
        if (Number.isNaN(values[tag])) record[at++] = reasons[tag];
      }
    }
    return record;
  }

  event(event: 'flush' | 'lost', now: number): Uint8Array {
    return this.#numbers([event === 'flush' ? FLUSH : LOST, now]);
  }

  #numbers(numbers: readonly number[]): Uint8Array {
    const from = this.#take(numbers.length);
    this.#piece.set(numbers, from);
    return new Uint8Array(this.#piece.buffer, from * 8, numbers.length * 8);
  }

  /** Room for so many numbers: the position of the first. */
  #take(numbers: number): number {
    if (this.#at + numbers > this.#piece.length) {
      this.#piece = new Float64Array(Math.max(PIECE / 8, numbers));
      this.#at = 0;
    }
    const from = this.#at;
    this.#at += numbers;
    return from;
  }
}

/**
 * Reads a record.
 * @throws SwatError `snapshot-corrupt`
 */
export function readDelta<C>(bytes: Uint8Array, tags: number): Delta<C> {
  const reader = new ByteReader(bytes);
  const kind = reader.number();
  const now = reader.finite();
  switch (kind) {
    case FLUSH:
    case LOST:
      reader.end();
      return { now, event: kind === FLUSH ? 'flush' : 'lost' };
    case READING: {
      const input = readReading<C>(reader, tags);
      reader.end();
      return { now, input };
    }
    case FRAME: {
      const time = reader.finite();
      const values = new Float64Array(tags);
      const reasons = new Uint8Array(tags);
      readFrame(reader, values, reasons);
      reader.end();
      return { now, input: { kind: 'frame', time, values, reasons, carrier: undefined } };
    }
    default:
      throw corrupt('delta');
  }
}

/** Writes an input that is put aside. */
export function writeInput(writer: ByteWriter, input: Input<unknown>): void {
  if (input.kind === 'reading') {
    writer.byte(READING);
    writer.numbers([input.time, input.source, input.tag, input.value, input.reason]);
    return;
  }
  writer.byte(FRAME);
  writer.number(input.time);
  writer.numbers(input.values);
  input.values.forEach((value, tag) => Number.isNaN(value) && writer.byte(input.reasons[tag]));
}

/** Reads one. @throws SwatError `snapshot-corrupt` */
export function readInput<C>(reader: ByteReader, tags: number): Input<C> {
  if (reader.byte() === READING) return readReading(reader, tags);
  const time = reader.finite();
  const values = new Float64Array(tags);
  const reasons = new Uint8Array(tags);
  readFrame(reader, values, reasons);
  return { kind: 'frame', time, values, reasons, carrier: undefined };
}

function readReading<C>(reader: ByteReader, tags: number): Input<C> {
  const [time, source, tag] = [reader.finite(), reader.finite(), reader.finite()];
  const [value, reason] = [reader.number(), reader.finite()];
  const known = Number.isInteger(tag) && tag >= 0 && tag < tags && Number.isInteger(reason) && reason >= 0;
  if (!known || reason > UNUSABLE.length) throw corrupt('reading');
  return { kind: 'reading', time, source, tag, value, reason, carrier: undefined };
}

function readFrame(reader: ByteReader, values: Float64Array, reasons: Uint8Array): void {
  reader.numbers(values);
  for (let tag = 0; tag < values.length; tag++) {
    if (!Number.isNaN(values[tag])) continue;
    reasons[tag] = reader.byte();
    if (reasons[tag] > UNUSABLE.length) throw corrupt('reason');
  }
}
