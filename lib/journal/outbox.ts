import { SwatError } from '../errors';
import { isCount } from '../alarm/restore';
import { isRecord } from '../alarm/scores';
import { readEntry, type Failure, type OutboxEntry } from './outbox-entry';
import { RememberedKeys } from './outbox-memory';
import type { News } from './outbox-news';
import type { OutboxCounts, OutboxSettings, Outcome } from './outbox-settings';

/** What came in as news, and what became of it. */
export type Addition = 'added' | 'duplicate' | 'full';

/** At most so many entries, and characters of news in them, are kept. */
export const MOST_ENTRIES = 10_000;
export const MOST_CHARACTERS = 32 * 1024 * 1024;
/** At most so many wait for their receipt at a time. */
export const MOST_IN_FLIGHT = 10;
/** Without receipts: so long after it was sent, an entry counts as confirmed, ms. */
export const SETTLE_MS = 500;
/** A receiver that asks for a pause gets at most this, ms. */
const LONGEST_WISH = 3_600_000;

const COMMON = 'common';
const ENTRY = 'entry/';
const DONE = 'done/';

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
  #entries = new Map<number, OutboxEntry>();
  readonly #numbers = new Map<string, number>();
  readonly #done = new RememberedKeys((n) => this.changed(DONE + String(n)));
  #sorted = true;
  #last = 0;
  #characters = 0;
  #failing = false;
  #ever = { confirmed: 0, failed: 0, duplicates: 0, dropped: 0 };

  /**
   * @param run names this process, so that a later one knows that it is another
   * @param random numbers in [0, 1)
   */
  constructor(
    private readonly settings: OutboxSettings,
    private readonly run: string,
    private readonly random: () => number,
    private readonly changed: (key: string) => void,
  ) {}

  /** Takes news in, due at once; `to` where it is one receiver of several. */
  add(news: News, now: number, to?: string): Addition {
    const key = to === undefined ? news.key : `${news.key}|${to}`;
    if (this.#numbers.has(key) || this.#done.has(key)) {
      this.#ever.duplicates += 1;
      this.changed(COMMON);
      return 'duplicate';
    }
    const size = sizeOf(news);
    while (this.#entries.size >= MOST_ENTRIES || this.#characters + size > MOST_CHARACTERS) {
      const oldest = this.#inOrder().find(({ state }) => state === 'dead');
      if (oldest === undefined) return 'full';
      this.#remove(oldest);
      this.#ever.dropped += 1;
    }
    this.#last += 1;
    const lane = `${typeof news.id === 'string' ? news.id : key}|${to ?? ''}`;
    const sent = { added: now, state: 'waiting', attempt: 0, due: now, run: '' } as const;
    this.#put({ n: this.#last, key, lane, ...(to === undefined ? {} : { to }), news, ...sent });
    this.#touch(this.#last);
    return 'added';
  }

  /**
   * What is to be sent now, oldest first, which counts as sent from here on; and what has become of others by the time. To be
   * asked whenever something has come in, and at least once a second.
   */
  next(now: number): { send: OutboxEntry[]; outcomes: Outcome[] } {
    const outcomes = this.#overdue(now);
    const send: OutboxEntry[] = [];
    const entries = this.#inOrder();
    const lanes = new Map<string, number>();
    let flying = 0;
    for (const { state, lane, due, n } of entries) {
      if (state === 'sent') flying += 1;
      if (state === 'waiting' && due <= now) lanes.set(lane, n);
    }
    for (const entry of entries) {
      if (flying + send.length >= MOST_IN_FLIGHT) break;
      if (entry.state !== 'waiting' || entry.n > (lanes.get(entry.lane) ?? 0)) continue;
      entry.state = 'sent';
      entry.attempt += 1;
      entry.due = now + (this.settings.receipts ? this.settings.receiptMs : SETTLE_MS);
      entry.run = this.run;
      this.#touch(entry.n);
      send.push({ ...entry });
    }
    return { send, outcomes };
  }

  /** It has arrived, at whichever attempt. `undefined`: there is no such entry, or not any more. */
  confirm(key: string, now: number): Outcome | undefined {
    const entry = this.#entry(key);
    if (entry === undefined) return undefined;
    this.#remove(entry);
    this.#done.add(entry.n, key);
    this.#ever.confirmed += 1;
    if (this.#failing) {
      this.#failing = false;
      for (const other of this.#entries.values()) {
        if (other.state === 'waiting') other.due = Math.min(other.due, now);
      }
    }
    return { event: 'confirmed', entry: { ...entry } };
  }

  /**
   * An attempt has failed. `undefined`: that one is not under way any more.
   * @param attempt which one; without it, the one that is under way
   * @param afterMs the receiver asks for a pause of at least so long
   */
  fail(key: string, attempt: number | undefined, failure: Failure, now: number, afterMs = 0): Outcome | undefined {
    const entry = this.#entry(key);
    if (entry?.state !== 'sent' || (attempt !== undefined && attempt !== entry.attempt)) return undefined;
    this.#failing = true;
    this.#ever.failed += 1;
    entry.failure = failure;
    const { attempts } = this.settings;
    if (attempts > 0 && entry.attempt >= attempts) return this.#giveUp(entry, 'attempts');
    entry.state = 'waiting';
    entry.due = now + Math.max(this.#pause(entry.attempt), Math.min(LONGEST_WISH, afterMs));
    this.#touch(entry.n);
    return { event: 'failed', entry: { ...entry } };
  }

  /** What was taken by {@link next} was not sent, or may have been lost on its way: it is due again. */
  takeBack(numbers: Iterable<number>, now: number): void {
    for (const n of numbers) {
      const entry = this.#entries.get(n);
      if (entry?.state !== 'sent') continue;
      entry.state = 'waiting';
      entry.due = now;
      this.#touch(n);
    }
  }

  /** Nothing is sent any more, in an orderly way: of what was sent, that which needs no receipt has arrived. */
  stop(now: number): void {
    if (this.settings.receipts) return;
    for (const { state, key } of this.#inOrder()) if (state === 'sent') this.confirm(key, now);
  }

  /** Tries again at once: one entry, or all that wait or were given up. @returns how many */
  retry(key: string | undefined, now: number): number {
    const chosen = this.#chosen(key).filter(({ state }) => state !== 'sent');
    for (const entry of chosen) {
      if (entry.state === 'dead') {
        delete entry.reason;
        delete entry.told;
        entry.attempt = 0;
        entry.added = now;
        entry.state = 'waiting';
      }
      entry.due = now;
      this.#touch(entry.n);
    }
    return chosen.length;
  }

  /** Forgets an entry, or all. @returns how many */
  drop(key: string | undefined): number {
    const chosen = this.#chosen(key);
    for (const entry of chosen) this.#remove(entry);
    this.#ever.dropped += chosen.length;
    return chosen.length;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  has(key: string): boolean {
    return this.#numbers.has(key);
  }

  /** Entries, oldest first. */
  list(): OutboxEntry[] {
    return this.#inOrder().map((entry) => ({ ...entry }));
  }

  /** Dead letters that were not told yet. */
  untold(): OutboxEntry[] {
    return this.list().filter(({ state, told }) => state === 'dead' && told !== true);
  }

  /** A dead letter was told. */
  told(n: number): void {
    const entry = this.#entries.get(n);
    if (entry?.state !== 'dead') return;
    entry.told = true;
    this.#touch(n);
  }

  /** Whether the last that was heard of a receiver was a failure. */
  get failing(): boolean {
    return this.#failing;
  }

  count(): OutboxCounts {
    const now = { waiting: 0, sent: 0, dead: 0 };
    for (const { state } of this.#entries.values()) now[state] += 1;
    return { ...now, ...this.#ever };
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield COMMON;
    for (const n of this.#entries.keys()) yield ENTRY + String(n);
    for (const n of this.#done.numbers()) yield DONE + String(n);
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key === COMMON) return { last: this.#last, ever: this.#ever };
    if (key.startsWith(ENTRY)) return this.#entries.get(Number(key.slice(ENTRY.length)));
    const done = this.#done.get(Number(key.slice(DONE.length)));
    return done === undefined ? undefined : { key: done };
  }

  /**
   * Takes back what was saved of a key. What an earlier process has sent without a receipt is due at once; no pause is longer
   * than the longest, whatever the clock was.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown, now: number): void {
    if (!isRecord(saved)) throw new SwatError('snapshot-corrupt', { key });
    if (key === COMMON) this.#restoreCommon(saved);
    else if (key.startsWith(DONE)) {
      const n = Number(key.slice(DONE.length));
      if (!isCount(n) || typeof saved.key !== 'string') throw new SwatError('snapshot-corrupt', { key });
      this.#done.restore(n, saved.key);
      this.#last = Math.max(this.#last, n);
    } else {
      const entry = readEntry(key, saved);
      const { maxRetryMs, receiptMs, receipts } = this.settings;
      if (entry.state === 'sent' && (entry.run !== this.run || !receipts)) {
        entry.state = 'waiting';
        entry.due = now;
      }
      entry.due = Math.min(entry.due, now + Math.max(maxRetryMs, receiptMs));
      entry.added = Math.min(entry.added, now);
      this.#put(entry);
      this.#last = Math.max(this.#last, entry.n);
    }
    this.#sorted = false;
  }

  #restoreCommon({ last, ever }: Record<string, unknown>): void {
    const counts = isRecord(ever) ? [ever.confirmed, ever.failed, ever.duplicates, ever.dropped] : [];
    if (!isCount(last) || counts.length === 0 || !counts.every(isCount)) {
      throw new SwatError('snapshot-corrupt', { key: COMMON });
    }
    this.#last = Math.max(this.#last, last);
    const [confirmed, failed, duplicates, dropped] = counts;
    this.#ever = { confirmed, failed, duplicates, dropped };
  }

  /** What time alone has done: receipts that are overdue, and what has become too old. */
  #overdue(now: number): Outcome[] {
    const outcomes: (Outcome | undefined)[] = [];
    for (const entry of this.#inOrder()) {
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

  #giveUp(entry: OutboxEntry, reason: 'attempts' | 'age'): Outcome {
    entry.state = 'dead';
    entry.reason = reason;
    this.#touch(entry.n);
    return { event: 'dead', entry: { ...entry } };
  }

  /** After so many attempts, ms: between half of what has doubled and all of it. */
  #pause(attempt: number): number {
    const { retryMs, maxRetryMs } = this.settings;
    return Math.min(maxRetryMs, retryMs * 2 ** Math.min(40, attempt - 1)) * (0.5 + this.random() / 2);
  }

  #inOrder(): OutboxEntry[] {
    if (!this.#sorted) {
      this.#entries = new Map([...this.#entries].sort(([a], [b]) => a - b));
      this.#sorted = true;
    }
    return [...this.#entries.values()];
  }

  #entry(key: string): OutboxEntry | undefined {
    return this.#entries.get(this.#numbers.get(key) ?? 0);
  }

  #chosen(key: string | undefined): OutboxEntry[] {
    if (key === undefined) return this.#inOrder();
    const entry = this.#entry(key);
    return entry === undefined ? [] : [entry];
  }

  #put(entry: OutboxEntry): void {
    this.#entries.set(entry.n, entry);
    this.#numbers.set(entry.key, entry.n);
    this.#characters += sizeOf(entry.news);
  }

  #remove(entry: OutboxEntry): void {
    this.#entries.delete(entry.n);
    this.#numbers.delete(entry.key);
    this.#characters -= sizeOf(entry.news);
    this.#touch(entry.n);
  }

  #touch(n: number): void {
    this.changed(ENTRY + String(n));
    this.changed(COMMON);
  }
}

function sizeOf(news: News): number {
  return JSON.stringify(news).length;
}
