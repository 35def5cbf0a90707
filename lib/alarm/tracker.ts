import { SwatError } from '../errors';
import { CALM, nextLevel, type LevelSettings, type LevelState } from './levels';
import { isRecord } from '../record';
import { LEVELS, type Level } from './verdict';

/** What is remembered of one asset: plain data, as it is saved. */
export interface Tracked {
  state: LevelState;
  /** When it was last heard of, on the clock that is passed in. */
  heard: number;
}

/** At most this many assets have a level; beyond it the one that has been silent longest is forgotten. */
export const MOST_ASSETS = 10_000;

/** The debounced level of every asset. An asset that is silent for `idleMs` is forgotten and starts at NONE again. */
export class LevelTracker {
  /** In the order in which assets were last heard of. */
  private readonly assets = new Map<string, Tracked>();
  /** The one that was heard of last, which stands at the end. */
  private latest: Tracked | undefined;

  constructor(
    private readonly settings: LevelSettings,
    private readonly idleMs: number,
  ) {}

  /** Takes the ratio of one more window; `now` is wall-clock time, ms. */
  update(asset: string, ratio: number, now: number): { level: Level; from: Level } {
    const from = this.state(asset, now);
    const state = nextLevel(from, ratio, this.settings);
    const tracked = this.assets.get(asset) ?? { state, heard: now };
    tracked.state = state;
    tracked.heard = now;
    if (tracked !== this.latest) {
      this.assets.delete(asset);
      this.assets.set(asset, tracked);
      this.latest = tracked;
    }
    this.forget(now);
    return { level: state.level, from: from.level };
  }

  /** The level as it stands, for a window that says nothing of it. */
  level(asset: string, now: number): Level {
    return this.state(asset, now).level;
  }

  /** The assets that have a level. */
  keys(): IterableIterator<string> {
    return this.assets.keys();
  }

  /** What is remembered of an asset. */
  tracked(asset: string): Tracked | undefined {
    return this.assets.get(asset);
  }

  /**
   * Takes back what was saved of an asset.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(asset: string, saved: unknown): void {
    this.assets.set(asset, readTracked(asset, saved, this.settings.m));
    this.latest = undefined;
  }

  /** Forgets one asset, or all. */
  reset(asset?: string): void {
    if (asset === undefined) this.assets.clear();
    else this.assets.delete(asset);
    this.latest = undefined;
  }

  private state(asset: string, now: number): LevelState {
    const tracked = this.assets.get(asset);
    return tracked === undefined || now - tracked.heard > this.idleMs ? CALM : tracked.state;
  }

  private forget(now: number): void {
    for (const [asset, { heard }] of this.assets) {
      if (this.assets.size <= MOST_ASSETS && now - heard <= this.idleMs) return;
      this.assets.delete(asset);
    }
  }
}

function readTracked(asset: string, saved: unknown, most: number): Tracked {
  const state = isRecord(saved) && isRecord(saved.state) ? saved.state : {};
  const level = LEVELS.find((each) => each === state.level);
  const heard = isRecord(saved) ? saved.heard : undefined;
  const ratios: unknown = state.ratios;
  const whole =
    Array.isArray(ratios) && ratios.every((ratio): ratio is number => typeof ratio === 'number' && ratio >= 0);
  if (level === undefined || typeof heard !== 'number' || !whole)
    throw new SwatError('snapshot-corrupt', { key: asset });
  return { state: { level, ratios: ratios.slice(-most) }, heard };
}
