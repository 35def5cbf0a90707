import { corrupt, type ByteReader, type ByteWriter } from '../stream/bytes';

/** What becomes of a condition that was looked at. */
export type Turn = 'raised' | 'cleared' | undefined;

/** Debounces conditions, one a place: each is raised once when it has held long enough, and cleared once when it has not. */
export class Latch {
  /** Since when each is wrong, and since when one that stands is right again; NaN: not. */
  readonly since: Float64Array;
  readonly #right: Float64Array;
  readonly #stands: Uint8Array;

  constructor(
    readonly places: number,
    private readonly raiseMs: number,
    private readonly clearMs: number,
  ) {
    this.since = new Float64Array(places).fill(Number.NaN);
    this.#right = new Float64Array(places).fill(Number.NaN);
    this.#stands = new Uint8Array(places);
  }

  stands(place: number): boolean {
    return this.#stands[place] === 1;
  }

  /** Takes how a condition is now. @param from since when it is wrong, where that is known */
  take(place: number, wrong: boolean, time: number, from = time): Turn {
    const { since } = this;
    if (wrong) {
      this.#right[place] = Number.NaN;
      if (Number.isNaN(since[place])) since[place] = from;
      if (this.stands(place) || time - since[place] < this.raiseMs) return undefined;
      this.#stands[place] = 1;
      return 'raised';
    }
    if (!this.stands(place)) {
      since[place] = Number.NaN;
      return undefined;
    }
    if (Number.isNaN(this.#right[place])) this.#right[place] = time;
    return time - this.#right[place] < this.clearMs ? undefined : this.drop(place);
  }

  /** Ends a condition at once; `since` stays readable until the next look. */
  drop(place: number): Turn {
    if (!this.stands(place)) return undefined;
    this.#stands[place] = 0;
    this.#right[place] = Number.NaN;
    return 'cleared';
  }

  write(writer: ByteWriter): void {
    writer.numbers(this.since);
    writer.numbers(this.#right);
    writer.bytes(this.#stands);
  }

  /** @throws SwatError `snapshot-corrupt` */
  read(reader: ByteReader): void {
    reader.numbers(this.since);
    reader.numbers(this.#right);
    reader.bytes(this.#stands, 1);
    for (let place = 0; place < this.places; place++)
      if (this.stands(place) && Number.isNaN(this.since[place])) throw corrupt('latch');
  }
}
