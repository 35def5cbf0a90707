const FIRST_BASE = 0x01000193;
const SECOND_BASE = 0x5bd1e995;

const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);

/**
 * Hash of the latest `length` values of each place that is updated value by value (Karp and Rabin, 1987): two of 32 bits with
 * the values' bits well mixed, put together to 53.
 */
export class RollingHash {
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  readonly #gone: readonly [number, number];

  constructor(places: number, length: number) {
    this.#first = new Int32Array(places);
    this.#second = new Int32Array(places);
    let [first, second] = [1, 1];
    for (let step = 0; step < length; step++) {
      first = Math.imul(first, FIRST_BASE);
      second = Math.imul(second, SECOND_BASE);
    }
    this.#gone = [first, second];
  }

  clear(place: number): void {
    this.#first[place] = this.#second[place] = 0;
  }

  /** Adds a value, and takes away the one that came `length` before it. */
  push(place: number, come: number, gone?: number): void {
    const x = mixed(place, come);
    const old = gone === undefined ? 0 : mixed(place, gone);
    const [first, second] = this.#gone;
    this.#first[place] = (Math.imul(this.#first[place], FIRST_BASE) + x - Math.imul(old, first)) | 0;
    this.#second[place] = (Math.imul(this.#second[place], SECOND_BASE) + x - Math.imul(old, second)) | 0;
  }

  /** The hash as one whole number of 53 bits. */
  of(place: number): number {
    return (this.#first[place] >>> 0) * 0x200000 + (this.#second[place] >>> 11);
  }
}

/** The bits of a value of a place, well mixed (the finalizer of MurmurHash3). */
function mixed(place: number, number: number): number {
  value[0] = number + 0;
  let h = words[0] ^ Math.imul(words[1], 0x85ebca6b) ^ Math.imul(place + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
