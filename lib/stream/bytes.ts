import { SwatError } from '../errors';

/** Whether this machine keeps its numbers as they are written: then a whole array is one copy. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Writes numbers one after the other, little-endian, into bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  byte(value: number): void {
    this.#need(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  /** A whole number from 0 to 2^32 - 1. */
  count(value: number): void {
    this.#need(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  number(value: number): void {
    this.#need(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  numbers(values: Float64Array | readonly number[]): void {
    this.#need(8 * values.length);
    if (LITTLE_ENDIAN && values instanceof Float64Array) {
      this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.#at);
      this.#at += values.byteLength;
      return;
    }
    for (let i = 0; i < values.length; i++, this.#at += 8) this.#view.setFloat64(this.#at, values[i], true);
  }

  bytes(values: Uint8Array): void {
    this.#need(values.length);
    this.#bytes.set(values, this.#at);
    this.#at += values.length;
  }

  /** A copy of what was written. */
  end(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + bytes));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what {@link ByteWriter} wrote. Each method throws SwatError `snapshot-corrupt` where the bytes end early. */
export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  constructor(private readonly source: Uint8Array) {
    this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }

  byte(): number {
    return this.#view.getUint8(this.#step(1));
  }

  /** A whole number that is at most so great. */
  count(most: number): number {
    const value = this.#view.getUint32(this.#step(4), true);
    if (value > most) throw corrupt('count');
    return value;
  }

  number(): number {
    return this.#view.getFloat64(this.#step(8), true);
  }

  /** A number that is neither NaN nor infinite. */
  finite(): number {
    const value = this.number();
    if (!Number.isFinite(value)) throw corrupt('number');
    return value;
  }

  numbers(into: Float64Array, check: 'any' | 'finite' = 'any'): void {
    const at = this.#step(8 * into.length);
    for (let i = 0; i < into.length; i++) {
      into[i] = this.#view.getFloat64(at + 8 * i, true);
      if (check === 'finite' && !Number.isFinite(into[i])) throw corrupt('number');
    }
  }

  /** Bytes that are at most so great each. */
  bytes(into: Uint8Array, most: number): void {
    const at = this.#step(into.length);
    into.set(this.source.subarray(at, at + into.length));
    if (into.some((value) => value > most)) throw corrupt('byte');
  }

  /** @throws SwatError `snapshot-corrupt` when something is left */
  end(): void {
    if (this.#at !== this.source.length) throw corrupt('length');
  }

  #step(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.source.length) throw corrupt('length');
    this.#at = at + bytes;
    return at;
  }
}

/** The error for bytes that are not what was saved. */
export function corrupt(part: string): SwatError {
  return new SwatError('snapshot-corrupt', { part });
}
