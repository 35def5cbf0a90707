import { SwatError } from '../errors';
import type { Guidance } from '../plant/dictionary';
import { AlarmBook, type Action, type AlarmCounts, type BookCounters, type OpenAlarm, type Target } from './book';
import type { CommunicationNotice } from './communication';
import { ALARM_KINDS, type AlarmKind } from './episode';
import type { AlarmEvent } from './event';
import type { By } from './machine';
import { Notifier, type Budget, type Notification, type NotifySettings, type Told } from './notify';
import type { AlarmVerdict } from './read-verdict';
import { isCount, isTime, readEpisode, readEvent, readHold, readNotification } from './restore';
import { isRecord } from './scores';
import type { AlarmSettings } from './settings';

/** What is to be told of one input: never empty. */
export interface Delivery {
  /** Rises by one with every delivery of a node. */
  readonly n: number;
  readonly events: readonly AlarmEvent[];
  readonly notifications: readonly Notification[];
  /** It was sent; the journal has yet to confirm it. */
  readonly sent?: true;
}

/** Key of everything that is not one asset's: counters and the budget of notifications. */
const COMMON = 'common';
/** Keys of alarms, by asset. */
const ASSETS: Readonly<Record<AlarmKind, string>> = { process: 'asset/', communication: 'communication/' };
const OUT = 'out/';

/** What is saved under {@link COMMON}. */
interface Common {
  readonly book: BookCounters;
  readonly budget: Budget;
  readonly deliveries: number;
}

export interface DeskSettings {
  /** Those of `DEFAULT_ALARM` where they are not given. */
  readonly alarm: Partial<AlarmSettings>;
  readonly notify: NotifySettings;
}

/**
 * The alarms of a node: what is open, who was told, and what is on its way to them. A delivery is part of the state from
 * the moment it is decided until it is {@link delivered}, so that a process that ends in between tells it after it has
 * started again: each at least once, with the same `id`, `seq` and `key`.
 *
 * The state is plain data by key; `changed` names each key whose state is another one now.
 */
export class AlarmDesk {
  private readonly book: AlarmBook;
  private readonly notifier: Notifier;
  private readonly out = new Map<number, Delivery>();
  private deliveries = 0;

  /** @param guidanceOf what the plant's dictionary says of a tag */
  constructor(
    settings: DeskSettings,
    private readonly changed: (key: string) => void,
    guidanceOf?: (tag: string) => Guidance | undefined,
  ) {
    this.book = new AlarmBook(settings.alarm, guidanceOf);
    this.notifier = new Notifier(settings.notify);
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

  /** Time has passed: delays and shelvings that end, what nobody has answered, and reminders that are due. */
  tick(now: number): Delivery | undefined {
    const events = this.book.tick(now);
    const reminders = this.notifier.repeats(this.book.list(), now);
    for (const { asset, kind } of reminders) this.changed(ASSETS[kind] + asset);
    return this.deliver(events, now, reminders);
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

  /** Forgets the episodes of one asset, or of all; holds stay. */
  reset(asset: string | undefined, by: By, now: number): Delivery | undefined {
    const before = [...this.book.all()];
    const delivery = this.deliver(this.book.reset(asset, by, now), now);
    for (const alarm of before) {
      if (asset === undefined || alarm.asset === asset) this.changed(ASSETS[alarm.kind] + alarm.asset);
    }
    return delivery;
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

  /** How long an alarm is shelved unless a command says otherwise, and at most, ms. */
  get shelving(): Pick<AlarmSettings, 'shelveMs' | 'maxShelveMs'> {
    return this.book.shelving;
  }

  count(): AlarmCounts & { suppressed: number } {
    return { ...this.book.count(), suppressed: this.notifier.heldBack };
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield COMMON;
    for (const { asset, kind } of this.book.all()) yield ASSETS[kind] + asset;
    for (const n of this.out.keys()) yield OUT + String(n);
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key === COMMON) {
      const common: Common = { book: this.book.counters, budget: this.notifier.budget, deliveries: this.deliveries };
      return common;
    }
    if (key.startsWith(OUT)) return this.out.get(Number(key.slice(OUT.length)));
    const kind = ALARM_KINDS.find((each) => key.startsWith(ASSETS[each]));
    const alarm = kind && this.book.alarm(key.slice(ASSETS[kind].length), kind);
    if (alarm === undefined) return undefined;
    const { episode, hold } = alarm;
    const told = episode === undefined ? undefined : this.notifier.toldOf(episode.id);
    return { episode, hold, told };
  }

  /**
   * Takes back what was saved of a key, by this version or the ones before.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    if (!isRecord(saved)) throw new SwatError('snapshot-corrupt', { key });
    if (key === COMMON) this.restoreCommon(saved);
    else if (key.startsWith(OUT)) this.restoreDelivery(key, saved);
    else {
      const kind = ALARM_KINDS.find((each) => key.startsWith(ASSETS[each]));
      if (kind === undefined) throw new SwatError('snapshot-corrupt', { key });
      const hold = saved.hold === undefined ? undefined : readHold(key, saved.hold);
      const episode = saved.episode === undefined && hold ? undefined : readEpisode(key, saved.episode);
      const told = saved.told === undefined ? undefined : readTold(key, saved.told);
      const asset = key.slice(ASSETS[kind].length);
      this.book.restore({ asset, kind, ...(episode && { episode }), ...(hold && { hold }) });
      if (told !== undefined && episode !== undefined) this.notifier.restore(episode.id, told);
    }
  }

  private deliver(
    events: readonly AlarmEvent[],
    now: number,
    reminders: readonly Notification[] = [],
  ): Delivery | undefined {
    const news = events.flatMap((event) => this.notifier.consider(event, now).notification ?? []);
    for (const { asset, kind, id } of events) {
      if (this.book.alarm(asset, kind)?.episode?.id !== id) this.notifier.forget(id);
      this.changed(ASSETS[kind] + asset);
    }
    if (events.length === 0 && reminders.length === 0) return undefined;
    this.deliveries += 1;
    const delivery = { n: this.deliveries, events, notifications: [...news, ...reminders] };
    this.out.set(delivery.n, delivery);
    this.changed(OUT + String(delivery.n));
    this.changed(COMMON);
    return delivery;
  }

  private restoreCommon({ book, budget, deliveries }: Record<string, unknown>): void {
    const damaged = new SwatError('snapshot-corrupt', { key: COMMON });
    if (!isRecord(book) || !isRecord(book.counts) || !isRecord(budget) || !isCount(deliveries)) throw damaged;
    const { raised, escalated, cleared, acknowledged, info } = book.counts;
    const { tokens, filledAt, suppressed, suppressedInAll } = budget;
    const whole = [book.seq, raised, escalated, cleared, acknowledged, info, suppressed, suppressedInAll].every(
      isCount,
    );
    if (!whole || !isTime(tokens) || !isTime(filledAt)) throw damaged;
    this.book.restoreCounters(book as unknown as BookCounters);
    this.notifier.restoreBudget(budget as unknown as Budget);
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

function readTold(key: string, saved: unknown): Told {
  const keys: unknown = isRecord(saved) ? saved.keys : undefined;
  const whole = Array.isArray(keys) && keys.every((each) => typeof each === 'string');
  if (!isRecord(saved) || !whole || !isTime(saved.at) || !isCount(saved.repeats)) {
    throw new SwatError('snapshot-corrupt', { key });
  }
  return { keys: keys, at: saved.at, repeats: saved.repeats };
}
