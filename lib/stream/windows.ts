import { SwatError } from '../errors';
import type { Plant } from '../plant/dictionary';
import { FrameReader } from './assembler';
import { Complaints, reasonOf } from './complaints';
import { StreamCounters, type Unusable } from './counters';
import { WindowFeatures } from './features';
import { LastKnown } from './hold';
import { Pace } from './pace';
import { QualityWindow } from './quality';
import { registerSchema, windowSchema, type WindowSchema } from './schema';
import type { WindowPayload } from './window';

/** How frames become windows. */
export interface WindowSettings {
  /** Window lengths in samples, each at least 2. A window is due when the longest is full. */
  readonly lengths: readonly number[];
  /** Samples from one window to the next. */
  readonly stride: number;
  /**
   * How long the last good value of a tag may stand in for one that cannot be used, in ms of event time; at least two usual
   * intervals of the asset, unless it is 0.
   */
  readonly maxAgeMs: number;
  /** Assets kept at once. */
  readonly maxAssets: number;
  /** An asset without frames for so long (arrival time, ms) may be forgotten. */
  readonly idleMs: number;
}

/** How the window of one asset stands: its frames, the share of good values, how many tags are bad in it, and the first. */
export interface WindowHealth {
  readonly filled: number;
  readonly good: number;
  readonly bad: number;
  readonly first?: { readonly tag: string; readonly reason: Unusable };
}

/** Longest name of an asset, characters. */
export const MAX_ASSET_NAME = 128;
/** All windows together take at most so many bytes. */
const MAX_BYTES = 2 ** 30;
/** So many frames in a row far in the past mean that time has gone back (a replay started again). */
const REWIND_AFTER = 3;

/** Everything that is remembered of one asset. */
class AssetWindow {
  readonly features: WindowFeatures;
  readonly known: LastKnown;
  readonly quality: QualityWindow;
  /** Event times of the frames in the window, a ring of the longest length. */
  readonly times: Float64Array;
  /** Why the latest unusable value of each tag was so; see {@link reasonOf}. */
  readonly why: Uint8Array;
  pace: Pace;
  /** Frames since the window was started. */
  frames = 0;
  /** Late frames in a row. */
  late = 0;
  /** Arrival of the latest frame, ms. */
  seen = 0;

  constructor(
    plant: Plant,
    private readonly settings: WindowSettings,
    readonly length: number,
  ) {
    this.features = new WindowFeatures(plant.tags.length, settings.lengths);
    this.known = new LastKnown(plant.tags, settings.maxAgeMs);
    this.quality = new QualityWindow(plant.tags.length, length);
    this.times = new Float64Array(length);
    this.why = new Uint8Array(plant.tags.length);
    this.pace = new Pace(settings.maxAgeMs);
  }

  /** Starts the window anew; the last known values age by themselves. */
  restart(): void {
    this.features.clear();
    this.quality.clear();
    this.frames = 0;
  }

  /** Starts anew at a time that lies before. */
  rewind(): void {
    this.restart();
    this.known.clear();
    this.pace = new Pace(this.settings.maxAgeMs);
  }
}

/**
 * Sliding windows by count, one per asset. Bounded: at most `maxAssets`, and 1 GiB at about 25 bytes a tag and sample.
 * Assets that were idle for `idleMs` are forgotten when a new one comes; when there is no room even so, it is refused.
 */
export class AssetWindows {
  readonly schema: WindowSchema;
  readonly counters = new StreamCounters();
  /** Why values could not be used, for a person to read. */
  readonly complaints: Complaints;
  /** The longest length, samples. */
  readonly length: number;
  /** Assets that there is room for: `maxAssets`, or fewer where windows are long. */
  readonly most: number;
  readonly #reader: FrameReader;
  /** In the order of their latest frames, the idlest first. */
  readonly #assets = new Map<string, AssetWindow>();
  #latest = '';

  constructor(
    readonly plant: Plant,
    readonly settings: WindowSettings,
  ) {
    this.schema = registerSchema(windowSchema(plant, settings.lengths));
    this.length = Math.max(...settings.lengths);
    const bytes = 25 * plant.tags.length * settings.lengths.reduce((sum, length) => sum + length, 0);
    this.most = Math.max(1, Math.min(settings.maxAssets, Math.floor(MAX_BYTES / bytes)));
    this.#reader = new FrameReader(plant, this.counters);
    this.complaints = new Complaints(plant);
  }

  /** Assets kept. */
  get size(): number {
    return this.#assets.size;
  }

  /** How an asset's window stands; `undefined` for an asset that is not kept. */
  health(asset: string): WindowHealth | undefined {
    const window = this.#assets.get(asset);
    if (window === undefined) return undefined;
    const { good, bad } = window.quality;
    const filled = Math.min(window.frames, this.length);
    if (bad === 0) return { filled, good, bad };
    const [first] = window.quality.badTags();
    return { filled, good, bad, first: { tag: this.plant.tags[first].name, reason: reasonOf(window.why[first]) } };
  }

  /** The names of all assets kept, the idlest first. */
  assets(): IterableIterator<string> {
    return this.#assets.keys();
  }

  /**
   * Takes one frame; gives the window where one is due.
   * @param entry an object by tag name, or an array in the plant's tag order
   * @param time event time, ms
   * @param now arrival, ms; never goes back
   * @throws SwatError `frame-type`, `frame-length`, `frame-empty`, `frame-no-tags`, `frame-order`, `asset-name`,
   * `too-many-assets`; the windows then are as before
   */
  accept(asset: string, entry: unknown, time: number, now: number): WindowPayload | undefined {
    const readings = this.#reader.read(entry);
    const window = this.#window(asset, now);
    this.#step(window, asset, time);
    window.pace.take(time);
    window.late = 0;
    const { usual } = window.pace;
    const notGood = window.known.take(readings, time, usual);
    if (notGood > 0) {
      this.complaints.note(asset, entry, window.known, (tag) => window.known.maxAge(tag, usual), now, window.why);
    }
    window.quality.push(window.known.quality, notGood);
    window.features.push(window.known.values);
    window.times[window.frames % this.length] = time;
    window.frames += 1;
    this.counters.frames += 1;
    const due = window.frames >= this.length && (window.frames - this.length) % this.settings.stride === 0;
    return due ? this.#payload(asset, window, time) : undefined;
  }

  /** Forgets one asset, or all. @returns how many were forgotten */
  reset(asset?: string): number {
    this.#latest = '';
    this.complaints.clear();
    const before = this.#assets.size;
    if (asset === undefined) this.#assets.clear();
    else this.#assets.delete(asset);
    return before - this.#assets.size;
  }

  #payload(asset: string, window: AssetWindow, end: number): WindowPayload {
    const { tags } = this.plant;
    return {
      asset,
      start: window.times[window.frames % this.length],
      end,
      samples: this.length,
      quality: { good: window.quality.good, bad: window.quality.badTags().map((tag) => tags[tag].name) },
      schema: this.schema.id,
      features: window.features.read(),
    };
  }

  #step(window: AssetWindow, asset: string, time: number): void {
    const step = window.pace.judge(time);
    if (step === 'next') return;
    if (step === 'gap') {
      this.counters.gaps += 1;
      window.restart();
      return;
    }
    const last = window.pace.last ?? time;
    window.late = last - time > window.pace.longest() ? window.late + 1 : 0;
    if (window.late < REWIND_AFTER) {
      this.counters.outOfOrder += 1;
      throw new SwatError('frame-order', { asset, lateMs: last - time });
    }
    this.counters.rewinds += 1;
    window.rewind();
  }

  #window(asset: string, now: number): AssetWindow {
    let window = this.#assets.get(asset);
    if (window === undefined) {
      if (asset === '' || asset.length > MAX_ASSET_NAME) {
        throw new SwatError('asset-name', { asset: asset.slice(0, 40), most: MAX_ASSET_NAME });
      }
      this.#expire(now);
      if (this.#assets.size >= this.most) throw new SwatError('too-many-assets', { asset, most: this.most });
      window = new AssetWindow(this.plant, this.settings, this.length);
      this.#assets.set(asset, window);
    } else if (asset !== this.#latest) {
      this.#assets.delete(asset);
      this.#assets.set(asset, window);
    }
    this.#latest = asset;
    window.seen = now;
    return window;
  }

  #expire(now: number): void {
    for (const [asset, window] of this.#assets) {
      if (now - window.seen <= this.settings.idleMs) return;
      this.#assets.delete(asset);
      this.counters.expired += 1;
    }
  }
}
