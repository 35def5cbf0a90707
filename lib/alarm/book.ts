import { SwatError } from '../errors';
import { eventTime, isActive, step, type AlarmInput, type Episode, type EpisodeSettings } from './episode';
import { alarmEvent, type AlarmEvent, type ClearReason, type Occasion } from './event';
import type { AlarmVerdict } from './read-verdict';

/** At most this many assets have an open episode at once. */
export const MOST_ALARMS = 10_000;
/** Ids that the error about an unknown one names. */
const NAMED_IDS = 5;
/** Without a verdict for this long when it clears, an alarm says so. */
const SILENT_MS = 5_000;

/** What has happened so far, and what stands. */
export interface AlarmCounts {
  raised: number;
  escalated: number;
  cleared: number;
  acknowledged: number;
  info: number;
  /** Alarms whose process is in alarm now. */
  active: number;
  /** Alarms that wait for a person, active or returned. */
  unacknowledged: number;
}

/** How many events there were, by kind, and the number of the last one. */
export interface BookCounters {
  readonly seq: number;
  readonly counts: Pick<AlarmCounts, 'raised' | 'escalated' | 'cleared' | 'acknowledged' | 'info'>;
}

/** All alarms of a node: one at most per asset. Every method takes wall-clock time and returns what happened. */
export class AlarmBook {
  private readonly episodes = new Map<string, Episode>();
  private seq = 0;
  private counts: BookCounters['counts'] = { raised: 0, escalated: 0, cleared: 0, acknowledged: 0, info: 0 };

  constructor(private readonly settings: EpisodeSettings) {}

  /** @throws SwatError `alarms-full` when another asset would need an alarm and {@link MOST_ALARMS} stand open */
  verdict(verdict: AlarmVerdict, now: number): AlarmEvent[] {
    const full = this.episodes.size >= MOST_ALARMS && verdict.level !== 'NONE' && !this.episodes.has(verdict.asset);
    if (full) throw new SwatError('alarms-full', { asset: verdict.asset, most: MOST_ALARMS });
    return [
      ...this.rewound(verdict, now),
      ...this.apply(verdict.asset, { kind: 'verdict', verdict }, now, { time: verdict.time, reason: 'calm' }),
    ];
  }

  /** Time has passed: finishes off-delays. */
  tick(now: number): AlarmEvent[] {
    return [...this.episodes.values()].flatMap((episode) => {
      const reason: ClearReason = now - episode.heard >= SILENT_MS ? 'calm-then-silent' : 'calm';
      return this.apply(episode.asset, { kind: 'tick' }, now, { time: eventTime(episode, now), reason });
    });
  }

  /**
   * A person has seen the alarm.
   * @throws SwatError `ack-id` without an id, `ack-info` for an episode below the annunciation level, `ack-none` where no
   * alarm waits, `ack-unknown`, `ack-state` when there is nothing (left) to acknowledge
   */
  acknowledge(id: string, by: { user: string; comment: string }, now: number): AlarmEvent[] {
    const open = this.list();
    const episode = open.find((each) => each.id === id);
    if (episode === undefined) {
      const waiting = open.filter(({ state }) => state !== 'acknowledged').map((each) => each.id);
      const known = waiting.slice(0, NAMED_IDS).join(', ') || '-';
      if (id === '') throw new SwatError('ack-id', { known });
      if ([...this.episodes.values()].some((each) => each.id === id))
        throw new SwatError('ack-info', { level: this.settings.annunciate });
      if (waiting.length === 0) throw new SwatError('ack-none', { id: id.slice(0, 64) });
      throw new SwatError('ack-unknown', { id: id.slice(0, 64), known });
    }
    if (episode.state === 'acknowledged') throw new SwatError('ack-state', { id, state: episode.state });
    return this.apply(episode.asset, { kind: 'acknowledge' }, now, { time: eventTime(episode, now), ...by });
  }

  /** Forgets the episode of one asset, or of all; what was active is cleared. */
  reset(asset: string | undefined, now: number): AlarmEvent[] {
    const episodes = [...this.episodes.values()].filter((each) => asset === undefined || each.asset === asset);
    return episodes.flatMap((episode) =>
      this.apply(episode.asset, { kind: 'reset' }, now, { time: eventTime(episode, now), reason: 'reset' }),
    );
  }

  /** The open alarms, oldest first; INFO episodes are none. */
  list(): Episode[] {
    return [...this.episodes.values()].filter(({ state }) => state !== 'normal');
  }

  count(): AlarmCounts {
    const open = this.list();
    return {
      ...this.counts,
      active: open.filter(isActive).length,
      unacknowledged: open.filter(({ state }) => state !== 'acknowledged').length,
    };
  }

  /** The assets that have an episode. */
  assets(): IterableIterator<string> {
    return this.episodes.keys();
  }

  /** The episode of an asset: plain data that is never changed, another one after every step. */
  episode(asset: string): Episode | undefined {
    return this.episodes.get(asset);
  }

  get counters(): BookCounters {
    return { seq: this.seq, counts: this.counts };
  }

  /** Takes back an episode that was saved. */
  restore(episode: Episode): void {
    this.episodes.set(episode.asset, episode);
  }

  /** Takes back the counters that were saved. */
  restoreCounters({ seq, counts }: BookCounters): void {
    this.seq = seq;
    this.counts = { ...counts };
  }

  /** Time has gone back to before an alarm's onset: what stood is over, at its last verdict. */
  private rewound({ asset, time, restarted }: AlarmVerdict, now: number): AlarmEvent[] {
    const episode = restarted === 'rewind' ? this.episodes.get(asset) : undefined;
    if (episode === undefined || time >= episode.onset.time) return [];
    return this.apply(asset, { kind: 'reset' }, now, { time: episode.last.time, reason: 'rewind' });
  }

  private apply(asset: string, input: AlarmInput, now: number, about: Omit<Occasion, 'event' | 'seq'>): AlarmEvent[] {
    const { episode, changed } = step(this.episodes.get(asset), input, now, this.settings);
    if (episode === undefined) this.episodes.delete(asset);
    else this.episodes.set(asset, episode);
    if (changed === undefined) return [];
    const { event } = changed;
    this.seq += 1;
    const counted = event === 're-raised' ? 'raised' : event;
    if (counted !== 'info-ended') this.counts = { ...this.counts, [counted]: this.counts[counted] + 1 };
    const { reason, ...rest } = about;
    const ended = event === 'cleared' || event === 'info-ended';
    const occasion: Occasion = { event, seq: this.seq, ...rest, ...(ended && reason !== undefined ? { reason } : {}) };
    return [alarmEvent(changed.episode, occasion)];
  }
}
