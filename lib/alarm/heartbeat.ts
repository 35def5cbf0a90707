import { SwatError } from '../errors';
import type { AlarmVerdict } from './read-verdict';
import { LEVELS, type Level } from './verdict';

/** Why detection is not alive, the worst first. */
export const NOT_ALIVE = [
  'stood-still',
  'starting',
  'silent',
  'communication-lost',
  'no-verdicts',
  'bad-data',
  'not-ready',
  'behind',
  'ahead',
] as const;
export type NotAlive = (typeof NOT_ALIVE)[number];

export interface HeartbeatSettings {
  /** An asset without a new verdict for so long is not watched, ms. */
  readonly silentMs: number;
  /** A verdict on data that is older than this, or as far ahead of the clock, is none of now, ms; 0: any age will do. */
  readonly behindMs: number;
  /** Whether every asset that has been seen must be watched, or one is enough. */
  readonly need: 'every' | 'any';
  /** The event loop may be late by so much, ms. */
  readonly stallMs: number;
  /** Assets that are kept in mind, at most. */
  readonly mostAssets: number;
}

/** The instant by two clocks, ms since 1970: one that never goes back, and the machine's, which goes on while it sleeps. */
export interface Instant {
  readonly steady: number;
  readonly wall: number;
}

/** How detection stands. */
export interface Pulse {
  readonly alive: boolean;
  /** Of the asset that is worst off; absent while alive. */
  readonly reason?: NotAlive;
  /** The asset that the reason is of; absent where it is of all, or none. */
  readonly asset?: string;
  /** Assets seen so far, those that are watched now, and the others by why they are not. */
  readonly assets: Readonly<Partial<Record<NotAlive | 'known' | 'watched', number>>>;
  /** Seconds since the newest verdict came, and since the data it is about; `null` before the first. */
  readonly verdictAge: number | null;
  readonly dataAge: number | null;
  /** Seconds that the clock of the data is ahead of this machine's; absent where it is not, or by less than a second. */
  readonly dataAhead?: number;
  /** Detectors in the newest verdicts of all assets. */
  readonly detectors: { readonly ready: number; readonly notReady: number };
  /** Assets that are watched, by their level. */
  readonly levels: Readonly<Record<Level, number>>;
}

interface Asset {
  verdict: AlarmVerdict | undefined;
  /** When the newest verdict came that was about a later instant than the one before. */
  at: Instant | undefined;
  windowAt: Instant | undefined;
  lost: boolean;
}

const WATCHED = new Set(['normal', 'anomaly']);

/**
 * Says whether detection is alive, from its verdicts. It is alive only while a verdict of each asset has just come, moves on in
 * event time, was reached by at least one detector that is ready, and is about usable data: whatever ends these ends it,
 * whether it tells or not.
 */
export class Heartbeat {
  readonly #assets = new Map<string, Asset>();
  #looked: Instant | undefined;
  /** When the event loop was last found to have stood still: nothing before counts. */
  #stalled: Instant | undefined;

  constructor(private readonly settings: HeartbeatSettings) {}

  /** @throws SwatError `heartbeat-assets` for one more than are kept in mind: it is not watched */
  verdict(verdict: AlarmVerdict, now: Instant): void {
    const asset = this.#asset(verdict.asset);
    // The same again says nothing new, whoever repeats it.
    if (asset.verdict?.time !== verdict.time) asset.at = now;
    asset.verdict = verdict;
    // A verdict on data tells that they come again; not one that says they do not.
    if (verdict.finding !== 'bad-data') asset.lost = false;
  }

  /** A window: it tells that there are data, not that anybody judges them. */
  window(name: string, now: Instant): void {
    this.#asset(name).windowAt = now;
  }

  communication(name: string, lost: boolean): void {
    this.#asset(name).lost = lost;
  }

  /** Forgets an asset that is no more, or all. Says how many. */
  forget(name?: string): number {
    const count = this.#assets.size;
    if (name === undefined) this.#assets.clear();
    else this.#assets.delete(name);
    return count - this.#assets.size;
  }

  /** How it stands now. To be asked every `everyMs`: what comes much later shows that the event loop stood still. */
  look(now: Instant, everyMs: number): Pulse {
    const late = this.#looked === undefined ? 0 : since(this.#looked, now) - everyMs;
    if (late > this.settings.stallMs) this.#stalled = now;
    this.#looked = now;
    return this.pulse(now);
  }

  /** As {@link look}, asked at any time. */
  pulse(now: Instant): Pulse {
    const counts: Partial<Record<NotAlive | 'known' | 'watched', number>> = { known: this.#assets.size, watched: 0 };
    const levels = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<Level, number>;
    const detectors = { ready: 0, notReady: 0 };
    const worst = new Map<NotAlive, string>();
    let [newest, data] = [Infinity, Infinity];
    for (const [name, asset] of this.#assets) {
      const { verdict, at } = asset;
      if (verdict !== undefined && at !== undefined) {
        newest = Math.min(newest, since(at, now));
        data = Math.min(data, now.wall - verdict.time);
        for (const score of Object.values(verdict.scores ?? {})) detectors[score.ready ? 'ready' : 'notReady'] += 1;
      }
      const reason = this.#reason(asset, now);
      counts[reason ?? 'watched'] = (counts[reason ?? 'watched'] ?? 0) + 1;
      if (reason === undefined) levels[verdict?.level ?? 'NONE'] += 1;
      else if (!worst.has(reason)) worst.set(reason, name);
    }
    const rest = {
      assets: counts,
      verdictAge: newest === Infinity ? null : newest / 1000,
      dataAge: data === Infinity ? null : Math.max(0, data) / 1000,
      ...(data <= -1000 ? { dataAhead: -data / 1000 } : {}),
      detectors,
      levels,
    };
    const watched = counts.watched ?? 0;
    const enough = this.settings.need === 'every' ? watched === this.#assets.size : true;
    if (watched > 0 && enough) return { alive: true, ...rest };
    const reason = NOT_ALIVE.find((each) => worst.has(each)) ?? 'starting';
    const asset = this.#assets.size > 1 ? worst.get(reason) : undefined;
    return { alive: false, reason, ...(asset === undefined ? {} : { asset }), ...rest };
  }

  /** Why an asset is not watched; `undefined` where it is. */
  #reason({ verdict, at, windowAt, lost }: Asset, now: Instant): NotAlive | undefined {
    const { silentMs, behindMs } = this.settings;
    if (lost) return 'communication-lost';
    const windows = windowAt !== undefined && since(windowAt, now) <= silentMs;
    if (verdict === undefined || at === undefined) return windows ? 'no-verdicts' : 'starting';
    if (this.#stalled !== undefined && at.steady <= this.#stalled.steady) return 'stood-still';
    if (since(at, now) > silentMs) return windows ? 'no-verdicts' : 'silent';
    if (verdict.finding === 'bad-data') return 'bad-data';
    const ready = Object.values(verdict.scores ?? {}).some((score) => score.ready);
    if (!ready || !WATCHED.has(verdict.finding)) return 'not-ready';
    const age = now.wall - verdict.time;
    if (behindMs > 0 && Math.abs(age) > behindMs) return age > 0 ? 'behind' : 'ahead';
    return undefined;
  }

  #asset(name: string): Asset {
    let asset = this.#assets.get(name);
    if (asset !== undefined) return asset;
    if (this.#assets.size >= this.settings.mostAssets)
      throw new SwatError('heartbeat-assets', { asset: name, most: this.settings.mostAssets });
    asset = { verdict: undefined, at: undefined, windowAt: undefined, lost: false };
    this.#assets.set(name, asset);
    return asset;
  }
}

/** ms that have passed by the clock that says more: one stands still while the machine sleeps, the other is set by hand. */
function since(then: Instant, now: Instant): number {
  return Math.max(now.steady - then.steady, now.wall - then.wall);
}
