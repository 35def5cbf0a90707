import { SwatError } from '../../errors';
import { DEFAULT_NOTIFY } from '../defaults';
import { isActive } from '../episode';
import { Silences, type Silence } from '../silences';
import { isHold } from '../transitions';
import { groupOf, Groups, type GroupSettings } from './groups';
import { Inhibition, type InhibitRule } from './inhibition';
import { labelsOf } from './labels';
import { keyOf, newsOf, reminderOf, type AlarmNews, type Standing } from './news';
import { notificationOf, type News, type Notification } from './notification';
import { Storm, type StormSettings } from './storm';
import { MOST_KEYS, readTold, type Told, type Wait } from './told';

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

const TOLD = 'told/';
const GROUP = 'group/';
const SILENCE = 'silence/';
const BUDGET = 'budget';

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
  private readonly told = new Map<string, Told>();
  private readonly ready = new Set<string>();
  private readonly muted = new Set<string>();
  private readonly silenceBook: Silences;
  private readonly groups: Groups;
  private readonly inhibition: Inhibition;
  private readonly storm: Storm;

  private readonly settings: NotifySettings;

  /** @param given those of {@link DEFAULT_NOTIFY} where they are not given */
  constructor(
    given: Partial<NotifySettings>,
    private readonly changed: (key: string) => void,
  ) {
    const settings = { ...DEFAULT_NOTIFY, ...given };
    this.settings = settings;
    this.silenceBook = new Silences((id) => {
      changed(SILENCE + id);
    });
    this.groups = new Groups(settings, (key) => {
      changed(GROUP + key);
    });
    this.inhibition = new Inhibition(settings.inhibit);
    this.storm = new Storm(settings);
  }

  /** How many notifications digests stand for so far. */
  get suppressed(): number {
    return this.storm.suppressed;
  }

  /** Alarms that nobody is told of now, as another one or a silence mutes them. */
  get mutedNow(): number {
    return this.muted.size;
  }

  /** Decides on an event; call once for each, in order, and {@link due} after it. */
  consider(event: AlarmNews, now: number): Decision {
    const { id, state } = event;
    const before = this.told.get(id);
    if (isHold(state)) {
      if (before === undefined) return 'held';
      this.drop(id);
      this.put({ ...this.entry(id), labels: labelsOf(event), state });
      return 'held';
    }
    if (before === undefined && keyOf(event) === undefined) return 'not-annunciated';
    const start = before ?? { id, keys: [], at: now, repeats: 0 };
    this.put({ ...start, labels: labelsOf(event), state });
    const decision = this.decide(event, now);
    this.settle(id);
    return decision;
  }

  /** What is due by now: at once, after a group wait, at the end of a storm's period. */
  due(now: number): Notification[] {
    const raged = this.storm.rages;
    const digest = this.storm.digest(now);
    if (raged) this.changed(BUDGET);
    const single = [...this.ready].map((id) => ({ key: id, ids: [id] }));
    const told = this.oldestFirst([...single, ...this.groups.due(now)]).flatMap(({ key, ids }) => {
      const news = ids.flatMap((id) => (this.stillMuted(id, now) ? [] : (this.entry(id).news ?? [])));
      const grouped = news.filter(({ id }) => this.entry(id).waits === 'group');
      const out = this.tell(news, key, now);
      for (const { level } of grouped) this.groups.told(key, level, now);
      for (const id of ids) this.settle(id);
      return out;
    });
    return digest === undefined ? told : [digest, ...told];
  }

  /** In an order that a restart does not change: by the time of the oldest news, then by name. */
  private oldestFirst(due: readonly Due[]): Due[] {
    const time = (id: string): number => this.entry(id).news?.time ?? Infinity;
    const oldest = ({ ids }: Due): number => Math.min(...ids.map(time));
    const by = (a: number, b: number, one: string, other: string): number => a - b || (one < other ? -1 : 1);
    return due
      .map(({ key, ids }) => ({ key, ids: [...ids].sort((a, b) => by(time(a), time(b), a, b)) }))
      .sort((a, b) => by(oldest(a), oldest(b), a.key, b.key));
  }

  /** Time has passed: mutes that ended, what is {@link due}, and reminders of the alarms that are open. */
  tick(open: readonly Standing[], now: number): Notification[] {
    if (this.told.size > open.length) this.prune(open);
    this.release(now);
    return [...this.due(now), ...this.reminders(open, now)];
  }

  /** @throws SwatError `silence-time`, `silences-full` */
  silence(silence: Omit<Silence, 'id'>, now: number): Silence {
    return this.silenceBook.add(silence, now);
  }

  /** @throws SwatError `silence-id`, `silence-unknown` */
  unsilence(id: string): Silence {
    return this.silenceBook.remove(id);
  }

  /** Silences that are over by now; they are forgotten. */
  expired(now: number): Silence[] {
    return this.silenceBook.expire(now);
  }

  /** The silences that stand or are to come. */
  silences(): Silence[] {
    return this.silenceBook.list();
  }

  /** What is known of the notifications of an alarm. */
  toldOf(id: string): Told | undefined {
    return this.told.get(id);
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield BUDGET;
    for (const id of this.told.keys()) yield TOLD + id;
    for (const key of this.groups.keys()) yield GROUP + key;
    for (const id of this.silenceBook.ids()) yield SILENCE + id;
  }

  /** True for a key of this state. */
  owns(key: string): boolean {
    return key === BUDGET || [TOLD, GROUP, SILENCE].some((start) => key.startsWith(start));
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key === BUDGET) return this.storm.budget;
    if (key.startsWith(TOLD)) return this.told.get(key.slice(TOLD.length));
    if (key.startsWith(GROUP)) return this.groups.get(key.slice(GROUP.length));
    return this.silenceBook.get(key.slice(SILENCE.length));
  }

  /**
   * Takes back what was saved of a key.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    if (key === BUDGET) this.storm.restore(key, saved);
    else if (key.startsWith(TOLD)) this.restoreTold(readTold(key, saved, key.slice(TOLD.length)));
    else if (key.startsWith(GROUP)) this.groups.restore(key.slice(GROUP.length), saved);
    else if (key.startsWith(SILENCE)) this.silenceBook.restore(key.slice(SILENCE.length), saved);
    else throw new SwatError('snapshot-corrupt', { key });
  }

  /** Takes back what was told of an alarm. */
  restoreTold(told: Told): void {
    this.told.set(told.id, told);
    if (told.waits === 'ready') this.ready.add(told.id);
    if (told.waits === 'group' && told.by !== undefined) this.groups.join(told.by, told.id);
    if (told.waits === 'inhibited' || told.waits === 'silenced') this.muted.add(told.id);
    this.mayMute(told);
  }

  private decide(event: AlarmNews, now: number): Decision {
    const { id } = event;
    const key = keyOf(event);
    if (key === undefined) {
      if (!UNSEEN.has(event.state) && this.muted.has(id)) this.drop(id);
      return 'not-annunciated';
    }
    const told = this.entry(id);
    if (told.keys.includes(key)) return 'duplicate';
    const again = event.event === 're-raised';
    const keys = again ? [key] : [...told.keys, key].slice(-MOST_KEYS);
    this.put({ ...told, keys, repeats: again ? 0 : told.repeats });
    const over = event.event === 'cleared';
    const unheard = over && this.muted.has(id);
    const mute = this.muteOf(id, now);
    if (unheard || (over && mute !== undefined)) {
      this.drop(id);
      return unheard ? 'untold' : (mute?.waits ?? 'untold');
    }
    const news = newsOf(event, [...(told.news?.keys ?? []), key]);
    if (mute === undefined) return this.queue(id, news, now);
    this.wait(id, news, mute.waits, mute.by);
    return mute.waits;
  }

  /** News is told as soon as its group is. */
  private queue(id: string, news: News, now: number): 'due' | 'grouped' {
    const told = this.entry(id);
    const group = told.waits === 'group' ? told.by : groupOf(this.settings.groupBy, told.labels);
    this.wait(id, news, group === undefined ? 'ready' : 'group', group ?? '');
    if (group === undefined) return 'due';
    this.groups.add(group, id, news.level, now);
    return 'grouped';
  }

  /** Makes a notification of news, or counts it while there is a storm. */
  private tell(news: readonly News[], group: string, now: number): Notification[] {
    const [first, ...others] = news;
    if (news.length === 0) return [];
    const sent = this.storm.admits(now);
    const about = news.map((each) => ({ news: each, counted: this.entry(each.id).counted }));
    const counted = sent ? [] : this.storm.count(about, now);
    this.changed(BUDGET);
    for (const [index, { id }] of news.entries()) {
      this.drop(id);
      const counting = counted.at(index);
      this.put({ ...this.entry(id), at: now, ...(counting === undefined ? {} : { counted: counting }) });
    }
    return sent ? [notificationOf([first, ...others], group)] : [];
  }

  /** Mutes that ended: what stands and nobody has seen is told now; of assets, the upper ones first. */
  private release(now: number): void {
    if (this.muted.size === 0) return;
    const free = [...this.muted].filter((id) => !this.stillMuted(id, now)).map((id) => this.entry(id));
    free.sort((a, b) => a.labels.asset.length - b.labels.asset.length);
    for (const { id, state, news } of free) {
      if (news === undefined || !UNSEEN.has(state)) this.drop(id);
      else if (!this.stillMuted(id, now)) this.queue(id, news, now);
      this.settle(id);
    }
  }

  /** Lets the news of an alarm that is muted wait, and says whether it is. */
  private stillMuted(id: string, now: number): boolean {
    const { news, waits, by } = this.entry(id);
    const mute = this.muteOf(id, now);
    if (mute === undefined) return false;
    if (news === undefined || news.event === 'cleared') this.drop(id);
    else if (mute.waits !== waits || mute.by !== by) this.wait(id, news, mute.waits, mute.by);
    return true;
  }

  private muteOf(id: string, now: number): { waits: Wait & Decision; by: string } | undefined {
    const { labels, by } = this.entry(id);
    const source = this.inhibition.mutedBy(id, labels);
    if (source !== undefined) return { waits: 'inhibited', by: source };
    const silence = this.silenceBook.silencing(labels, now, by);
    return silence === undefined ? undefined : { waits: 'silenced', by: silence.id };
  }

  /** The reminders that are due by now; those of a group come together. */
  private reminders(open: Iterable<Standing>, now: number): Notification[] {
    if (this.settings.repeatMs === 0) return [];
    const groups = new Map<string, { due: boolean; alarms: Standing[] }>();
    for (const alarm of open) {
      const told = this.told.get(alarm.id);
      if (told?.state !== 'unacknowledged' || told.news !== undefined) continue;
      if (told.at > now) this.put({ ...told, at: now });
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
    const told = this.entry(alarm.id);
    const repeats = told.repeats + 1;
    this.put({ ...told, repeats });
    return reminderOf(alarm, repeats);
  }

  private wait(id: string, news: News, waits: Wait, by: string): void {
    const before = this.entry(id);
    if (before.waits !== waits || before.by !== by) this.drop(id);
    this.put({ ...this.entry(id), news, waits, by });
    if (waits === 'ready') this.ready.add(id);
    else if (waits !== 'group') this.muted.add(id);
  }

  /** What was to be told of an alarm is so no longer. */
  private drop(id: string): void {
    const told = this.entry(id);
    if (told.news === undefined) return;
    this.ready.delete(id);
    this.muted.delete(id);
    if (told.waits === 'group' && told.by !== undefined) this.groups.leave(told.by, id);
    const rest: { -readonly [K in keyof Told]: Told[K] } = { ...told };
    delete rest.news;
    delete rest.waits;
    delete rest.by;
    this.put(rest);
  }

  /** An alarm that is over and of which nothing is to be told is forgotten. */
  private settle(id: string): void {
    const told = this.told.get(id);
    if (told?.state !== 'normal' || told.news !== undefined) return;
    this.forget(id);
  }

  /** Alarms that are open no longer, of which nothing is to be told. */
  private prune(open: readonly Standing[]): void {
    const ids = new Set(open.map(({ id }) => id));
    for (const [id, { news }] of this.told) if (news === undefined && !ids.has(id)) this.forget(id);
  }

  private forget(id: string): void {
    this.told.delete(id);
    this.inhibition.remove(id);
    this.changed(TOLD + id);
  }

  private put(told: Told): void {
    const before = this.told.get(told.id);
    this.told.set(told.id, told);
    this.changed(TOLD + told.id);
    const same = before?.labels === told.labels && before.state === told.state && before.waits === told.waits;
    if (!same) this.mayMute(told);
  }

  /** An alarm that stands mutes others, unless nobody is told of it because it is muted itself. */
  private mayMute({ id, labels, state, waits }: Told): void {
    if (isActive({ state }) && waits !== 'inhibited') this.inhibition.put(id, labels);
    else this.inhibition.remove(id);
  }

  private entry(id: string): Told {
    const told = this.told.get(id);
    if (told === undefined) throw new SwatError('notify-unknown', { id });
    return told;
  }
}
