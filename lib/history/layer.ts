import { CELL, Page } from './page';
import type { Resolution } from './resolutions';

/** Takes a bucket: where it begins (event time, ms), and its values. */
export type Visit = (time: number, low: number, high: number, last: number) => void;

/** The past on one grid: pages of buckets, as far back as its span. */
export class Layer {
  readonly #pages = new Map<number, Page>();
  /** Rows that have changed since they were taken for the disk, by page. */
  readonly #dirty = new Map<number, Set<number>>();
  #newest = -Infinity;
  /** The page and the row that were widened last, noted as changed: most values go where the one before went. */
  #latest: { readonly row: number; readonly page: Page; readonly at: number } | undefined;

  constructor(readonly resolution: Resolution) {}

  /** Number of the newest bucket: its time divided by the step. */
  get newest(): number {
    return this.#newest;
  }

  get bytes(): number {
    let sum = 0;
    for (const page of this.#pages.values()) sum += page.bytes;
    return sum;
  }

  /** Numbers of the pages there are. */
  pages(): IterableIterator<number> {
    return this.#pages.keys();
  }

  page(number: number): Page | undefined {
    return this.#pages.get(number);
  }

  get oldestPage(): number | undefined {
    let oldest: number | undefined;
    for (const number of this.#pages.keys()) if (oldest === undefined || number < oldest) oldest = number;
    return oldest;
  }

  /** When the first page begins, ms; `undefined` where there is none. */
  get start(): number | undefined {
    const { oldestPage, resolution } = this;
    return oldestPage === undefined ? undefined : oldestPage * resolution.rows * resolution.step;
  }

  /** When the first bucket that holds something begins, ms; `undefined` where there is none. */
  get first(): number | undefined {
    const { oldestPage, resolution } = this;
    const row = oldestPage === undefined ? undefined : this.#pages.get(oldestPage)?.first;
    return oldestPage === undefined || row === undefined || row === Infinity
      ? undefined
      : (oldestPage * resolution.rows + row) * resolution.step;
  }

  /** The bucket that a time falls into. */
  rowAt(time: number): number {
    return Math.floor(time / this.resolution.step);
  }

  /** Whether a bucket is recent enough to be kept. */
  keeps(row: number): boolean {
    return row > this.#newest - this.resolution.span / this.resolution.step;
  }

  /** Widens a bucket by a value; see {@link Page.widen}. One that is too old is left out. */
  widen(row: number, channel: number, value: number, isLast: boolean): void {
    if (this.#latest?.row === row) {
      this.#latest.page.widen(this.#latest.at, channel, value, isLast);
      return;
    }
    if (row > this.#newest) this.#newest = row;
    else if (!this.keeps(row)) return;
    const { rows } = this.resolution;
    const number = Math.floor(row / rows);
    const at = row - number * rows;
    let page = this.#pages.get(number);
    if (page === undefined) this.#pages.set(number, (page = new Page(rows)));
    page.widen(at, channel, value, isLast);
    const dirty = this.#dirty.get(number);
    if (dirty === undefined) this.#dirty.set(number, new Set([at]));
    else dirty.add(at);
    this.#latest = { row, page, at };
  }

  /** The last value of a channel in the rows from one to another, that one included; `undefined` where there is none. */
  lastIn(from: number, to: number, channel: number): number | undefined {
    const { rows } = this.resolution;
    const end = Math.min(to, this.#newest);
    for (const number of this.#pagesIn(from, end).reverse()) {
      const column = this.#pages.get(number)?.column(channel);
      if (column === undefined) continue;
      const first = number * rows;
      for (let row = Math.min(end, first + rows - 1); row >= Math.max(from, first); row -= 1) {
        const last = column[(row - first) * CELL + 2];
        if (!Number.isNaN(last)) return last;
      }
    }
    return undefined;
  }

  /** Every bucket of a channel from one row to another, that one included, in order of time. */
  each(channel: number, from: number, to: number, visit: Visit): void {
    const { rows, step } = this.resolution;
    const end = Math.min(to, this.#newest);
    for (const number of this.#pagesIn(from, end)) {
      const page = this.#pages.get(number);
      const column = page?.column(channel);
      if (page === undefined || column === undefined) continue;
      const last = Math.min(page.used - 1, end - number * rows);
      for (let row = Math.max(0, from - number * rows); row <= last; row += 1) {
        const at = row * CELL;
        if (Number.isNaN(column[at])) continue;
        visit((number * rows + row) * step, column[at], column[at + 1], column[at + 2]);
      }
    }
  }

  /** The numbers of the pages that hold rows from one to another, ascending. Those between are not gone through: they may be ages. */
  #pagesIn(from: number, to: number): number[] {
    const { rows } = this.resolution;
    const [first, last] = [Math.floor(from / rows), Math.floor(to / rows)];
    if (last - first < this.#pages.size) {
      const dense = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
      return dense.filter((number) => this.#pages.has(number));
    }
    return [...this.#pages.keys()].filter((number) => number >= first && number <= last).sort((a, b) => a - b);
  }

  /** Forgets pages that lie wholly before the span, and gives their numbers. */
  prune(): number[] {
    const { rows, step, span } = this.resolution;
    const before = this.#newest - span / step;
    return [...this.#pages.keys()].filter((number) => (number + 1) * rows <= before && this.drop(number));
  }

  /** Forgets one page. */
  drop(number: number): boolean {
    this.#latest = undefined;
    this.#dirty.delete(number);
    return this.#pages.delete(number);
  }

  /** Forgets everything after a row. @returns the numbers of the pages that are gone, and of the one that is shorter */
  cut(after: number): { gone: number[]; changed: number[] } {
    const { rows } = this.resolution;
    this.#latest = undefined;
    const [gone, changed]: [number[], number[]] = [[], []];
    for (const [number, page] of [...this.#pages]) {
      if (number * rows > after) {
        this.drop(number);
        gone.push(number);
      } else if (number * rows + page.used - 1 > after) {
        page.cut(after - number * rows + 1);
        this.#dirty.delete(number);
        changed.push(number);
      }
    }
    this.#newest = Math.min(this.#newest, after);
    return { gone, changed };
  }

  /** Puts back a page that was kept. */
  put(number: number, page: Page): void {
    this.#pages.set(number, page);
    this.#newest = Math.max(this.#newest, number * this.resolution.rows + page.used - 1);
  }

  /**
   * Rows that have changed since they were taken the last time, as page and row.
   * @param upTo rows after this one are left for later
   */
  takeChanged(upTo: number): { page: number; row: number }[] {
    const taken: { page: number; row: number }[] = [];
    this.#latest = undefined;
    for (const [page, rows] of this.#dirty) {
      for (const row of rows) {
        if (page * this.resolution.rows + row > upTo) continue;
        taken.push({ page, row });
        rows.delete(row);
      }
      if (rows.size === 0) this.#dirty.delete(page);
    }
    return taken;
  }
}
