import { join } from 'node:path';
import { SwatError } from '../errors';
import { threadsWith, type StartThread, type Thread } from '../platform/threads';
import { breathing } from '../platform/timers';
import type {
  Head,
  Journal,
  JournalEntry,
  JournalPage,
  JournalQuery,
  JournalRecord,
  JournalStats,
  Verification,
} from './journal';
import { recordAt, type PageText } from './page-text';
import { MOST_RECORDS, USUAL_RECORDS } from './sql-query';
import type { JournalNews, JournalReply, JournalRequest, JournalThreadInput } from './protocol';

const SCRIPT = join(__dirname, 'journal-worker.js');
const HEAP_MB = 512;
/** So many records come over at once; one thread reads the next of them while the other takes these in. */
const PART = 250;
/** How long a store may take to be closed before its thread is ended by force. */
const GRACE_MS = 5000;

type Asked = JournalRequest extends infer Request
  ? Request extends { id: number }
    ? Omit<Request, 'id'>
    : never
  : never;

/** A journal in a thread of its own: nothing it does holds the event loop up. A thread that dies is started again when asked. */
export class ThreadedJournal implements Journal {
  private thread: Thread | undefined;
  private readonly asked = new Map<number, { resolve: (result: unknown) => void; reject: (cause: unknown) => void }>();
  private lastId = 0;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly input: JournalThreadInput,
    private readonly tell: (news: JournalNews) => void,
    private readonly start: StartThread = threadsWith(HEAP_MB),
  ) {
    this.running();
  }

  append(entries: readonly JournalEntry[]): Promise<number> {
    return this.ask({ ask: 'append', entries }) as Promise<number>;
  }

  /** A long answer comes in parts, and is taken in little by little: its length does not hold the event loop up. */
  async query(query: JournalQuery): Promise<JournalPage> {
    const whole = query.limit ?? USUAL_RECORDS;
    const records: JournalRecord[] = [];
    const breath = breathing();
    // What is no limit is refused by the store.
    let part = this.part(whole <= MOST_RECORDS ? { ...query, limit: Math.min(PART, whole) } : query);
    for (;;) {
      const text = await part;
      const { next } = text;
      const left = whole - records.length - text.fields.length;
      const more = next !== undefined && left > 0;
      if (more) {
        part = this.part({ ...query, limit: Math.min(PART, left), after: next });
        // It is waited for after these were taken in, but may fail before.
        part.catch(() => undefined);
      }
      for (let index = 0; index < text.fields.length; index += 1) {
        records.push(recordAt(text, index));
        await breath();
      }
      if (!more) return next === undefined ? { records } : { records, next };
    }
  }

  prune(before: number, now: number): Promise<number> {
    return this.ask({ ask: 'prune', before, now }) as Promise<number>;
  }

  verify(known?: Head): Promise<Verification> {
    return this.ask({ ask: 'verify', known }) as Promise<Verification>;
  }

  stats(): Promise<JournalStats> {
    return this.ask({ ask: 'stats' }) as Promise<JournalStats>;
  }

  /** Closes the store and ends the thread; at the latest after five seconds. Never rejects. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private part(query: JournalQuery): Promise<PageText> {
    return this.ask({ ask: 'query', query }) as Promise<PageText>;
  }

  private async end(): Promise<void> {
    const { thread } = this;
    if (thread === undefined) return;
    void this.ask({ ask: 'close' }).catch(() => undefined);
    await thread.end(GRACE_MS);
  }

  private ask(request: Asked): Promise<unknown> {
    if (this.closing !== undefined) return Promise.reject(new SwatError('journal-gone', { detail: 'closed' }));
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      this.running().post({ ...request, id });
    });
  }

  private running(): Thread {
    this.thread ??= this.start(SCRIPT, this.input, [], {
      message: (value) => this.heard(value as JournalReply),
      ended: (cause) => {
        this.thread = undefined;
        const error = new SwatError('journal-gone', { detail: cause?.message ?? 'exit' }, { cause });
        for (const { reject } of this.asked.values()) reject(error);
        this.asked.clear();
      },
    });
    return this.thread;
  }

  private heard(reply: JournalReply): void {
    if ('news' in reply) {
      this.tell(reply.news);
      return;
    }
    const waiting = this.asked.get(reply.id);
    this.asked.delete(reply.id);
    if ('code' in reply) waiting?.reject(new SwatError(reply.code, reply.details));
    else waiting?.resolve(reply.result);
  }
}
