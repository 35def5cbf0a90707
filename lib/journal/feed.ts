import { detailOf, SwatError } from '../errors';
import { pauseOf } from '../platform/timers';
import type { Journal, JournalEntry } from './journal';

/** At most so many entries wait for a journal that does not answer; beyond that, the newest are given up and counted. */
export const MOST_WAITING = 20_000;
const AT_ONCE = 1000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Who wants to know how the journal fares. */
export interface FeedWatcher {
  /** Nothing can be written; once per outage. */
  failed(error: SwatError): void;
  /** It can again; so many entries had to be given up. */
  recovered(lost: number): void;
}

interface Timers {
  date(): number;
  after(ms: number, callback: () => void): () => void;
}

interface Waiting {
  readonly entries: readonly JournalEntry[];
  readonly done: () => void;
}

/**
 * Writes entries to a journal in their order and tries until they are confirmed: at once, then after one second, two, four
 * … at most thirty. What had to be given up is one record `gap` of its own once writing works again.
 */
export class JournalFeed {
  private waiting: Waiting[] = [];
  private count = 0;
  private lost = 0;
  private failing = false;
  private running = false;
  private closed = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly journal: Pick<Journal, 'append'>,
    private readonly watcher: FeedWatcher,
    private readonly timers: Timers,
  ) {}

  /** How many entries wait. */
  get pending(): number {
    return this.count;
  }

  /** Resolves, never rejects, once the entries are confirmed, or given up because too many wait. */
  write(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve();
    if (this.count + entries.length > MOST_WAITING) {
      this.lost += entries.length;
      return Promise.resolve();
    }
    return new Promise((done) => {
      this.waiting.push({ entries, done });
      this.count += entries.length;
      void this.run();
    });
  }

  /** Tries once more; what is not confirmed then stays unconfirmed. */
  async close(): Promise<void> {
    this.closed = true;
    this.wake?.();
    while (this.running) await new Promise<void>((resolve) => void this.timers.after(5, resolve));
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let wait = FIRST_WAIT_MS; this.count > 0 || this.lost > 0;) {
      const batch = this.next();
      const { lost } = this;
      try {
        await this.journal.append([...this.gap(lost), ...batch.flatMap(({ entries }) => entries)]);
        this.confirm(batch, lost);
        wait = FIRST_WAIT_MS;
      } catch (cause) {
        this.fail(cause);
        if (this.closed) break;
        await this.pause(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
    this.running = false;
  }

  private next(): Waiting[] {
    let entries = 0;
    let take = 0;
    while (take < this.waiting.length && entries < AT_ONCE) {
      entries += this.waiting[take].entries.length;
      take += 1;
    }
    return this.waiting.slice(0, take);
  }

  private gap(lost: number): JournalEntry[] {
    if (lost === 0) return [];
    const now = this.timers.date();
    const nothing = { alarm: '', asset: '', tag: '', tags: [], state: '', level: '', priority: '', user: '', comment: '' }; // prettier-ignore
    return [{ ...nothing, time: now, logged: now, source: 'journal', seq: 0, event: 'gap', body: { lost } }];
  }

  /** @param lost as many as the record `gap` told of; what was given up meanwhile is told by the next */
  private confirm(batch: readonly Waiting[], lost: number): void {
    this.lost -= lost;
    this.waiting = this.waiting.slice(batch.length);
    for (const { entries, done } of batch) {
      this.count -= entries.length;
      done();
    }
    if (!this.failing) return;
    this.failing = false;
    this.watcher.recovered(lost);
  }

  private fail(cause: unknown): void {
    if (this.failing) return;
    this.failing = true;
    const detail = detailOf(cause);
    this.watcher.failed(cause instanceof SwatError ? cause : new SwatError('journal-store', { detail }, { cause }));
  }

  private pause(ms: number): Promise<void> {
    const { over, wake } = pauseOf(this.timers, ms);
    this.wake = wake;
    return over;
  }
}
