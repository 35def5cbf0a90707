import { SwatError } from '../errors';
import type { Guidance } from '../plant/dictionary';
import type { CommunicationNotice } from './communication';
import { DEFAULT_ALARM } from './defaults';
import { ALARM_KINDS, eventTime, type AlarmKind, type Episode } from './episode';
import {
  aboutEpisode,
  alarmEvent,
  type AboutEpisode,
  type AlarmEvent,
  type Occasion,
  type Surroundings,
} from './event';
import { quiet, stateOf, step, type Alarm, type AlarmInput, type By, type Hold } from './machine';
import type { AlarmVerdict } from './read-verdict';
import type { AlarmSettings } from './settings';
import { legalActions, type AlarmAction, type AlarmEventName, type AlarmState } from './transitions';

/** At most this many alarms and holds stand at once. */
export const MOST_ALARMS = 10_000;
/** Alarms that the error about an unknown one names. */
const NAMED = 5;

/** What has happened so far, and what stands. */
export interface AlarmCounts {
  raised: number;
  escalated: number;
  cleared: number;
  acknowledged: number;
  info: number;
  /** Alarms whose process is in alarm now; not those on hold. */
  active: number;
  /** Alarms that wait for a person, active, latched or returned. */
  unacknowledged: number;
  /** Shelved, suppressed by design, or out of service. */
  held: number;
}

/** How many events there were, by kind, and the number of the last one. */
export interface BookCounters {
  readonly seq: number;
  readonly counts: Pick<AlarmCounts, 'raised' | 'escalated' | 'cleared' | 'acknowledged' | 'info'>;
}

/** An alarm or a hold that stands; `episode.count` is 0 where there is only a hold. */
export interface OpenAlarm extends Episode, AboutEpisode {
  readonly hold?: Hold;
}

/** Which alarm an action is for: by its id, or by asset and kind. */
export interface Target {
  readonly id?: string;
  readonly asset?: string;
  readonly kind?: AlarmKind;
}

/** An action on one alarm. */
export type Action = Omit<Extract<AlarmInput, { kind: 'action' }>, 'kind'>;

const UNACKNOWLEDGED: readonly AlarmState[] = ['unacknowledged', 'returned-unacknowledged', 'latched-unacknowledged'];

/** All alarms of a node: one at most per asset and kind. Every method takes wall-clock time and returns what happened. */
export class AlarmBook {
  private readonly alarms = new Map<string, Alarm>();
  private readonly standing = new Map<AlarmState, number>();
  private readonly settings: AlarmSettings;
  private readonly surroundings: Surroundings;
  /** No shelving ends by itself before, wall-clock time, ms. */
  private soonest = Infinity;
  private seq = 0;
  /** The numbers of the last events of assets, where each has its own. */
  private readonly seqs = new Map<string, number>();
  private counts: BookCounters['counts'] = { raised: 0, escalated: 0, cleared: 0, acknowledged: 0, info: 0 };

  /**
   * @param settings those of {@link DEFAULT_ALARM} where they are not given
   * @param byAsset whether events are numbered asset by asset now: where several processes share the assets
   */
  constructor(
    settings: Partial<AlarmSettings>,
    guidanceOf: (tag: string) => Guidance | undefined = () => undefined,
    private readonly byAsset: () => boolean = () => false,
  ) {
    this.settings = { ...DEFAULT_ALARM, ...settings };
    this.surroundings = { priority: this.settings.priority, guidanceOf };
  }

  /** @throws SwatError `alarms-full` when another asset would need an alarm and {@link MOST_ALARMS} stand open */
  verdict(verdict: AlarmVerdict, now: number): AlarmEvent[] {
    const { asset, time, scores, evidence, level } = verdict;
    if (level !== 'NONE') this.hasRoom(asset, 'process');
    else if (this.alarm(asset, 'process') === undefined) return [];
    const about = { ...(scores === undefined ? {} : { scores }), ...(evidence === undefined ? {} : { evidence }) };
    return [
      ...this.rewound(verdict, now),
      ...this.apply(asset, 'process', { kind: 'verdict', verdict }, now, { time, ...about }),
    ];
  }

  /**
   * Communication with an asset was lost, or is there again: an alarm of its own kind.
   * @throws SwatError `alarms-full`
   */
  communication({ asset, lost, time, seconds }: CommunicationNotice, now: number): AlarmEvent[] {
    const stands = this.alarm(asset, 'communication')?.episode;
    if (lost) this.hasRoom(asset, 'communication');
    else if (stands === undefined) return [];
    const at = time ?? (stands === undefined ? now : eventTime(stands, now));
    const sentence = { code: 'communication-lost', params: { asset, seconds } };
    const told = { asset, time: at, ratio: 0, tags: [], sentence, model: '' };
    const verdict: AlarmVerdict = lost
      ? { ...told, finding: 'anomaly', level: 'WARNING' }
      : { ...told, finding: 'normal', level: 'NONE' };
    return this.apply(asset, 'communication', { kind: 'verdict', verdict }, now, { time: at });
  }

  /** Ends the shelvings whose time is over. */
  overdue(now: number): AlarmEvent[] {
    if (now < this.soonest) return [];
    const events = [...this.alarms.values()].flatMap(({ asset, kind, episode }) =>
      this.apply(asset, kind, { kind: 'overdue' }, now, { time: timeOf(episode, now) }),
    );
    this.soonest = Math.min(Infinity, ...[...this.alarms.values()].map(({ hold }) => hold?.until ?? Infinity));
    return events;
  }

  /** Time has passed: finishes delays and shelvings, and finds what nobody has answered. */
  tick(now: number): AlarmEvent[] {
    return [...this.alarms.values()].flatMap(({ asset, kind, episode }) =>
      this.apply(asset, kind, { kind: 'tick' }, now, { time: timeOf(episode, now) }),
    );
  }

  /**
   * A person, or the plant's logic, does something to one alarm.
   * @throws SwatError `alarm-id` without an id or an asset, `alarm-unknown` when there is no such alarm
   * (`ack-id`, `ack-none`, `ack-unknown` of an acknowledgement, `ack-info` for an episode below the annunciation level), `alarm-illegal`
   * when its state does not allow it (names what is legal), `alarms-full`
   */
  act(target: Target, action: Action, now: number): AlarmEvent[] {
    const { asset, kind, alarm } = this.find(target, action.action);
    if (alarm === undefined) this.hasRoom(asset, kind);
    const time = timeOf(alarm?.episode, now);
    const events = this.apply(asset, kind, { kind: 'action', ...action }, now, { time, by: action.by });
    // Where only a hold stands there is nothing to forget.
    if (events.length === 0 && action.action !== 'reset') {
      const state = alarm === undefined ? 'normal' : stateOf(alarm);
      if (action.action === 'ack' && alarm?.episode !== undefined && state === 'normal')
        throw new SwatError('ack-info', { level: this.settings.annunciate });
      const legal = legalActions(state).join(', ');
      throw new SwatError('alarm-illegal', { command: action.action, asset, state, legal });
    }
    return events;
  }

  /** Acknowledges all alarms that wait for it, or those of one asset. */
  acknowledgeAll(asset: string | undefined, by: By, now: number): AlarmEvent[] {
    return [...this.alarms.values()]
      .filter((alarm) => asset === undefined || alarm.asset === asset)
      .flatMap(({ asset: each, kind, episode }) =>
        this.apply(each, kind, { kind: 'action', action: 'ack', by }, now, { time: timeOf(episode, now), by }),
      );
  }

  /** Forgets the episodes of one asset, or of all; what was active is cleared. Holds stay. */
  reset(asset: string | undefined, by: By, now: number): AlarmEvent[] {
    return [...this.alarms.values()]
      .filter((alarm) => asset === undefined || alarm.asset === asset)
      .flatMap(({ asset: each, kind, episode }) =>
        this.apply(each, kind, { kind: 'action', action: 'reset', by }, now, { time: timeOf(episode, now), by }),
      );
  }

  /** The open alarms and holds, oldest first; INFO episodes are none. */
  list(): OpenAlarm[] {
    return [...this.alarms.values()].flatMap(({ asset, kind, episode, hold }) => {
      if (hold === undefined && (episode === undefined || episode.state === 'normal')) return [];
      const shown = episode ?? quiet(asset, kind, hold, hold?.since ?? 0);
      const { note, ...kept } = hold ?? {};
      const held = hold && { state: hold.state, hold: kept as Hold, ...(note && { note }) };
      return [{ ...shown, ...aboutEpisode(shown, this.surroundings), ...held }];
    });
  }

  count(): AlarmCounts {
    const of = (states: readonly AlarmState[]): number =>
      states.reduce((sum, state) => sum + (this.standing.get(state) ?? 0), 0);
    return {
      ...this.counts,
      active: of(['unacknowledged', 'acknowledged']),
      unacknowledged: of(UNACKNOWLEDGED),
      held: of(['shelved', 'suppressed-by-design', 'out-of-service']),
    };
  }

  /** How long an alarm is shelved unless a command says otherwise, and at most, ms. */
  get shelving(): Pick<AlarmSettings, 'shelveMs' | 'maxShelveMs'> {
    return this.settings;
  }

  /** All there is, by asset and kind: INFO episodes, too. */
  all(): IterableIterator<Alarm> {
    return this.alarms.values();
  }

  /** The alarm of an asset: plain data that is never changed, another one after every step. */
  alarm(asset: string, kind: AlarmKind): Alarm | undefined {
    return this.alarms.get(keyOf(asset, kind));
  }

  /** The number of the next event; of one that is about no asset without it. */
  nextSeq(asset?: string): number {
    if (asset !== undefined && this.byAsset()) {
      const next = this.seqOf(asset) + 1;
      this.seqs.set(asset, next);
      return next;
    }
    this.seq += 1;
    return this.seq;
  }

  /** The number of the last event of an asset, where each has its own; else 0. */
  seqOf(asset: string): number {
    return this.seqs.get(asset) ?? 0;
  }

  /** The assets that have numbers of their own. */
  numbered(): IterableIterator<string> {
    return this.seqs.keys();
  }

  restoreSeq(asset: string, seq: number): void {
    this.seqs.set(asset, seq);
  }

  /** Forgets an asset: nothing comes of it. */
  forget(asset: string): void {
    for (const kind of ALARM_KINDS) this.put({ asset, kind });
    this.seqs.delete(asset);
  }

  get counters(): BookCounters {
    return { seq: this.seq, counts: this.counts };
  }

  /** Takes back an alarm that was saved. */
  restore(alarm: Alarm): void {
    this.put(alarm);
  }

  /** Takes back the counters that were saved. */
  restoreCounters({ seq, counts }: BookCounters): void {
    this.seq = seq;
    this.counts = { ...counts };
  }

  /** Time has gone back to before an alarm's onset: what stood is over, at its last verdict. */
  private rewound({ asset, time, restarted }: AlarmVerdict, now: number): AlarmEvent[] {
    const episode = restarted === 'rewind' ? this.alarm(asset, 'process')?.episode : undefined;
    if (episode === undefined || time >= episode.onset.time) return [];
    return this.apply(asset, 'process', { kind: 'rewind' }, now, { time: episode.last.time });
  }

  private find(
    { id, asset, kind = 'process' }: Target,
    action: AlarmAction,
  ): { asset: string; kind: AlarmKind; alarm: Alarm | undefined } {
    // prettier-ignore
    if (id === undefined && asset !== undefined && asset !== '') {
      const alarm = this.alarm(asset, kind);
      const holds = action === 'shelve' || action === 'suppress' || action === 'out-of-service';
      if (alarm === undefined && !holds) throw this.unknown(action, asset);
      return { asset, kind, alarm };
    }
    if (id === undefined || id === '') throw this.unknown(action, '');
    for (const alarm of this.alarms.values()) {
      if (alarm.episode?.id === id || alarm.hold?.id === id) return { asset: alarm.asset, kind: alarm.kind, alarm };
    }
    throw this.unknown(action, id);
  }

  /** Names the alarms for which the action is legal. */
  private unknown(action: AlarmAction, id: string): SwatError {
    const legal = this.list().filter(({ state }) => legalActions(state).includes(action));
    const known = legal.slice(0, NAMED).map((each) => `${each.id} (${each.asset})`).join(', ') || '-'; // prettier-ignore
    if (action === 'ack') {
      if (id === '') return new SwatError('ack-id', { known });
      if (legal.length === 0) return new SwatError('ack-none', { id: id.slice(0, 64) });
      return new SwatError('ack-unknown', { id: id.slice(0, 64), known });
    }
    if (id === '') return new SwatError('alarm-id', { command: action, known });
    return new SwatError('alarm-unknown', { command: action, id: id.slice(0, 64), known });
  }

  private hasRoom(asset: string, kind: AlarmKind): void {
    if (this.alarms.size < MOST_ALARMS || this.alarm(asset, kind) !== undefined) return;
    throw new SwatError('alarms-full', { asset, most: MOST_ALARMS });
  }

  private apply(
    asset: string,
    kind: AlarmKind,
    input: AlarmInput,
    now: number,
    about: Omit<Occasion, 'seq'>,
  ): AlarmEvent[] {
    const before = this.alarm(asset, kind) ?? { asset, kind };
    const { alarm, changes } = step(before, input, now, this.settings);
    if (alarm !== before) this.put(alarm);
    return changes.map((change) => {
      const seq = this.nextSeq(asset);
      this.counted(change.event);
      const signed = change.reason === undefined || change.reason === 'command' || change.reason === 'reset';
      const { by, ...rest } = about;
      const occasion = { ...rest, seq, ...(by === undefined || !signed ? {} : { by }) };
      return alarmEvent(change, occasion, this.surroundings);
    });
  }

  private put(alarm: Alarm): void {
    const key = keyOf(alarm.asset, alarm.kind);
    const before = this.alarms.get(key);
    if (before !== undefined) this.stands(stateOf(before), -1);
    if (alarm.episode === undefined && alarm.hold === undefined) {
      this.alarms.delete(key);
      return;
    }
    this.stands(stateOf(alarm), 1);
    this.alarms.set(key, alarm);
    this.soonest = Math.min(this.soonest, alarm.hold?.until ?? Infinity);
  }

  private stands(state: AlarmState, more: number): void {
    this.standing.set(state, (this.standing.get(state) ?? 0) + more);
  }

  private counted(event: AlarmEventName): void {
    const name = event === 're-raised' ? 'raised' : event;
    if (name in this.counts) {
      const counted = name as keyof BookCounters['counts'];
      this.counts = { ...this.counts, [counted]: this.counts[counted] + 1 };
    }
  }
}

function keyOf(asset: string, kind: AlarmKind): string {
  return `${kind}/${asset}`;
}

function timeOf(episode: Episode | undefined, now: number): number {
  return episode === undefined ? now : eventTime(episode, now);
}
