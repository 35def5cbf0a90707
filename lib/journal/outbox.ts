import { growingPause } from '../platform/backoff';
import type { Failure, OutboxEntry } from './outbox-entry';
import type { News } from './outbox-news';
import type { OutboxCounts, OutboxSettings, Outcome } from './outbox-settings';
import { OutboxShelf } from './outbox-shelf';

/** What came in as news, and what became of it. */
export type Addition = 'added' | 'duplicate' | 'full';

/** At most so many wait for their receipt at a time. */
export const MOST_IN_FLIGHT = 10;
/** Without receipts: so long after it was sent, an entry counts as confirmed, ms. */
export const SETTLE_MS = 500;
/** A receiver that asks for a pause gets at most this, ms. */
const LONGEST_WISH = 3_600_000;

/** Which entries a person means: one, or all, or all that are in a state. */
export interface Chosen {
  readonly key?: string;
  readonly state?: OutboxEntry['state'];
}

/**
 * Notifications on their way to one receiver or kind of receivers: each is kept until it is confirmed, at least once. What
 * fails is tried again after a pause that doubles and is drawn from its upper half, so that many do not come at once. One that
 * is confirmed after failures wakes all that wait. What was given up stays, as a dead letter, until a person tries it again
 * or drops it.
 *
 * News of one alarm keeps its order: when a newer one is due, the older ones that wait go before it. When the outbox is full
 * (10,000 entries or 32 MiB), the oldest dead letter gives way; without one, what is new is refused.
 *
 * The state is plain data by key; `changed` names each key whose state is another one now.
 */
export class Outbox {
  readonly #shelf: OutboxShelf;
  #failing: { readonly since: number } | undefined;

  /**
   * @param run names this process, so that a later one knows that it is another
   * @param random numbers in [0, 1)
   */
  constructor(
    private readonly settings: OutboxSettings,
    private readonly run: string,
    private readonly random: () => number,
    changed: (key: string) => void,
  ) {
    this.#shelf = new OutboxShelf(changed);
  }

  /** Takes news in, due at once; `to` where it is one receiver of several. */
  add(news: News, now: number, to?: string): Addition {
    const key = to === undefined ? news.key : `${news.key}|${to}`;
    if (this.#shelf.knows(key)) {
      this.#shelf.ever.duplicates += 1;
      this.#shelf.touchCounts();
      return 'duplicate';
    }
    while (this.#shelf.isFullFor(news)) {
      const oldest = this.#shelf.inOrder().find(({ state }) => state === 'dead');
      if (oldest === undefined) return 'full';
      this.#shelf.remove(oldest);
      this.#shelf.ever.dropped += 1;
    }
    const lane = `${typeof news.id === 'string' ? news.id : key}|${to ?? ''}`;
    const sent = { added: now, state: 'waiting', attempt: 0, due: now, run: '' } as const;
    this.#shelf.add({ key, lane, ...(to === undefined ? {} : { to }), news, ...sent });
    return 'added';
  }

  /**
   * What is to be sent now, oldest first, which counts as sent from here on; and what has become of others by the time. To be
   * asked whenever something has come in, and at least once a second.
   * @param most on their way at a time; 0 where nothing can be sent
   */
  next(now: number, most = MOST_IN_FLIGHT): { send: OutboxEntry[]; outcomes: Outcome[] } {
    const outcomes = this.#overdue(now);
    const send: OutboxEntry[] = [];
    const entries = this.#shelf.inOrder();
    const lanes = new Map<string, number>();
    let flying = 0;
    for (const { state, lane, due, n } of entries) {
      if (state === 'sent') flying += 1;
      if (state === 'waiting' && due <= now) lanes.set(lane, n);
    }
    for (const entry of entries) {
      if (flying + send.length >= most) break;
      if (entry.state !== 'waiting' || entry.n > (lanes.get(entry.lane) ?? 0)) continue;
      entry.state = 'sent';
      entry.attempt += 1;
      entry.due = now + (this.settings.receipts ? this.settings.receiptMs : SETTLE_MS);
      entry.run = this.run;
      this.#shelf.touch(entry.n);
      send.push({ ...entry });
    }
    return { send, outcomes };
  }

  /** It has arrived, at whichever attempt. `undefined`: there is no such entry, or not any more. */
  confirm(key: string, now: number): Outcome | undefined {
    const entry = this.#shelf.get(key);
    if (entry === undefined) return undefined;
    this.#shelf.remove(entry);
    this.#shelf.remember(entry);
    this.#shelf.ever.confirmed += 1;
    if (this.#failing !== undefined) {
      this.#failing = undefined;
      this.#wake(now, Infinity);
    }
    return { event: 'confirmed', entry: { ...entry } };
  }

  /**
   * An attempt has failed. `undefined`: that one is not under way any more.
   * @param attempt which one; without it, the one that is under way
   * @param afterMs the receiver asks for a pause of at least so long
   */
  fail(key: string, attempt: number | undefined, failure: Failure, now: number, afterMs = 0): Outcome | undefined {
    const entry = this.#shelf.get(key);
    if (entry?.state !== 'sent' || (attempt !== undefined && attempt !== entry.attempt)) return undefined;
    this.#failing ??= { since: now };
    this.#shelf.ever.failed += 1;
    entry.failure = failure;
    const { attempts } = this.settings;
    if (attempts > 0 && entry.attempt >= attempts) return this.#giveUp(entry, 'attempts');
    entry.state = 'waiting';
    entry.due = now + Math.max(this.#pause(entry.attempt), Math.min(LONGEST_WISH, afterMs));
    this.#shelf.touch(entry.n);
    return { event: 'failed', entry: { ...entry } };
  }

  /**
   * Begins anew after a start, when everything was taken back: someone may just have put right what failed. The oldest that
   * wait, as many as may be on their way at a time, are due at once; one that arrives wakes the others.
   * @param receivers of a channel that has one message for each: what waits without a receiver goes to each of them
   */
  begin(receivers: readonly string[], now: number): void {
    if (receivers.length > 0) {
      for (const entry of this.#shelf.inOrder()) {
        if (entry.to !== undefined || entry.state !== 'waiting') continue;
        this.#shelf.remove(entry);
        for (const to of receivers) this.add(entry.news, entry.added, to);
      }
    }
    const failed = this.#shelf.inOrder().some(({ state, failure }) => state !== 'dead' && failure !== undefined);
    if (failed) this.#failing ??= { since: now };
    this.#wake(now, MOST_IN_FLIGHT);
  }

  /** What was taken by {@link next} was not sent, or may have been lost on its way: it is due again. */
  takeBack(numbers: Iterable<number>, now: number): void {
    for (const n of numbers) {
      const entry = this.#shelf.numbered(n);
      if (entry?.state !== 'sent') continue;
      entry.state = 'waiting';
      entry.due = now;
      this.#shelf.touch(n);
    }
  }

  /** Nothing is sent any more, in an orderly way: of what was sent, that which needs no receipt has arrived. */
  stop(now: number): void {
    if (this.settings.receipts) return;
    for (const { state, key } of this.#shelf.inOrder()) if (state === 'sent') this.confirm(key, now);
  }

  /** Tries again at once what waits or was given up. @returns how many */
  retry(which: Chosen, now: number): number {
    const chosen = this.#chosen(which).filter(({ state }) => state !== 'sent');
    for (const entry of chosen) {
      if (entry.state === 'dead') {
        delete entry.reason;
        delete entry.told;
        entry.attempt = 0;
        entry.added = now;
        entry.state = 'waiting';
      }
      entry.due = now;
      this.#shelf.touch(entry.n);
    }
    return chosen.length;
  }

  /** Forgets entries. @returns how many */
  drop(which: Chosen): number {
    const chosen = this.#chosen(which);
    for (const entry of chosen) this.#shelf.remove(entry);
    this.#shelf.ever.dropped += chosen.length;
    return chosen.length;
  }

  get isEmpty(): boolean {
    return this.#shelf.size === 0;
  }

  has(key: string): boolean {
    return this.#shelf.has(key);
  }

  /** Entries, oldest first. */
  list(): OutboxEntry[] {
    return this.#shelf.inOrder().map((entry) => ({ ...entry }));
  }

  /** Dead letters that were not told yet. */
  untold(): OutboxEntry[] {
    return this.list().filter(({ state, told }) => state === 'dead' && told !== true);
  }

  /** A dead letter was told. */
  told(n: number): void {
    const entry = this.#shelf.numbered(n);
    if (entry?.state !== 'dead') return;
    entry.told = true;
    this.#shelf.touch(n);
  }

  /** Since when everything that was heard of the receiver was a failure, ms; `undefined` where the last was none. */
  get failingSince(): number | undefined {
    return this.#failing?.since;
  }

  count(): OutboxCounts {
    const now = { waiting: 0, sent: 0, dead: 0 };
    for (const { state } of this.#shelf.inOrder()) now[state] += 1;
    return { ...now, ...this.#shelf.ever };
  }

  /** The keys of the state as it is now. */
  keys(): IterableIterator<string> {
    return this.#shelf.keys();
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    return this.#shelf.full(key);
  }

  /**
   * Takes back what was saved of a key. What an earlier process has sent without a receipt is due at once; no pause is longer
   * than the longest, whatever the clock was.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown, now: number): void {
    const entry = this.#shelf.restore(key, saved);
    if (entry === undefined) return;
    const { maxRetryMs, receiptMs, receipts } = this.settings;
    if (entry.state === 'sent' && (entry.run !== this.run || !receipts)) {
      entry.state = 'waiting';
      entry.due = now;
    }
    entry.due = Math.min(entry.due, now + Math.max(maxRetryMs, receiptMs));
    entry.added = Math.min(entry.added, now);
  }

  /** What time alone has done: receipts that are overdue, and what has become too old. */
  #overdue(now: number): Outcome[] {
    const outcomes: (Outcome | undefined)[] = [];
    for (const entry of this.#shelf.inOrder()) {
      if (entry.state === 'sent' && entry.due <= now) {
        const failure = { code: 'no-receipt', detail: String(this.settings.receiptMs / 1000) } as const;
        const { receipts } = this.settings;
        outcomes.push(receipts ? this.fail(entry.key, undefined, failure, now) : this.confirm(entry.key, now));
      } else if (entry.state === 'waiting' && now - entry.added >= this.settings.ageMs) {
        outcomes.push(this.#giveUp(entry, 'age'));
      }
    }
    return outcomes.filter((outcome) => outcome !== undefined);
  }

  /** The oldest that wait, at most so many, are due. */
  #wake(now: number, most: number): void {
    const waiting = this.#shelf.inOrder().filter(({ state }) => state === 'waiting');
    for (const entry of waiting.slice(0, most)) entry.due = Math.min(entry.due, now);
  }

  #giveUp(entry: OutboxEntry, reason: 'attempts' | 'age'): Outcome {
    entry.state = 'dead';
    entry.reason = reason;
    this.#shelf.touch(entry.n);
    return { event: 'dead', entry: { ...entry } };
  }

  #pause(attempt: number): number {
    const { retryMs, maxRetryMs } = this.settings;
    return growingPause(attempt, retryMs, maxRetryMs, this.random);
  }

  #chosen({ key, state }: Chosen): OutboxEntry[] {
    const entry = key === undefined ? undefined : this.#shelf.get(key);
    const all = key === undefined ? this.#shelf.inOrder() : entry === undefined ? [] : [entry];
    return all.filter((each) => state === undefined || each.state === state);
  }
}
