import type { AssetWindow } from './asset-window';
import { Cells, type Cell } from './cells';
import type { Collector, Input } from './input';
import type { Line } from './line';
import type { Step } from './pace';
import type { GridSettings } from './settings';

/** A pause is a gap where it would take more than so many instants to fill it. */
const MOST_FILLED = 20_000;

/**
 * Windows by event time: inputs wait until the watermark (the greatest event time less the lateness) has passed, then the
 * instants of the grid are taken in their order. Instants without a reading between two that have some are filled with last
 * known values; a pause that is a gap is not. Nothing here depends on the order in which inputs came within the lateness.
 */
export class GridLine<C> implements Line<C> {
  /** The greatest event time, and when it came, ms of arrival. */
  last: number | undefined;
  cameAt = 0;
  /** The first instant that is still open; everything before is closed. */
  closed = -Infinity;
  readonly cells: Cells;
  /** Latest source time of each tag: on the grid (-Infinity before any), and as it arrived (NaN before any). */
  readonly sources: Float64Array;
  readonly heard: Float64Array;
  readonly #values: Float64Array;
  readonly #reasons: Uint8Array;
  readonly #said: Uint8Array;

  constructor(
    readonly window: AssetWindow,
    private readonly out: Collector<C>,
    readonly grid: GridSettings,
  ) {
    const tags = window.context.plant.tags.length;
    this.cells = new Cells(tags, grid.periodMs);
    this.sources = new Float64Array(tags).fill(-Infinity);
    this.heard = new Float64Array(tags).fill(Number.NaN);
    this.#values = new Float64Array(tags);
    this.#reasons = new Uint8Array(tags);
    this.#said = new Uint8Array(tags);
  }

  get latenessMs(): number {
    return this.grid.latenessMs;
  }

  /** After a flush it may lie after the greatest event time: at the end of that one's instant. */
  get watermark(): number {
    const { last } = this;
    if (last === undefined) return -Infinity;
    const end = (this.closed - 0.5) * this.grid.periodMs;
    return Math.max(last - this.grid.latenessMs, end);
  }

  /** The event time of now: the greatest one, and the time that has gone by since it came. */
  present(now: number): number | undefined {
    const { last } = this;
    return last === undefined ? undefined : last + Math.max(0, now - this.cameAt);
  }

  /**
   * The usual pause is that of the grid, which is the same whatever the order of arrival; it is never shorter than the
   * lateness, so that nothing that may still come stands on the other side of a jump.
   */
  judge(time: number): Step {
    const { last, window } = this;
    if (last === undefined) return 'next';
    const longest = Math.max(window.pace.longest(), this.grid.latenessMs);
    if (this.cells.indexOf(time) < this.closed) return last - time > longest ? 'behind' : 'late';
    return time - last > longest && window.pace.intervals.length > 0 ? 'ahead' : 'next';
  }

  append(input: Input<C>, now: number): void {
    const { counters } = this.window.context;
    const met = this.cells.put(input);
    if (met !== 'new') counters[met] += 1;
    if (input.kind === 'reading') counters.readings += 1;
    const { last = -Infinity } = this;
    if (input.time > last) {
      this.last = input.time;
      this.cameAt = now;
    } else if (input.time < last && met === 'new') counters.outOfOrder += 1;
    this.#close(this.cells.indexOf(Math.max(last, input.time) - this.grid.latenessMs), now);
  }

  /** A gap is found on the grid, where what came late has found its place. */
  ahead(): void {
    return undefined;
  }

  behind(now: number): void {
    this.#close(Infinity, now);
    this.window.rewind();
    this.last = undefined;
    this.closed = -Infinity;
    this.sources.fill(-Infinity);
  }

  flush(now: number): boolean {
    const { last } = this;
    if (last === undefined || this.cells.open.length === 0) return false;
    this.#close(this.cells.indexOf(last) + 1, now);
    return true;
  }

  #close(before: number, now: number): void {
    const { open } = this.cells;
    while (open.length > 0 && open[0].index < before) {
      const cell = this.cells.shift();
      if (cell === undefined) break;
      this.#pause(cell.index, now);
      this.#take(cell, now);
      this.cells.release(cell);
    }
    if (before > this.closed) this.closed = before;
  }

  /** Goes from the instant taken last to the one before this: fills what is between, or starts anew. */
  #pause(index: number, now: number): void {
    const { window, grid } = this;
    const { last, maxAgeMs, usual } = window.pace;
    if (last === undefined) return;
    const before = Math.round(last / grid.periodMs);
    const empty = index - before - 1;
    if (empty === 0) return;
    const longest = Math.max(maxAgeMs, 5 * Math.max(usual, grid.periodMs));
    if (index * grid.periodMs - last > longest || empty > MOST_FILLED) {
      window.restart();
      return;
    }
    this.#values.fill(Number.NaN);
    this.#said.fill(0);
    for (let at = before + 1; at < index; at += 1) {
      this.#reasons.fill(0);
      window.context.counters.filled += 1;
      this.#push(at, now);
    }
  }

  #take(cell: Cell, now: number): void {
    const { window, sources } = this;
    const { sources: read, values, reasons } = cell;
    for (let tag = 0; tag < read.length; tag++) {
      // What was said again says nothing where something later has been said since.
      const said = read[tag] >= sources[tag];
      if (said) sources[tag] = read[tag];
      this.#said[tag] = said ? 1 : 0;
      this.#values[tag] = said ? values[tag] : Number.NaN;
      this.#reasons[tag] = said ? reasons[tag] : 0;
    }
    window.pace.take(cell.index * this.grid.periodMs);
    window.context.counters.frames += 1;
    this.#push(cell.index, now);
  }

  #push(index: number, now: number): void {
    const { window } = this;
    const full = window.push(this.#values, this.#reasons, index * this.grid.periodMs, now, this.#said);
    if (full && index % window.context.settings.stride === 0) this.out.window(window.payload());
  }
}
