import { DEFAULT_NOTIFY } from '../defaults';
import type { Silence } from '../silences';
import { isHold } from '../transitions';
import { groupOf, type GroupSettings } from './groups';
import type { InhibitRule } from './inhibition';
import { labelsAgain } from './labels';
import { keyOf, newsOf, reminderOf, type AlarmNews, type Standing } from './news';
import { notificationOf, type News, type Notification } from './notification';
import { NotifierState } from './notifier-state';
import type { StormSettings } from './storm';
import { MOST_KEYS, type Told, type Wait } from './told';
import type { ToldBook } from './told-book';

export interface NotifySettings extends GroupSettings, StormSettings {
  /** An alarm that stands unacknowledged is notified again after this long, ms. 0: never. */
  readonly repeatMs: number;
  /** Which alarms mute which, beside what is built in. */
  readonly inhibit: readonly InhibitRule[];
}

/** What is decided of an event, by name. `untold`: the end of an alarm that nobody was told of. */
export const DECISIONS = [
  'not-annunciated',
  'duplicate',
  'held',
  'inhibited',
  'silenced',
  'untold',
  'grouped',
  'due',
] as const;
export type Decision = (typeof DECISIONS)[number];

const UNSEEN: ReadonlySet<string> = new Set(['unacknowledged', 'latched-unacknowledged']);

/** Alarms that are told of together. */
interface Due {
  readonly key: string;
  readonly ids: readonly string[];
}

/**
 * Decides which events people are told of, and when. The stages, in this order, each a reason: is it news; is the alarm
 * held (shelved, suppressed, out of service); is it muted by another alarm; is it silenced; does it wait for its group; is
 * there a storm. What is muted waits, and is told when that ends and the alarm still stands unacknowledged. All of this is
 * there for people, so it runs on wall-clock time, even while a year of history is replayed in a minute. Remembers one
 * entry per open alarm.
 *
 * The state is plain data by key; `changed` names each key whose state is another one now.
 */
export class Notifier {
  private readonly state: NotifierState;
  private readonly settings: NotifySettings;

  /** @param given those of {@link DEFAULT_NOTIFY} where they are not given */
  constructor(given: Partial<NotifySettings>, changed: (key: string) => void) {
    this.settings = { ...DEFAULT_NOTIFY, ...given };
    this.state = new NotifierState(this.settings, changed);
  }

  private get told(): ToldBook {
    return this.state.told;
  }

  /** How many notifications digests stand for so far. */
  get suppressed(): number {
    return this.state.storm.suppressed;
  }

  /** Alarms that nobody is told of now, as another one or a silence mutes them. */
  get mutedNow(): number {
    return this.told.muted.size;
  }

  /** Decides on an event; call once for each, in order, and {@link due} after it. */
  consider(event: AlarmNews, now: number): Decision {
    const { id, state } = event;
    const before = this.told.get(id);
    if (isHold(state)) {
      if (before === undefined) return 'held';
      this.told.drop(id);
      this.told.put({ ...this.told.entry(id), labels: labelsAgain(event, before.labels), state });
      return 'held';
    }
    if (before === undefined && keyOf(event) === undefined) return 'not-annunciated';
    const start = before ?? { id, keys: [], at: now, repeats: 0 };
    this.told.put({ ...start, labels: labelsAgain(event, before?.labels), state });
    const decision = this.decide(event, now);
    this.told.settle(id);
    return decision;
  }

  /** What is due by now: at once, after a group wait, at the end of a storm's period. */
  due(now: number): Notification[] {
    const raged = this.state.storm.rages;
    const digest = this.state.storm.digest(now);
    if (raged) this.state.spent();
    const grouped = this.state.groups.due(now);
    if (digest === undefined && grouped.length === 0 && this.told.ready.size === 0) return [];
    const single = [...this.told.ready].map((id) => ({ key: id, ids: [id] }));
    const told = this.oldestFirst([...single, ...grouped]).flatMap(({ key, ids }) => {
      const news = ids.flatMap((id) => (this.stillMuted(id, now) ? [] : (this.told.entry(id).news ?? [])));
      const ofGroup = news.filter(({ id }) => this.told.entry(id).waits === 'group');
      const out = this.tell(news, key, now);
      for (const { level } of ofGroup) this.state.groups.told(key, level, now);
      for (const id of ids) this.told.settle(id);
      return out;
    });
    return digest === undefined ? told : [digest, ...told];
  }

  /** In an order that a restart does not change: by the time of the oldest news, then by name. */
  private oldestFirst(due: readonly Due[]): Due[] {
    const time = (id: string): number => this.told.entry(id).news?.time ?? Infinity;
    const oldest = ({ ids }: Due): number => Math.min(...ids.map(time));
    const by = (a: number, b: number, one: string, other: string): number => a - b || (one < other ? -1 : 1);
    return due
      .map(({ key, ids }) => ({ key, ids: [...ids].sort((a, b) => by(time(a), time(b), a, b)) }))
      .sort((a, b) => by(oldest(a), oldest(b), a.key, b.key));
  }

  /** Time has passed: mutes that ended, what is {@link due}, and reminders of the alarms that are open. */
  tick(open: readonly Standing[], now: number): Notification[] {
    if (this.told.size > open.length) this.told.prune(open);
    this.release(now);
    return [...this.due(now), ...this.reminders(open, now)];
  }

  /** @throws SwatError `silence-time`, `silences-full` */
  silence(silence: Omit<Silence, 'id'>, now: number): Silence {
    return this.state.silences.add(silence, now);
  }

  /** @throws SwatError `silence-id`, `silence-unknown` */
  unsilence(id: string): Silence {
    return this.state.silences.remove(id);
  }

  /** Silences that are over by now; they are forgotten. */
  expired(now: number): Silence[] {
    return this.state.silences.expire(now);
  }

  /** The silences that stand or are to come. */
  silences(): Silence[] {
    return this.state.silences.list();
  }

  /** What is known of the notifications of an alarm. */
  toldOf(id: string): Told | undefined {
    return this.told.get(id);
  }

  /** The keys of the state as it is now. */
  keys(): IterableIterator<string> {
    return this.state.keys();
  }

  /** The keys of what was told of the alarms of an asset. */
  keysOf(asset: string): string[] {
    return this.state.keysOf(asset);
  }

  /** Forgets what was told of the alarms of an asset, and what waits to be. */
  forget(asset: string): void {
    for (const id of this.told.of(asset)) this.told.remove(id);
  }

  /** True for a key of this state. */
  owns(key: string): boolean {
    return this.state.owns(key);
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    return this.state.full(key);
  }

  /**
   * Takes back what was saved of a key.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    this.state.restore(key, saved);
  }

  /** Takes back what was told of an alarm. */
  restoreTold(told: Told): void {
    this.told.restore(told);
  }

  private decide(event: AlarmNews, now: number): Decision {
    const { id } = event;
    const key = keyOf(event);
    if (key === undefined) {
      if (!UNSEEN.has(event.state) && this.told.muted.has(id)) this.told.drop(id);
      return 'not-annunciated';
    }
    const told = this.told.entry(id);
    if (told.keys.includes(key)) return 'duplicate';
    const again = event.event === 're-raised';
    const keys = again ? [key] : [...told.keys, key].slice(-MOST_KEYS);
    this.told.put({ ...told, keys, repeats: again ? 0 : told.repeats });
    const over = event.event === 'cleared';
    const unheard = over && this.told.muted.has(id);
    const mute = this.muteOf(id, now);
    if (unheard || (over && mute !== undefined)) {
      this.told.drop(id);
      return unheard ? 'untold' : (mute?.waits ?? 'untold');
    }
    const news = newsOf(event, [...(told.news?.keys ?? []), key]);
    if (mute === undefined) return this.queue(id, news, now);
    this.told.wait(id, news, mute.waits, mute.by);
    return mute.waits;
  }

  /** News is told as soon as its group is. */
  private queue(id: string, news: News, now: number): 'due' | 'grouped' {
    const told = this.told.entry(id);
    const group = told.waits === 'group' ? told.by : groupOf(this.settings.groupBy, told.labels);
    this.told.wait(id, news, group === undefined ? 'ready' : 'group', group ?? '');
    if (group === undefined) return 'due';
    this.state.groups.add(group, id, news.level, now);
    return 'grouped';
  }

  /** Makes a notification of news, or counts it while there is a storm. */
  private tell(news: readonly News[], group: string, now: number): Notification[] {
    const [first, ...others] = news;
    if (news.length === 0) return [];
    const sent = this.state.storm.admits(now);
    const about = news.map((each) => ({ news: each, counted: this.told.entry(each.id).counted }));
    const counted = sent ? [] : this.state.storm.count(about, now);
    this.state.spent();
    for (const [index, { id }] of news.entries()) {
      this.told.drop(id);
      const counting = counted.at(index);
      this.told.put({ ...this.told.entry(id), at: now, ...(counting === undefined ? {} : { counted: counting }) });
    }
    return sent ? [notificationOf([first, ...others], group)] : [];
  }

  /** Mutes that ended: what stands and nobody has seen is told now; of assets, the upper ones first. */
  private release(now: number): void {
    if (this.told.muted.size === 0) return;
    const free = [...this.told.muted].filter((id) => !this.stillMuted(id, now)).map((id) => this.told.entry(id));
    free.sort((a, b) => a.labels.asset.length - b.labels.asset.length);
    for (const { id, state, news } of free) {
      if (news === undefined || !UNSEEN.has(state)) this.told.drop(id);
      else if (!this.stillMuted(id, now)) this.queue(id, news, now);
      this.told.settle(id);
    }
  }

  /** Lets the news of an alarm that is muted wait, and says whether it is. */
  private stillMuted(id: string, now: number): boolean {
    const { news, waits, by } = this.told.entry(id);
    const mute = this.muteOf(id, now);
    if (mute === undefined) return false;
    if (news === undefined || news.event === 'cleared') this.told.drop(id);
    else if (mute.waits !== waits || mute.by !== by) this.told.wait(id, news, mute.waits, mute.by);
    return true;
  }

  private muteOf(id: string, now: number): { waits: Wait & Decision; by: string } | undefined {
    const { labels, by } = this.told.entry(id);
    const source = this.state.inhibition.mutedBy(id, labels);
    if (source !== undefined) return { waits: 'inhibited', by: source };
    const silence = this.state.silences.silencing(labels, now, by);
    return silence === undefined ? undefined : { waits: 'silenced', by: silence.id };
  }

  /** The reminders that are due by now; those of a group come together. */
  private reminders(open: Iterable<Standing>, now: number): Notification[] {
    if (this.settings.repeatMs === 0) return [];
    const groups = new Map<string, { due: boolean; alarms: Standing[] }>();
    for (const alarm of open) {
      const told = this.told.get(alarm.id);
      if (told?.state !== 'unacknowledged' || told.news !== undefined) continue;
      if (told.at > now) this.told.put({ ...told, at: now });
      const since = Math.max(0, now - told.at);
      if (since < this.settings.repeatMs / 2 || this.muteOf(alarm.id, now) !== undefined) continue;
      const key = groupOf(this.settings.groupBy, told.labels) ?? alarm.id;
      const group = groups.get(key) ?? { due: false, alarms: [] };
      group.alarms.push(alarm);
      group.due ||= since >= this.settings.repeatMs;
      groups.set(key, group);
    }
    return [...groups]
      .filter(([, { due }]) => due)
      .flatMap(([key, { alarms }]) =>
        this.tell(
          alarms.map((alarm) => this.reminder(alarm)),
          key,
          now,
        ),
      );
  }

  private reminder(alarm: Standing): News {
    const told = this.told.entry(alarm.id);
    const repeats = told.repeats + 1;
    this.told.put({ ...told, repeats });
    return reminderOf(alarm, repeats);
  }
}
