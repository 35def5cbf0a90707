import { SwatError } from '../errors';
import type { Guidance } from '../plant/dictionary';
import { AlarmBook, type Action, type AlarmCounts, type BookCounters, type OpenAlarm, type Target } from './book';
import { CommandsCarriedOut } from './carried-out';
import type { CommunicationNotice } from './communication';
import { DEFAULT_ALARM } from './defaults';
import { ASSETS, CARRIED_OUT, DeskAssets } from './desk-assets';
import { ALARM_KINDS, type Episode } from './episode';
import type { AlarmEvent } from './event';
import { stateOf, type Alarm, type By } from './machine';
import { AlarmMetrics, type MetricsReport } from './metrics';
import { labelsOf } from './notify/labels';
import type { Notification } from './notify/notification';
import { Notifier, type NotifySettings } from './notify/notifier';
import { readKeys, waitingOf, type Waiting } from './notify/told';
import type { AlarmVerdict } from './read-verdict';
import { isCount, isTime, readEpisode, readEvent, readHold, readNotification } from './restore';
import { isRecord } from '../record';
import { priorityOf, type AlarmSettings } from './settings';
import { recordEvent } from './plain-event';
import { silenceEvent } from './silence-event';
import type { Silence } from './silences';

/** What is to be told of one input: never empty. */
export interface Delivery {
  /** Rises by one with every delivery of a node. */
  readonly n: number;
  readonly events: readonly AlarmEvent[];
  readonly notifications: readonly Notification[];
  /** It was sent; the journal has yet to confirm it. */
  readonly sent?: true;
}

/** Key of the counters. */
const COMMON = 'common';
const OUT = 'out/';

/** What is saved under {@link COMMON}. */
interface Common {
  readonly book: BookCounters;
  readonly deliveries: number;
}

export interface DeskSettings {
  /** Those of `DEFAULT_ALARM` and `DEFAULT_NOTIFY` where they are not given. */
  readonly alarm: Partial<AlarmSettings>;
  readonly notify: Partial<NotifySettings>;
}

/**
 * The alarms of a node: what is open, who was told, and what is on its way to them. A delivery is part of the state from
 * the moment it is decided until it is {@link delivered}, so that a process that ends in between tells it after it has
 * started again: each at least once, with the same `id`, `seq` and `key`.
 *
 * The state is plain data by key; `changed` names each key whose state is another one now.
 */
export class AlarmDesk {
  /** Commands that are not to be done twice. */
  readonly carriedOut: CommandsCarriedOut;
  /** What moves with an asset to another process. */
  readonly assets: DeskAssets;
  private readonly book: AlarmBook;
  private readonly notifier: Notifier;
  private readonly metrics: AlarmMetrics;
  private readonly out = new Map<number, Delivery>();
  private deliveries = 0;

  /**
   * @param guidanceOf what the plant's dictionary says of a tag
   * @param byAsset whether events are numbered asset by asset now
   */
  constructor(
    private readonly settings: DeskSettings,
    private readonly changed: (key: string) => void,
    guidanceOf?: (tag: string) => Guidance | undefined,
    byAsset?: () => boolean,
  ) {
    this.book = new AlarmBook(settings.alarm, guidanceOf, byAsset);
    this.notifier = new Notifier(settings.notify, changed);
    this.metrics = new AlarmMetrics(changed);
    this.carriedOut = new CommandsCarriedOut((id) => {
      changed(CARRIED_OUT + id);
    });
    this.assets = new DeskAssets(this, this.book, this.notifier, this.metrics, this.carriedOut, changed);
  }

  /** @throws SwatError `alarms-full` */
  verdict(verdict: AlarmVerdict, now: number): Delivery | undefined {
    const before = this.book.alarm(verdict.asset, 'process');
    const delivery = this.deliver(this.book.verdict(verdict, now), now);
    if (this.book.alarm(verdict.asset, 'process') !== before) this.changed(ASSETS.process + verdict.asset);
    return delivery;
  }

  /** Communication with an asset was lost, or is there again. @throws SwatError `alarms-full` */
  communication(notice: CommunicationNotice, now: number): Delivery | undefined {
    const delivery = this.deliver(this.book.communication(notice, now), now);
    this.changed(ASSETS.communication + notice.asset);
    return delivery;
  }

  /** Shelvings whose time is over, if there are any: to be asked before each input, which is to find them ended. */
  overdue(now: number): Delivery | undefined {
    const events = this.book.overdue(now);
    return events.length === 0 ? undefined : this.deliver(events, now);
  }

  /** Time has passed: delays and shelvings that end, what nobody has answered, and reminders that are due. */
  tick(now: number): Delivery | undefined {
    const over = this.notifier.expired(now);
    const events = [
      ...this.book.tick(now),
      ...over.map((each) => this.silenced('unsilenced', each, now, { reason: 'expired' })),
    ];
    this.metrics.tick(now);
    return this.deliver(events, now, () => this.notifier.tick(this.book.list(), now));
  }

  /**
   * A person, or the plant's logic, does something to one alarm.
   * @throws SwatError as {@link AlarmBook.act}
   */
  act(target: Target, action: Action, now: number): Delivery | undefined {
    return this.deliver(this.book.act(target, action, now), now);
  }

  /** Acknowledges all alarms that wait for it, or those of one asset. */
  acknowledgeAll(asset: string | undefined, by: By, now: number): Delivery | undefined {
    return this.deliver(this.book.acknowledgeAll(asset, by, now), now);
  }

  /** Keeps, with what is done to alarms, what a person did to something else: to an asset, or, where it is empty, to none. */
  record(asset: string, by: By, now: number): Delivery | undefined {
    return this.deliver([recordEvent(asset, by, this.book.nextSeq(), now)], now);
  }

  /** Forgets the episodes of one asset, or of all; holds stay. */
  reset(asset: string | undefined, by: By, now: number): Delivery | undefined {
    const before = [...this.book.all()];
    const delivery = this.deliver(this.book.reset(asset, by, now), now);
    for (const alarm of before) {
      if (asset === undefined || alarm.asset === asset) this.changed(ASSETS[alarm.kind] + alarm.asset);
    }
    return delivery;
  }

  /**
   * Alarms that match are not notified for a time.
   * @throws SwatError `silence-time`, `silences-full`
   */
  silence(
    asked: Omit<Silence, 'id'>,
    now: number,
    by: Pick<By, 'known'> = {},
  ): { silence: Silence; delivery: Delivery | undefined } {
    const silence = this.notifier.silence(asked, now);
    return {
      silence,
      delivery: this.deliver(
        [this.silenced('silenced', silence, now, by.known === undefined ? {} : { known: by.known })],
        now,
      ),
    };
  }

  /** Ends a silence. @throws SwatError `silence-id`, `silence-unknown` */
  unsilence(id: string, by: By, now: number): Delivery | undefined {
    const { known, ...rest } = by;
    const silence = { ...this.notifier.unsilence(id), ...rest };
    const about = { reason: 'command' as const, ...(known === undefined ? {} : { known }) };
    return this.deliver([this.silenced('unsilenced', silence, now, about)], now);
  }

  /** The silences that stand or are to come, oldest first. */
  silences(): Silence[] {
    return this.notifier.silences();
  }

  /** A delivery was sent, but is not settled yet: it will not be sent again. */
  sent(n: number): void {
    const delivery = this.out.get(n);
    if (delivery === undefined || delivery.sent === true) return;
    this.out.set(n, { ...delivery, sent: true });
    this.changed(OUT + String(n));
  }

  /** A delivery has reached whoever it was for, and the journal. */
  delivered(n: number): void {
    if (this.out.delete(n)) this.changed(OUT + String(n));
  }

  /** Deliveries of which that is not known, oldest first. */
  get undelivered(): readonly Delivery[] {
    return [...this.out.values()].sort((a, b) => a.n - b.n);
  }

  /** The open alarms and holds, oldest first. */
  list(): OpenAlarm[] {
    return this.book.list();
  }

  /** Why people are not told of an alarm yet: a mute, a silence, or its group. */
  waiting(id: string): Waiting | undefined {
    return waitingOf(this.notifier.toldOf(id));
  }

  /** How long an alarm is shelved unless a command says otherwise, and at most, ms. */
  get shelving(): Pick<AlarmSettings, 'shelveMs' | 'maxShelveMs'> {
    return this.book.shelving;
  }

  count(): AlarmCounts & { suppressed: number; muted: number; silences: number } {
    const { suppressed, mutedNow: muted } = this.notifier;
    return { ...this.book.count(), suppressed, muted, silences: this.notifier.silences().length };
  }

  /** How often alarms come, for every message of metrics; {@link report} has all. */
  rates(now: number): Pick<MetricsReport, 'per10Min' | 'perHour' | 'flood'> {
    return this.metrics.brief(now);
  }

  /** The metrics of ISA-18.2. */
  report(now: number): MetricsReport {
    return this.metrics.report(now);
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield COMMON;
    for (const { asset, kind } of this.book.all()) yield ASSETS[kind] + asset;
    for (const n of this.out.keys()) yield OUT + String(n);
    for (const id of this.carriedOut.ids()) yield CARRIED_OUT + id;
    yield* this.notifier.keys();
    yield* this.metrics.keys();
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key === COMMON) {
      const common: Common = { book: this.book.counters, deliveries: this.deliveries };
      return common;
    }
    if (key.startsWith(OUT)) return this.out.get(Number(key.slice(OUT.length)));
    if (key.startsWith(CARRIED_OUT)) return this.carriedOut.get(key.slice(CARRIED_OUT.length));
    if (this.notifier.owns(key)) return this.notifier.full(key);
    if (this.metrics.owns(key)) return this.metrics.full(key);
    const kind = ALARM_KINDS.find((each) => key.startsWith(ASSETS[each]));
    const alarm = kind && this.book.alarm(key.slice(ASSETS[kind].length), kind);
    if (alarm === undefined) return undefined;
    const { episode, hold } = alarm;
    return { episode, hold };
  }

  /**
   * Takes back what was saved of a key, by this version or the ones before.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    if (!isRecord(saved)) throw new SwatError('snapshot-corrupt', { key });
    if (key === COMMON) this.restoreCommon(saved);
    else if (key.startsWith(OUT)) this.restoreDelivery(key, saved);
    else if (key.startsWith(CARRIED_OUT)) this.carriedOut.restore(key.slice(CARRIED_OUT.length), saved);
    else if (this.notifier.owns(key)) this.notifier.restore(key, saved);
    else if (this.metrics.owns(key)) this.metrics.restore(key, saved);
    else {
      const kind = ALARM_KINDS.find((each) => key.startsWith(ASSETS[each]));
      if (kind === undefined) throw new SwatError('snapshot-corrupt', { key });
      const hold = saved.hold === undefined ? undefined : readHold(key, saved.hold);
      const episode = saved.episode === undefined && hold ? undefined : readEpisode(key, saved.episode);
      const asset = key.slice(ASSETS[kind].length);
      const alarm = { asset, kind, ...(episode && { episode }), ...(hold && { hold }) };
      if (saved.told !== undefined && episode !== undefined) this.restoreTold(key, alarm, episode, saved.told);
      this.book.restore(alarm);
    }
  }

  private silenced(
    event: 'silenced' | 'unsilenced',
    silence: Silence,
    now: number,
    about: { readonly reason?: 'expired' | 'command' } & Pick<By, 'known'> = {},
  ): AlarmEvent {
    return silenceEvent(event, silence, this.book.nextSeq(), now, about);
  }

  /** A version before silences kept what was told beside the alarm. */
  private restoreTold(key: string, alarm: Alarm, episode: Episode, told: unknown): void {
    const damaged = new SwatError('snapshot-corrupt', { key });
    if (!isRecord(told) || !isTime(told.at) || !isCount(told.repeats)) throw damaged;
    const { priority } = { ...DEFAULT_ALARM, ...this.settings.alarm };
    const about = { priority: priorityOf(episode.level, episode.firstOut?.stage, priority) };
    const { id } = episode;
    const keys = readKeys(told.keys, damaged);
    const labels = labelsOf({ ...episode, ...about });
    this.notifier.restoreTold({ id, labels, state: stateOf(alarm), keys, at: told.at, repeats: told.repeats });
  }

  private deliver(
    events: readonly AlarmEvent[],
    now: number,
    due: () => readonly Notification[] = () => this.notifier.due(now),
  ): Delivery | undefined {
    const considered = events.map((event) => {
      this.metrics.consider(event, now);
      this.changed(ASSETS[event.kind] + event.asset);
      const notice = this.notifier.consider(event, now);
      return notice === 'not-annunciated' ? event : { ...event, notice };
    });
    const notifications = due();
    if (events.length === 0 && notifications.length === 0) return undefined;
    this.deliveries += 1;
    const delivery = { n: this.deliveries, events: considered, notifications };
    this.out.set(delivery.n, delivery);
    this.changed(OUT + String(delivery.n));
    this.changed(COMMON);
    return delivery;
  }

  private restoreCommon({ book, budget, deliveries }: Record<string, unknown>): void {
    const damaged = new SwatError('snapshot-corrupt', { key: COMMON });
    if (!isRecord(book) || !isRecord(book.counts) || !isCount(deliveries)) throw damaged;
    const { raised, escalated, cleared, acknowledged, info } = book.counts;
    if (![book.seq, raised, escalated, cleared, acknowledged, info].every(isCount)) throw damaged;
    // A version before silences and storms kept the budget here.
    if (budget !== undefined) this.notifier.restore('budget', budget);
    this.book.restoreCounters(book as unknown as BookCounters);
    this.deliveries = Math.max(this.deliveries, deliveries);
  }

  private restoreDelivery(key: string, { n, events, notifications, sent }: Record<string, unknown>): void {
    if (!isCount(n) || !Array.isArray(events) || !Array.isArray(notifications)) {
      throw new SwatError('snapshot-corrupt', { key });
    }
    this.out.set(n, {
      n,
      events: events.map((event) => readEvent(key, event)),
      notifications: notifications.map((notification) => readNotification(key, notification)),
      ...(sent === true ? { sent } : {}),
    });
    this.deliveries = Math.max(this.deliveries, n);
  }
}
