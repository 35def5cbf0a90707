import { breathing } from '../platform/timers';
import type { StateEntry } from '../snapshot/file';
import { corrupt } from '../stream/bytes';
import { Layer, type Visit } from './layer';
import { pageBytes, readPage, rowBytes } from './page-bytes';
import { resolutions, type Spans } from './resolutions';

/** Traces of an asset, at most: its tags, what was expected of them, when they were bad, and the score. Further ones are not kept. */
export const MOST_CHANNELS = 7000;

/** Where a changed part of the past is saved: whole, added to, or forgotten. */
export interface Saved {
  change(key: string): void;
  delta(key: string, data: Uint8Array): void;
  forget(key: string): void;
}

const NAMES = 'names';
const PAGE = /^page\/(\d)\/(-?\d{1,12})$/;
const pageKey = (layer: number, page: number): string => `page/${layer}/${page}`;

/**
 * The past of an asset's traces (score, tags, expectations) on every grid at once. A value widens one bucket of each grid, so
 * that no low and no high is lost. A value that is older than the newest of its trace widens too, but is the last one of
 * its bucket only where the bucket has no other.
 */
export class Past {
  readonly #layers: readonly Layer[];
  readonly #channels = new Map<string, number>();
  readonly #names: string[] = [];
  /** Event time of the newest value of each channel. */
  readonly #times: number[] = [];

  /** @param saved is told what changes beside what {@link save} gives */
  constructor(
    spans: Spans,
    private readonly saved: Pick<Saved, 'change' | 'forget'>,
  ) {
    this.#layers = resolutions(spans).map((each) => new Layer(each));
  }

  get bytes(): number {
    return this.#layers.reduce((sum, layer) => sum + layer.bytes, 0);
  }

  /** The grids, finest first. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** When the oldest bucket begins, ms; `undefined` where nothing is kept. */
  get first(): number | undefined {
    let first: number | undefined;
    let until = Infinity;
    for (const { first: own, resolution } of this.#layers.toReversed()) {
      // Where a finer grid begins within the first bucket of a coarser one, it knows better.
      if (own === undefined || own >= until) continue;
      first = own;
      until = own + resolution.step;
    }
    return first;
  }

  /** Event time of the newest value of all, as far as it is known, ms. */
  get newest(): number | undefined {
    const newest = Math.max(...this.#layers.map(({ newest: row, resolution }) => row * resolution.step));
    return Number.isFinite(newest) ? Math.max(newest, ...this.#times) : undefined;
  }

  /** Puts a value into a trace. @returns false where there are too many traces for another one */
  put(name: string, time: number, value: number): boolean {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      if (this.#names.length >= MOST_CHANNELS) return false;
      channel = this.#names.push(name) - 1;
      this.#channels.set(name, channel);
      this.#times.push(-Infinity);
      this.saved.change(NAMES);
    }
    const late = time < this.#times[channel];
    if (!late) this.#times[channel] = time;
    const [finest, ...coarser] = this.#layers;
    finest.widen(finest.rowAt(time), channel, value, !late);
    for (const layer of coarser) {
      const row = layer.rowAt(time);
      layer.widen(row, channel, value, !late);
      if (late) this.#lastAgain(layer, row, channel);
    }
    return true;
  }

  /** The buckets of a trace that lie in a span of time, on one grid. */
  each(name: string, layer: Layer, from: number, to: number, visit: Visit): void {
    const channel = this.#channels.get(name);
    if (channel !== undefined) layer.each(channel, layer.rowAt(from), layer.rowAt(to), visit);
  }

  /** The newest value of a trace, as it is kept. */
  latest(name: string): number | undefined {
    const channel = this.#channels.get(name);
    const [finest] = this.#layers;
    return channel === undefined ? undefined : finest.lastIn(-Infinity, finest.newest, channel);
  }

  /** Forgets what is older than each grid reaches. */
  prune(): void {
    this.#layers.forEach((layer, index) => {
      for (const page of layer.prune()) this.saved.forget(pageKey(index, page));
    });
  }

  /** Forgets the oldest page of the grid that takes the most memory, unless it is the only one. @returns whether it could */
  shed(): boolean {
    const [index, layer] = this.#layers.reduce<[number, Layer]>(
      (most, each, at) => (each.bytes > most[1].bytes ? [at, each] : most),
      [0, this.#layers[0]],
    );
    const { oldestPage } = layer;
    if (oldestPage === undefined || [...layer.pages()].length < 2) return false;
    layer.drop(oldestPage);
    this.saved.forget(pageKey(index, oldestPage));
    return true;
  }

  /** Forgets what is later than a time: a record is replayed from there. The bucket of that time stays. */
  cut(time: number): void {
    this.#layers.forEach((layer, index) => {
      const { gone, changed } = layer.cut(layer.rowAt(time));
      for (const page of gone) this.saved.forget(pageKey(index, page));
      for (const page of changed) this.saved.change(pageKey(index, page));
    });
    this.#times.fill(-Infinity);
  }

  /**
   * Gives what has changed to the disk. Of the coarser grids only buckets that are over: those that still grow are made again of
   * the finest one.
   * @param all those that still grow, too
   */
  save(saved: Saved, all = false): void {
    this.#layers.forEach((layer, index) => {
      for (const { page, row } of layer.takeChanged(index === 0 || all ? Infinity : layer.newest - 1)) {
        const found = layer.page(page);
        if (found !== undefined) saved.delta(pageKey(index, page), rowBytes(found, row));
      }
    });
  }

  *keys(): Generator<string> {
    yield NAMES;
    for (const [index, layer] of this.#layers.entries()) for (const page of layer.pages()) yield pageKey(index, page);
  }

  /** The whole of a key, `undefined` where it is not of these. */
  full(key: string): Uint8Array | undefined {
    if (key === NAMES) return Buffer.from(JSON.stringify(this.#names));
    const [, layer, page] = PAGE.exec(key) ?? [];
    const found = (this.#layers as readonly (Layer | undefined)[])[Number(layer)]?.page(Number(page));
    return found && pageBytes(found);
  }

  /**
   * Takes back what was saved; an entry that cannot be used is left out. Lets other work go first every few milliseconds: until it
   * is done, nothing else is to be done with this past.
   * @returns the keys of entries that could not be used
   */
  async restore(entries: ReadonlyMap<string, StateEntry>): Promise<string[]> {
    const refused: string[] = [];
    const names = readNames(entries.get(NAMES)?.full);
    if (names === undefined) return [...entries.keys()].filter((key) => key === NAMES || PAGE.test(key));
    for (const name of names) {
      this.#channels.set(name, this.#names.push(name) - 1);
      this.#times.push(-Infinity);
    }
    const breath = breathing();
    for (const [key, { full, deltas }] of entries) {
      const [, index, number] = PAGE.exec(key) ?? [];
      if (!PAGE.test(key)) continue;
      const layer = (this.#layers as readonly (Layer | undefined)[])[Number(index)];
      try {
        if (layer === undefined) throw corrupt('layer');
        layer.put(Number(number), await readPage(layer.resolution.rows, names.length, full, deltas, breath));
      } catch {
        refused.push(key);
      }
    }
    await this.#grown(breath);
    this.prune();
    return refused;
  }

  /** Makes the buckets of the coarser grids that were not over when the process ended, of those of the finest. */
  async #grown(breath: () => Promise<void>): Promise<void> {
    const [finest, ...coarser] = this.#layers;
    for (const layer of coarser) {
      const from = Math.max(layer.newest, layer.rowAt(finest.start ?? Infinity));
      const begin = (from * layer.resolution.step) / finest.resolution.step;
      for (let channel = 0; channel < this.#names.length; channel += 1) {
        finest.each(channel, begin, finest.newest, (time, low, high, last) => {
          const row = layer.rowAt(time);
          for (const value of [low, high, last]) layer.widen(row, channel, value, true);
        });
        await breath();
      }
    }
    // The newest time of a trace is known to the second: a late value of that very second may become its last one.
    for (const channel of this.#times.keys()) {
      finest.each(channel, -Infinity, finest.newest, (time) => (this.#times[channel] = time));
      await breath();
    }
  }

  /** After a late value: the last one of a coarser bucket is that of the newest fine bucket in it. */
  #lastAgain(layer: Layer, row: number, channel: number): void {
    const [finest] = this.#layers;
    const ratio = layer.resolution.step / finest.resolution.step;
    const last = finest.lastIn(row * ratio, (row + 1) * ratio - 1, channel);
    if (last !== undefined && layer.keeps(row)) layer.widen(row, channel, last, true);
  }
}

function readNames(bytes: Uint8Array | undefined): string[] | undefined {
  if (bytes === undefined) return undefined;
  try {
    const names = JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
    const whole =
      Array.isArray(names) &&
      names.length <= MOST_CHANNELS &&
      names.every((name) => typeof name === 'string') &&
      new Set(names).size === names.length;
    return whole ? names : undefined;
  } catch {
    return undefined;
  }
}
