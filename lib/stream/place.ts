import type { Fields } from './fields';
import type { HistorianPlace } from './historian';
import type { SourceFrame } from './source';

/** Where a replay stands in its file: plain data. */
export interface PlaceState {
  readonly from: HistorianPlace | null;
  /** Broken lines and unreadable cells behind the last frame that were counted already. */
  readonly lines: number;
  readonly cells: number;
}

/**
 * Where a replay stands in its file: behind the frame that was sent last. What the file told of lines behind it, since it is
 * read one frame ahead, is not told again when it goes on from here.
 */
export class Place {
  private last: HistorianPlace['last'];
  private lines: number;
  private cells: number;
  private readonly again: { lines: number; cells: number };

  constructor({ from, lines, cells }: PlaceState = { from: null, lines: 0, cells: 0 }) {
    this.last = from?.last ?? null;
    this.lines = lines;
    this.cells = cells;
    this.again = { lines, cells };
  }

  /** A frame was sent. */
  sent({ line = 0, time, label }: SourceFrame): void {
    // The file has begun again: what its end said of an attack says nothing of its beginning.
    const before = this.last === null || line <= this.last.line ? null : this.last.since;
    this.last = { line, time, since: label === undefined ? before : label.since };
    this.lines = this.cells = 0;
  }

  /** A broken line: whether it is new. */
  line(): boolean {
    return this.isNew('lines');
  }

  /** An unreadable cell: whether it is new. */
  cell(): boolean {
    return this.isNew('cells');
  }

  /** @param head of the file; without it nothing has been read yet */
  saved(head: string | undefined): PlaceState {
    const { last, lines, cells } = this;
    return { from: head === undefined ? null : { head, last }, lines, cells };
  }

  private isNew(kind: 'lines' | 'cells'): boolean {
    if (this.again[kind] === 0) {
      this[kind] += 1;
      return true;
    }
    this.again[kind] -= 1;
    return false;
  }
}

/** Reads what was saved of a {@link Place}. @throws SwatError `snapshot-corrupt` */
export function readPlace(given: Fields): PlaceState {
  const counts = { lines: given.count('lines'), cells: given.count('cells') };
  if (!given.has('from')) return { from: null, ...counts };
  const from = given.of('from');
  const head = from.text('head');
  if (!from.has('last')) return { from: { head, last: null }, ...counts };
  const last = from.of('last');
  const since = last.has('since') ? last.number('since') : null;
  return { from: { head, last: { line: last.count('line'), time: last.number('time'), since } }, ...counts };
}
