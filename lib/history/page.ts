/** Numbers of a cell: lowest, highest, last. */
export const CELL = 3;

/**
 * A page of buckets: for each channel a column of cells, made when the first value of the channel comes. Numbers are kept with
 * seven digits (32 bits).
 */
export class Page {
  readonly #columns: (Float32Array | undefined)[] = [];
  #first = Infinity;
  #used = 0;
  #bytes = 0;

  constructor(readonly rows: number) {}

  /** Rows up to the last one that holds something. */
  get used(): number {
    return this.#used;
  }

  /** The first row that holds something; infinite where none does. */
  get first(): number {
    return this.#first;
  }

  /** What it takes of the memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The cells of a channel, row by row; `undefined` where it has none here. NaN: no value. Not to be changed. */
  column(channel: number): Float32Array | undefined {
    return this.#columns[channel];
  }

  /** The channels that have a column here, ascending. */
  *channels(): Generator<number> {
    for (let channel = 0; channel < this.#columns.length; channel += 1)
      if (this.#columns[channel] !== undefined) yield channel;
  }

  has(row: number, channel: number): boolean {
    const column = this.#columns[channel];
    return column !== undefined && !Number.isNaN(column[row * CELL]);
  }

  /** Widens a cell by a value, and makes that its last one where it is to be, or where there was none. */
  widen(row: number, channel: number, value: number, isLast: boolean): void {
    const column = this.#columnOf(channel);
    const at = row * CELL;
    // The comparison is with what is kept: rounded the same way.
    const kept = Math.fround(value);
    const empty = Number.isNaN(column[at]);
    if (empty || kept < column[at]) column[at] = kept;
    if (empty || kept > column[at + 1]) column[at + 1] = kept;
    if (empty || isLast) column[at + 2] = kept;
    this.#uses(row);
  }

  /** Puts a whole cell in place of the one that was there. */
  set(row: number, channel: number, low: number, high: number, last: number): void {
    const column = this.#columnOf(channel);
    column[row * CELL] = low;
    column[row * CELL + 1] = high;
    column[row * CELL + 2] = last;
    this.#uses(row);
  }

  /** Forgets the rows from this one on. */
  cut(from: number): void {
    for (const column of this.#columns) column?.fill(NaN, from * CELL);
    this.#used = Math.min(this.#used, from);
    if (this.#first >= from) this.#first = Infinity;
  }

  #uses(row: number): void {
    if (row >= this.#used) this.#used = row + 1;
    if (row < this.#first) this.#first = row;
  }

  #columnOf(channel: number): Float32Array {
    const found = this.#columns[channel];
    if (found !== undefined) return found;
    const column = new Float32Array(this.rows * CELL).fill(NaN);
    this.#columns[channel] = column;
    this.#bytes += column.byteLength;
    return column;
  }
}
