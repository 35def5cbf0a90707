import { SwatError } from '../errors';
import { AlarmBook, type AlarmCounts, type BookCounters } from './book';
import type { Episode, EpisodeSettings } from './episode';
import type { AlarmEvent } from './event';
import { Notifier, type Budget, type Notification, type NotifySettings, type Told } from './notify';
import type { AlarmVerdict } from './read-verdict';
import { isCount, isTime, readEpisode, readEvent, readNotification } from './restore';
import { isRecord } from './scores';

/** What is to be told of one input: never empty. */
export interface Delivery {
  /** Rises by one with every delivery of a node. */
  readonly n: number;
  readonly events: readonly AlarmEvent[];
  readonly notifications: readonly Notification[];
}

/** Key of everything that is not one asset's: counters and the budget of notifications. */
const COMMON = 'common';
const ASSET = 'asset/';
const OUT = 'out/';

/** What is saved under {@link COMMON}. */
interface Common {
  readonly book: BookCounters;
  readonly budget: Budget;
  readonly deliveries: number;
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

  constructor(
    settings: { readonly episode: EpisodeSettings; readonly notify: NotifySettings },
    private readonly changed: (key: string) => void,
  ) {
    this.book = new AlarmBook(settings.episode);
    this.notifier = new Notifier(settings.notify);
  }

  /** @throws SwatError `alarms-full` */
  verdict(verdict: AlarmVerdict, now: number): Delivery | undefined {
    const { asset } = verdict;
    const before = this.book.episode(asset);
    const delivery = this.deliver(this.book.verdict(verdict, now), [], now);
    if (this.book.episode(asset) !== before) this.changed(ASSET + asset);
    return delivery;
  }

  /** Time has passed: off-delays that end, and reminders that are due. */
  tick(now: number): Delivery | undefined {
    const events = this.book.tick(now);
    const reminders = this.notifier.repeats(this.book.list(), now);
    for (const { asset } of reminders) this.changed(ASSET + asset);
    return this.deliver(events, reminders, now);
  }

  /** @throws SwatError `ack-id`, `ack-info`, `ack-none`, `ack-unknown`, `ack-state` */
  acknowledge(id: string, by: { user: string; comment: string }, now: number): Delivery | undefined {
    return this.deliver(this.book.acknowledge(id, by, now), [], now);
  }

  /** Forgets the episode of one asset, or of all. */
  reset(asset: string | undefined, now: number): Delivery | undefined {
    const assets = asset === undefined ? [...this.book.assets()] : [asset];
    const delivery = this.deliver(this.book.reset(asset, now), [], now);
    for (const each of assets) this.changed(ASSET + each);
    return delivery;
  }

  /** A delivery has reached whoever it was for. */
  delivered(n: number): void {
    if (this.out.delete(n)) this.changed(OUT + String(n));
  }

  /** Deliveries of which that is not known, oldest first. */
  get undelivered(): readonly Delivery[] {
    return [...this.out.values()].sort((a, b) => a.n - b.n);
  }

  /** The open alarms, oldest first. */
  list(): Episode[] {
    return this.book.list();
  }

  count(): AlarmCounts & { suppressed: number } {
    return { ...this.book.count(), suppressed: this.notifier.heldBack };
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield COMMON;
    for (const asset of this.book.assets()) yield ASSET + asset;
    for (const n of this.out.keys()) yield OUT + String(n);
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key === COMMON) {
      const common: Common = { book: this.book.counters, budget: this.notifier.budget, deliveries: this.deliveries };
      return common;
    }
    if (key.startsWith(OUT)) return this.out.get(Number(key.slice(OUT.length)));
    const episode = this.book.episode(key.slice(ASSET.length));
    return episode === undefined ? undefined : { episode, told: this.notifier.toldOf(episode.id) };
  }

  /**
   * Takes back what was saved of a key.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    if (!isRecord(saved)) throw new SwatError('snapshot-corrupt', { key });
    if (key === COMMON) this.restoreCommon(saved);
    else if (key.startsWith(OUT)) this.restoreDelivery(key, saved);
    else {
      const episode = readEpisode(key, saved.episode);
      const told = saved.told === undefined ? undefined : readTold(key, saved.told);
      this.book.restore(episode);
      if (told !== undefined) this.notifier.restore(episode.id, told);
    }
  }

  private deliver(
    events: readonly AlarmEvent[],
    reminders: readonly Notification[],
    now: number,
  ): Delivery | undefined {
    const news = events.flatMap((event) => this.notifier.consider(event, now).notification ?? []);
    for (const { asset } of events) this.changed(ASSET + asset);
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

  private restoreDelivery(key: string, { n, events, notifications }: Record<string, unknown>): void {
    if (!isCount(n) || !Array.isArray(events) || !Array.isArray(notifications)) {
      throw new SwatError('snapshot-corrupt', { key });
    }
    this.out.set(n, {
      n,
      events: events.map((event) => readEvent(key, event)),
      notifications: notifications.map((notification) => readNotification(key, notification)),
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
