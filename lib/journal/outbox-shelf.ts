import { isCount } from '../alarm/restore';
import { isRecord } from '../record';
import { SwatError } from '../errors';
import { readEntry, type OutboxEntry } from './outbox-entry';
import { RememberedKeys } from './outbox-memory';
import type { News } from './outbox-news';

/** At most so many entries, and characters of news in them, are kept. */
export const MOST_ENTRIES = 10_000;
export const MOST_CHARACTERS = 32 * 1024 * 1024;

const COMMON = 'common';
const ENTRY = 'entry/';
const DONE = 'done/';

/** How many there have been of each, ever. */
export interface Ever {
  confirmed: number;
  failed: number;
  duplicates: number;
  dropped: number;
}

/**
 * What an outbox keeps: its entries in their order, the keys that were confirmed last, and its counts; bounded by number and
 * characters. The state is plain data by key; `changed` names each key whose state is another one now.
 */
export class OutboxShelf {
  readonly ever: Ever = { confirmed: 0, failed: 0, duplicates: 0, dropped: 0 };
  #entries = new Map<number, OutboxEntry>();
  readonly #numbers = new Map<string, number>();
  readonly #done = new RememberedKeys((n) => this.changed(DONE + String(n)));
  #sorted = true;
  #last = 0;
  #characters = 0;

  constructor(private readonly changed: (key: string) => void) {}

  get size(): number {
    return this.#entries.size;
  }

  /** Whether an entry has this key now. */
  has(key: string): boolean {
    return this.#numbers.has(key);
  }

  /** Whether an entry has this key, or had it and was confirmed not long ago. */
  knows(key: string): boolean {
    return this.#numbers.has(key) || this.#done.has(key);
  }

  /** Whether one more with this news is too much. */
  isFullFor(news: News): boolean {
    return this.#entries.size >= MOST_ENTRIES || this.#characters + sizeOf(news) > MOST_CHARACTERS;
  }

  get(key: string): OutboxEntry | undefined {
    return this.#entries.get(this.#numbers.get(key) ?? 0);
  }

  numbered(n: number): OutboxEntry | undefined {
    return this.#entries.get(n);
  }

  /** The entries themselves, oldest first. */
  inOrder(): OutboxEntry[] {
    if (!this.#sorted) {
      this.#entries = new Map([...this.#entries].sort(([a], [b]) => a - b));
      this.#sorted = true;
    }
    return [...this.#entries.values()];
  }

  /** A new entry, last in order. */
  add(entry: Omit<OutboxEntry, 'n'>): void {
    this.#last += 1;
    this.#put({ n: this.#last, ...entry });
    this.touch(this.#last);
  }

  remove(entry: OutboxEntry): void {
    this.#entries.delete(entry.n);
    this.#numbers.delete(entry.key);
    this.#characters -= sizeOf(entry.news);
    this.touch(entry.n);
  }

  /** Its key is known from here on. */
  remember({ n, key }: OutboxEntry): void {
    this.#done.add(n, key);
  }

  /** An entry has changed. */
  touch(n: number): void {
    this.changed(ENTRY + String(n));
    this.touchCounts();
  }

  touchCounts(): void {
    this.changed(COMMON);
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield COMMON;
    for (const n of this.#entries.keys()) yield ENTRY + String(n);
    for (const n of this.#done.numbers()) yield DONE + String(n);
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key === COMMON) return { last: this.#last, ever: this.ever };
    if (key.startsWith(ENTRY)) return this.#entries.get(Number(key.slice(ENTRY.length)));
    const done = this.#done.get(Number(key.slice(DONE.length)));
    return done === undefined ? undefined : { key: done };
  }

  /**
   * Takes back what was saved of a key; keys come in any order.
   * @returns the entry, where it is one
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): OutboxEntry | undefined {
    if (!isRecord(saved)) throw new SwatError('snapshot-corrupt', { key });
    this.#sorted = false;
    if (key === COMMON) {
      this.#restoreCommon(saved);
      return undefined;
    }
    if (key.startsWith(DONE)) {
      const n = Number(key.slice(DONE.length));
      if (!isCount(n) || typeof saved.key !== 'string') throw new SwatError('snapshot-corrupt', { key });
      this.#done.restore(n, saved.key);
      this.#last = Math.max(this.#last, n);
      return undefined;
    }
    const entry = readEntry(key, saved);
    this.#put(entry);
    this.#last = Math.max(this.#last, entry.n);
    return entry;
  }

  #restoreCommon({ last, ever }: Record<string, unknown>): void {
    const counts = isRecord(ever) ? [ever.confirmed, ever.failed, ever.duplicates, ever.dropped] : [];
    if (!isCount(last) || counts.length === 0 || !counts.every(isCount)) {
      throw new SwatError('snapshot-corrupt', { key: COMMON });
    }
    this.#last = Math.max(this.#last, last);
    const [confirmed, failed, duplicates, dropped] = counts;
    Object.assign(this.ever, { confirmed, failed, duplicates, dropped });
  }

  #put(entry: OutboxEntry): void {
    this.#entries.set(entry.n, entry);
    this.#numbers.set(entry.key, entry.n);
    this.#characters += sizeOf(entry.news);
  }
}

function sizeOf(news: News): number {
  return JSON.stringify(news).length;
}
