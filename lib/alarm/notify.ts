import type { OpenAlarm } from './book';
import type { AlarmKind, Episode } from './episode';
import type { AlarmEvent } from './event';
import type { Priority } from './settings';
import { isHold, type AlarmEventName } from './transitions';
import type { Level, Sentence } from './verdict';

export interface NotifySettings {
  /** An alarm that is active and unacknowledged is notified again after this long, ms. 0: never. */
  readonly repeatMs: number;
  /** At most this many notifications in {@link periodMs} (a token bucket of this size that refills evenly). */
  readonly limit: number;
  readonly periodMs: number;
}

/** Why a notification is sent or not. */
export type Decision = 'due' | 'not-annunciated' | 'held' | 'duplicate' | 'not-yet' | 'rate-limited';

/** What a person should be told, before it is worded. */
export interface Notification {
  /** The alarm's id. */
  id: string;
  /** The same for the same news, so that a receiver can drop what it has had. */
  key: string;
  event: AlarmEventName;
  asset: string;
  kind: AlarmKind;
  level: Level;
  priority: Priority;
  /** Event time, ms since the epoch. */
  time: number;
  sentence: Sentence;
  because: Sentence;
  /** Why it began, where that was another tag. */
  began?: Sentence;
  /** 0 for news, else the how-many-th reminder. */
  repeat: number;
  /** Notifications that the rate limit held back since the last one. */
  suppressed: number;
}

/** What was told of one alarm: plain data. */
export interface Told {
  /** What was decided of this episode's news: at most one entry per event and level. */
  keys: string[];
  /** Wall-clock time of the last one that was due, sent or held back, ms. */
  at: number;
  repeats: number;
}

/** The rate limit as it stands: plain data. */
export interface Budget {
  readonly tokens: number;
  readonly filledAt: number;
  readonly suppressed: number;
  readonly suppressedInAll: number;
}

const NEWS: ReadonlySet<AlarmEventName> = new Set(['raised', 'escalated', 're-raised', 'cleared', 'latched']);
/** What may come several times in an episode at the same level: each is news. */
const NEWS_EACH_TIME: ReadonlySet<AlarmEventName> = new Set(['re-alarmed', 'unanswered']);
/** The end of a hold is news where the alarm stands. */
const HOLD_ENDS: ReadonlySet<AlarmEventName> = new Set(['unshelved', 'unsuppressed', 'returned-to-service']);

/**
 * Decides which events people are told of. Repeats and the rate limit are there for people, so both run on wall-clock
 * time, even while a year of history is replayed in a minute. Remembers one entry per open alarm.
 */
export class Notifier {
  private readonly told = new Map<string, Told>();
  private tokens: number;
  private filledAt = 0;
  private suppressed = 0;
  private suppressedInAll = 0;

  constructor(private readonly settings: NotifySettings) {
    this.tokens = settings.limit;
  }

  /** How many the rate limit has held back so far. */
  get heldBack(): number {
    return this.suppressedInAll;
  }

  /** Decides on an event; call once for each, in order. */
  consider(event: AlarmEvent, now: number): { decision: Decision; notification?: Notification } {
    return this.decide(event, now);
  }

  /** An alarm is over and done. */
  forget(id: string): void {
    this.told.delete(id);
  }

  /** The reminders that are due by now. */
  repeats(open: readonly OpenAlarm[], now: number): Notification[] {
    return open.flatMap((episode) => {
      const told = this.told.get(episode.id);
      if (told === undefined) return [];
      told.at = Math.min(told.at, now);
      if (this.repeatDecision(episode, told, now) !== 'due') return [];
      told.at = now;
      told.repeats += 1;
      if (!this.take(now)) return [];
      const { id, asset, kind, level, priority, because, count, last } = episode;
      const key = `${id}.${count}.repeat.${told.repeats}`;
      const sentence = { code: 'alarm-repeat', params: { asset, level } };
      const news = { id, key, event: 'raised', asset, kind, level, priority, time: last.time, sentence, because } as const; // prettier-ignore
      return [{ ...news, repeat: told.repeats, suppressed: this.release() }];
    });
  }

  /** What was told of an alarm. */
  toldOf(id: string): Told | undefined {
    return this.told.get(id);
  }

  get budget(): Budget {
    const { tokens, filledAt, suppressed, suppressedInAll } = this;
    return { tokens, filledAt, suppressed, suppressedInAll };
  }

  /** Takes back what was told of an alarm, as it was saved. */
  restore(id: string, told: Told): void {
    this.told.set(id, structuredClone(told));
  }

  /** Takes back the rate limit as it was saved. */
  restoreBudget({ tokens, filledAt, suppressed, suppressedInAll }: Budget): void {
    this.tokens = Math.min(tokens, this.settings.limit);
    this.filledAt = filledAt;
    this.suppressed = suppressed;
    this.suppressedInAll = suppressedInAll;
  }

  private decide(event: AlarmEvent, now: number): { decision: Decision; notification?: Notification } {
    if (isHold(event.state)) return { decision: 'held' };
    const { id, asset, kind, level, priority, time, sentence, because, began } = event;
    const repeats = NEWS_EACH_TIME.has(event.event) || (HOLD_ENDS.has(event.event) && event.state === 'unacknowledged');
    if (!repeats && !NEWS.has(event.event)) return { decision: 'not-annunciated' };
    const key = `${id}.${event.episode}.${event.event}.${repeats ? event.seq : level}`;
    const told = this.told.get(id) ?? { keys: [], at: now, repeats: 0 };
    if (told.keys.includes(key)) return { decision: 'duplicate' };
    const keys = event.event === 're-raised' ? [key] : repeats ? told.keys : [...told.keys, key];
    this.told.set(id, { keys, at: now, repeats: event.event === 're-raised' ? 0 : told.repeats });
    if (!this.take(now)) return { decision: 'rate-limited' };
    const about = { sentence, because, ...(began === undefined ? {} : { began }) };
    const news = { id, key, event: event.event, asset, kind, level, priority, time, ...about, repeat: 0 };
    return { decision: 'due', notification: { ...news, suppressed: this.release() } };
  }

  private repeatDecision(episode: Episode, told: Told, now: number): Decision {
    if (episode.state !== 'unacknowledged' || this.settings.repeatMs === 0) return 'not-annunciated';
    return now - told.at >= this.settings.repeatMs ? 'due' : 'not-yet';
  }

  /** Takes a token, or counts what is held back. */
  private take(now: number): boolean {
    const { limit, periodMs } = this.settings;
    const elapsed = Math.max(0, now - this.filledAt);
    this.tokens = Math.min(limit, this.tokens + (limit * elapsed) / periodMs);
    this.filledAt = now;
    if (this.tokens < 1) {
      this.suppressed += 1;
      this.suppressedInAll += 1;
      return false;
    }
    this.tokens -= 1;
    return true;
  }

  private release(): number {
    const { suppressed } = this;
    this.suppressed = 0;
    return suppressed;
  }
}
