import { SwatError } from '../errors';
import type { Plant } from '../plant/dictionary';
import { AssetBook } from './asset-book';
import { FrameReader } from './assembler';
import { AssetWindow, type WindowContext } from './asset-window';
import type { Communication } from './communication';
import { Complaints } from './complaints';
import { copyKept } from './copy-kept';
import { StreamCounters } from './counters';
import { GridLine } from './grid-line';
import { JumpGuard } from './guard';
import { Collector, type Input, type Outcome } from './input';
import { DeltaWriter, readDelta } from './input-bytes';
import type { Kept } from './kept';
import { codeOf, UNSAID, type Unusable } from './reason';
import { repeatedTime } from './repeated';
import { SampleLine } from './sample-line';
import { slidingBytes } from './sliding';
import { registerSchema, windowSchema, type WindowSchema } from './schema';
import type { WindowSettings } from './settings';
import { stateKeyOf } from './state-key';
import { healthOf, standInsOf, timesOf, type AssetTimes, type WindowHealth } from './standing';
import { readKept, writeKept } from './window-state';

/** What a tag takes in a sample that waits. */
const CELL_BYTES = 25;
/** All windows together take at most so many bytes. */
const MAX_BYTES = 2 ** 30;
/** Before what waits is taken, an asset must have been silent for this long at least, ms. */
const LEAST_SILENCE = 2000;
/** An asset is silent only after so many of its usual intervals. */
const USUAL = 5;

/** The value of one tag, as `readings` has read it. */
export interface TagReading {
  /** Position of the tag. */
  readonly tag: number;
  /** As it came; a number, or why there is none. */
  readonly raw: unknown;
  readonly value: number | Unusable;
}

/**
 * Sliding windows, one per asset: by count (`SampleLine`) or by event time (`GridLine`). Bounded: at most `maxAssets`, and
 * 1 GiB at 11 to 18 bytes a tag and sample, 25 of those that wait for the lateness; and what {@link JumpGuard} puts aside.
 * Assets that were idle for `idleMs` are forgotten when a new one comes; when there is no room even so, it is refused.
 * `C` is what an input came with, handed back with those that were not used.
 */
export class AssetWindows<C = undefined> {
  readonly schema: WindowSchema;
  readonly counters = new StreamCounters();
  /** Why values could not be used, for a person to read. */
  readonly complaints: Complaints;
  /** The longest length, or the raw samples where there are more of those, samples. */
  readonly length: number;
  /** Assets that there is room for: `maxAssets`, or fewer where windows are long. */
  readonly most: number;
  /** Hears of everything that changes an asset, as a record for {@link replay}; before it is taken. */
  onTaken: ((asset: string, delta: Uint8Array) => void) | undefined;
  /** Asked before each such record, where it is set: one that nobody wants is not made. */
  wantsTaken: ((asset: string) => boolean) | undefined;
  /** Hears of assets that are forgotten. */
  onForgotten: ((asset: string) => void) | undefined;
  /**
   * What the state depends on: tags, windows and times. State that was saved under another key is of no use here.
   */
  readonly stateKey: string;
  readonly #reader: FrameReader;
  readonly #context: WindowContext;
  readonly #out = new Collector<C>();
  readonly #deltas = new DeltaWriter();
  readonly #assets: AssetBook<Kept<C>>;
  #events: Communication[] = [];
  #started: number | undefined;

  constructor(
    readonly plant: Plant,
    readonly settings: WindowSettings,
  ) {
    const { grid, lengths, lags = 0 } = settings;
    this.schema = registerSchema(windowSchema(plant, lengths, lags));
    this.length = Math.max(...lengths, lags);
    const waiting = grid === undefined ? 0 : Math.ceil(grid.latenessMs / grid.periodMs) + 2;
    const sliding = lengths.reduce((sum, length) => sum + slidingBytes(length) * length, 0);
    const perTag = sliding + this.length + CELL_BYTES * waiting + Float64Array.BYTES_PER_ELEMENT * lags;
    const bytes = plant.tags.length * perTag;
    this.most = Math.max(1, Math.min(settings.maxAssets, Math.floor(MAX_BYTES / bytes)));
    this.#assets = new AssetBook(this.most, settings.idleMs, (asset, idle) => {
      this.onForgotten?.(asset);
      if (idle) this.counters.expired += 1;
    });
    this.#reader = new FrameReader(plant, this.counters, grid !== undefined);
    this.complaints = new Complaints(plant);
    const { schema, length, counters, complaints } = this;
    this.#context = { plant, settings, schema, length, counters, complaints };
    this.stateKey = stateKeyOf(schema, settings, plant);
  }

  /** Assets kept. */
  get size(): number {
    return this.#assets.size;
  }

  /** How an asset's window stands; `undefined` for an asset that is not kept. */
  health(asset: string): WindowHealth | undefined {
    const kept = this.#assets.get(asset);
    return kept && healthOf(kept);
  }

  /** Tags for which an earlier value stands in the newest frame of an asset, by the reason why; none of an asset that is not kept. */
  standIns(asset: string): Record<string, Unusable> {
    const kept = this.#assets.get(asset);
    return kept === undefined ? {} : standInsOf(kept);
  }

  /** The names of all assets kept, the idlest first. */
  assets(): IterableIterator<string> {
    return this.#assets.names();
  }

  /** The asset that has been silent longest of those that have lost communication, and for how long, ms. */
  silent(now: number): { readonly asset: string; readonly forMs: number } | undefined {
    for (const [asset, kept] of this.#assets.entries()) if (kept.lost) return { asset, forMs: now - kept.seen };
    return undefined;
  }

  /** Whether what came with the carrier is put aside, until it is confirmed or shown to be wrong. */
  holds(asset: string, carrier: C): boolean {
    return this.#assets.get(asset)?.guard.aside.some((input) => input.carrier === carrier) ?? false;
  }

  /** How the time of an asset stands; `undefined` for an asset that is not kept. */
  times(asset: string): AssetTimes | undefined {
    const kept = this.#assets.get(asset);
    return kept && timesOf(kept);
  }

  /**
   * Takes one frame; gives the windows that are due, and what was not used.
   * @param entry an object by tag name, or an array in the plant's tag order
   * @param time event time, ms
   * @param now arrival, ms; never goes back
   * @param carrier what it came with
   * @throws SwatError `frame-type`, `frame-length`, `frame-empty`, `frame-no-tags`, `asset-name`, `too-many-assets`; the
   * windows then are as before
   */
  accept(asset: string, entry: unknown, time: number, now: number, carrier?: C): Outcome<C> {
    const values = this.#reader.read(entry);
    const kept = this.#keep(asset, now);
    const { reasons, wrong } = this.#reader;
    if (wrong > 0) this.complaints.wrong(asset, entry, values, reasons, holdOf(kept), now);
    this.#take(asset, kept, { kind: 'frame', time, values, reasons, carrier }, now);
    return this.#out.take();
  }

  /**
   * Takes the reading of one tag; gives the windows that are due, and what was not used. One with the very same source time
   * as the tag's last, a period later or more, says again what is so now (or says it anew, where a source never changes its
   * time stamps); and so does the first one of a tag, however old: a server that is asked tells when a value last changed.
   * @param source its time stamp, ms
   * @throws SwatError `reading-samples` without a grid, `asset-name`, `too-many-assets`; the windows then are as before
   */
  acceptReading(asset: string, reading: TagReading, source: number, now: number, carrier?: C): Outcome<C> {
    const { grid } = this.settings;
    if (grid === undefined) throw new SwatError('reading-samples');
    const kept = this.#keep(asset, now);
    const { tag, raw, value: read } = reading;
    const usable = typeof read === 'number';
    if (!usable) {
      this.counters[read] += 1;
      this.complaints.wrongValue(asset, tag, raw, read, holdOf(kept), now);
    }
    const value = usable ? read : Number.NaN;
    const reason = usable ? UNSAID : codeOf(read);
    const time = repeatedTime(kept.line, tag, source, now, grid.periodMs);
    if (time !== undefined) this.counters.repeated += 1;
    this.#take(asset, kept, { kind: 'reading', time: time ?? source, source, tag, value, reason, carrier }, now);
    return this.#out.take();
  }

  /**
   * Looks for silence: what waits of an asset that has been silent longer than the lateness and two seconds is taken; one that
   * has been silent for `lostAfterMs` and five usual intervals has lost its communication.
   * @param now arrival, ms
   */
  tick(now: number): Outcome<C> {
    this.#started ??= now;
    const { grid, lostAfterMs = 0 } = this.settings;
    const flushAfter = Math.max(LEAST_SILENCE, grid?.latenessMs ?? 0);
    for (const [asset, kept] of this.#assets.entries()) {
      const silent = now - Math.max(kept.seen, this.#started);
      if (silent <= flushAfter && (lostAfterMs === 0 || silent <= lostAfterMs)) break;
      if (grid !== undefined && !kept.flushed && silent > flushAfter) this.#flush(asset, kept, now);
      const { last, window } = kept.line;
      if (lostAfterMs === 0 || kept.lost || silent <= Math.max(lostAfterMs, USUAL * window.pace.usual)) continue;
      this.#lose(asset, kept, last, silent, now);
    }
    return this.#out.take();
  }

  /**
   * Takes that nothing will come of an asset until something does, as its source has said; what waits of it is taken. An asset
   * that is not kept, or is known to be silent, is left as it is.
   * @param now arrival, ms
   */
  lose(asset: string, now: number): Outcome<C> {
    const kept = this.#assets.get(asset);
    if (kept !== undefined && !kept.lost) {
      if (!kept.flushed) this.#flush(asset, kept, now);
      this.#lose(asset, kept, kept.line.last, Math.max(0, now - kept.seen), now);
    }
    return this.#out.take();
  }

  /** What is to be told of communication; each is given once. */
  drain(): readonly Communication[] {
    if (this.#events.length === 0) return this.#events;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Takes what waits of an asset, or of all, as if nothing older could come any more. */
  flush(now: number, asset?: string): Outcome<C> {
    for (const [name, kept] of this.#assets.entries())
      if (asset === undefined || name === asset) this.#flush(name, kept, now);
    return this.#out.take();
  }

  /** Everything that is remembered of an asset, for {@link restore}; `undefined` for one that is not kept. */
  full(asset: string): Uint8Array | undefined {
    const kept = this.#assets.get(asset);
    return kept === undefined ? undefined : writeKept(kept);
  }

  /**
   * Puts an asset back as it was, in the place of one of that name. The messages of inputs that were put aside are gone.
   * @param bytes of {@link full}, under the same `stateKey`
   * @throws SwatError `snapshot-corrupt`, `asset-name`, `too-many-assets`; the windows then are as before
   */
  restore(asset: string, bytes: Uint8Array): void {
    const restored = this.#new(asset, 0);
    readKept(bytes, restored);
    this.#assets.place(asset, restored);
  }

  /**
   * Takes over an asset that another process had: as `restore`, but what it heard last counts as heard now, since nobody has
   * listened in between, and clocks differ.
   * @throws SwatError `snapshot-corrupt`, `asset-name`, `too-many-assets`; the windows then are as before
   */
  takeOver(asset: string, bytes: Uint8Array, now: number): void {
    const restored = this.#new(asset, 0);
    readKept(bytes, restored);
    if (restored.line instanceof GridLine) restored.line.cameAt += now - restored.seen;
    restored.seen = now;
    this.#assets.place(asset, restored);
  }

  /**
   * Makes others the same as these of one asset; they forget all else, and tell nothing of it. These stay as they are.
   * @param others of the same tags, lengths, lags and times
   * @returns whether the asset is kept: else nothing is changed
   */
  copyTo<D>(others: AssetWindows<D>, asset: string): boolean {
    const from = this.#assets.get(asset);
    if (from === undefined) return false;
    const [[, to] = [asset, others.#new(asset, 0)]] = others.#assets.entries();
    to.line.window.asset = asset;
    copyKept(from, to);
    others.#assets.only(asset, to);
    return true;
  }

  /** Forgets an asset that another process has now: nothing is told of it. */
  giveAway(asset: string): void {
    this.#assets.forget(asset);
  }

  /**
   * Takes again what {@link onTaken} heard of. Nothing comes of it but the state: no windows, complaints or events, and
   * nothing is counted.
   * @throws SwatError `snapshot-corrupt`, `asset-name`, `too-many-assets`; the windows then are as before
   */
  replay(asset: string, delta: Uint8Array): void {
    const record = readDelta<C>(delta, this.plant.tags.length);
    const { onTaken, counters, complaints } = this;
    const kept = this.#keep(asset, record.now);
    const counted = Object.assign({}, counters);
    const events = this.#events.length;
    this.onTaken = undefined;
    complaints.muted = true;
    if ('input' in record) this.#take(asset, kept, record.input, record.now);
    else if (record.event === 'flush') this.#flush(asset, kept, record.now);
    else kept.lost = true;
    this.#out.take();
    this.#events.length = events;
    complaints.muted = false;
    this.onTaken = onTaken;
    Object.assign(counters, counted);
  }

  /** Forgets one asset, or all. @returns how many were forgotten */
  reset(asset?: string): number {
    this.complaints.clear();
    return this.#assets.forget(asset);
  }

  #take(asset: string, kept: Kept<C>, input: Input<C>, now: number): void {
    if (this.#wanted(asset)) this.onTaken?.(asset, this.#deltas.input(input, now));
    if (kept.lost) {
      kept.lost = false;
      this.#events.push({ event: 'communication-restored', asset, silentSeconds: (now - kept.seen) / 1000 });
    }
    kept.seen = now;
    kept.flushed = false;
    if (input.kind === 'reading' && kept.line instanceof GridLine) kept.line.heard[input.tag] = input.source;
    kept.guard.take(input, now);
  }

  #lose(asset: string, kept: Kept<C>, lastTime: number | undefined, silent: number, now: number): void {
    if (this.#wanted(asset)) this.onTaken?.(asset, this.#deltas.event('lost', now));
    kept.lost = true;
    this.#events.push({ event: 'communication-lost', asset, since: kept.seen, lastTime, seconds: silent / 1000 });
  }

  #flush(asset: string, kept: Kept<C>, now: number): void {
    if (this.#wanted(asset)) this.onTaken?.(asset, this.#deltas.event('flush', now));
    kept.flushed = true;
    kept.guard.settle(now);
    if (kept.line.flush(now)) this.counters.flushed += 1;
  }

  #wanted(asset: string): boolean {
    return this.onTaken !== undefined && (this.wantsTaken === undefined || this.wantsTaken(asset));
  }

  #keep(asset: string, now: number): Kept<C> {
    return this.#assets.keep(asset, now, () => this.#new(asset, now));
  }

  #new(asset: string, now: number): Kept<C> {
    const { grid } = this.settings;
    const window = new AssetWindow(asset, this.#context);
    const line = grid === undefined ? new SampleLine(window, this.#out) : new GridLine(window, this.#out, grid);
    const guard = new JumpGuard(line, this.#out, this.counters, grid !== undefined);
    return { line, guard, seen: now, flushed: false, lost: false };
  }
}

function holdOf<C>({ line }: Kept<C>): (tag: number) => number {
  const { known, pace } = line.window;
  return (tag) => known.maxAge(tag, pace.usual);
}
