import type { Input } from './input';
import { UNSAID } from './reason';

/** What was read of each tag for one instant of a grid. */
export class Cell {
  /** Source and event time of what stands for each tag, ms; NaN where nothing was read. */
  readonly sources: Float64Array;
  readonly times: Float64Array;
  /** NaN where unusable, for that reason. */
  readonly values: Float64Array;
  readonly reasons: Uint8Array;

  /** @param index which instant: so many periods after the epoch */
  constructor(
    public index: number,
    tags: number,
  ) {
    this.sources = new Float64Array(tags).fill(Number.NaN);
    this.times = new Float64Array(tags);
    this.values = new Float64Array(tags);
    this.reasons = new Uint8Array(tags);
  }
}

/** How an input stood to what its cell knew: something new, the very same again, or something else for the same instant. */
export type Met = 'new' | 'duplicate' | 'conflicting';

/**
 * The instants of a grid that something was read for and that are not closed yet, in their order. What stands for a tag does
 * not depend on the order of arrival: the latest source time, then the latest event time, then a usable value before one that
 * is not, then the greater one. An instant takes what is nearest to it, from half a period before up to half a period after.
 * Bounded by how far event times can lie apart: the lateness and two periods; a cell takes 25 bytes a tag.
 */
export class Cells {
  readonly open: Cell[] = [];
  readonly #free: Cell[] = [];

  constructor(
    readonly tags: number,
    readonly periodMs: number,
  ) {}

  /** The instant that a time belongs to. */
  indexOf(time: number): number {
    return Math.floor((time + this.periodMs / 2) / this.periodMs);
  }

  /** Puts an input to its instant. */
  put(input: Input<unknown>): Met {
    const cell = this.#cell(this.indexOf(input.time));
    if (input.kind === 'reading') {
      return meet(cell, input.tag, input.source, input.time, input.value, input.reason);
    }
    const { time, values, reasons } = input;
    let news = false;
    let conflict = false;
    for (let tag = 0; tag < values.length; tag++) {
      const value = values[tag];
      const reason = Number.isNaN(value) ? reasons[tag] : UNSAID;
      if (Number.isNaN(value) && reason === UNSAID) continue;
      const met = meet(cell, tag, time, time, value, reason);
      if (met === 'new') news = true;
      else if (met === 'conflicting') conflict = true;
    }
    return conflict ? 'conflicting' : news ? 'new' : 'duplicate';
  }

  /** Takes out the first open cell; give it back by {@link release}. */
  shift(): Cell | undefined {
    return this.open.shift();
  }

  /** Lets a cell be used again. */
  release(cell: Cell): void {
    if (this.#free.length >= 4) return;
    cell.sources.fill(Number.NaN);
    // What is left of another instant would make equal states differ in their bytes.
    for (const each of [cell.times, cell.values, cell.reasons]) each.fill(0);
    this.#free.push(cell);
  }

  /** Adds an empty cell after all others. */
  add(index: number): Cell {
    const cell = this.#new(index);
    this.open.push(cell);
    return cell;
  }

  #cell(index: number): Cell {
    const { open } = this;
    let at = open.length;
    while (at > 0 && open[at - 1].index > index) at -= 1;
    if (at > 0 && open[at - 1].index === index) return open[at - 1];
    const cell = this.#new(index);
    open.splice(at, 0, cell);
    return cell;
  }

  #new(index: number): Cell {
    const cell = this.#free.pop() ?? new Cell(index, this.tags);
    cell.index = index;
    return cell;
  }
}

function meet(cell: Cell, tag: number, source: number, time: number, value: number, reason: number): Met {
  const stands = cell.sources[tag];
  if (source < stands) return 'new';
  if (source === stands) {
    if (time < cell.times[tag]) return 'new';
    if (time === cell.times[tag]) {
      const other = cell.values[tag];
      const bad = Number.isNaN(value);
      const otherBad = Number.isNaN(other);
      if (bad && otherBad && reason === cell.reasons[tag]) return 'duplicate';
      if (value === other) return 'duplicate';
      const stronger = bad === otherBad ? (bad ? reason < cell.reasons[tag] : value > other) : otherBad;
      if (stronger) set(cell, tag, source, time, value, reason);
      return 'conflicting';
    }
  }
  set(cell, tag, source, time, value, reason);
  return 'new';
}

function set(cell: Cell, tag: number, source: number, time: number, value: number, reason: number): void {
  cell.sources[tag] = source;
  cell.times[tag] = time;
  // A negative zero would make equal values differ in their bits.
  cell.values[tag] = value + 0;
  cell.reasons[tag] = reason;
}
