import { ByteReader, corrupt, type ByteWriter } from './bytes';
import type { Input } from './input';
import { UNUSABLE } from './reason';

const FRAME = 1;
const READING = 2;
const FLUSH = 3;
const LOST = 4;

/** Bytes before a frame's values: what it is, when it came, and its time, so that the values stand at a multiple of 8. */
const HEAD = 24;

/** What an asset has taken: an input, that what waited was taken as it was silent, or that its communication was lost. */
export type Delta<C> = { readonly now: number } & ({ readonly input: Input<C> } | { readonly event: 'flush' | 'lost' });

/** An input as a record that {@link readDelta} reads: 24 bytes, and 8 a tag for a frame. */
export function inputDelta(input: Input<unknown>, now: number): Uint8Array {
  if (input.kind === 'reading') {
    const numbers = Float64Array.of(READING, now, input.time, input.source, input.tag, input.value, input.reason);
    return new Uint8Array(numbers.buffer);
  }
  const { values, reasons } = input;
  let unusable = 0;
  for (let tag = 0; tag < values.length; tag++) if (Number.isNaN(values[tag])) unusable += 1;
  const bytes = new Uint8Array(HEAD + 8 * values.length + unusable);
  const numbers = new Float64Array(bytes.buffer, 0, HEAD / 8 + values.length);
  numbers[0] = FRAME;
  numbers[1] = now;
  numbers[2] = input.time;
  numbers.set(values, HEAD / 8);
  if (unusable > 0) {
    for (let tag = 0, at = HEAD + 8 * values.length; tag < values.length; tag++) {
      if (Number.isNaN(values[tag])) bytes[at++] = reasons[tag];
    }
  }
  return bytes;
}

/** An event as such a record. */
export function eventDelta(event: 'flush' | 'lost', now: number): Uint8Array {
  return new Uint8Array(Float64Array.of(event === 'flush' ? FLUSH : LOST, now).buffer);
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
