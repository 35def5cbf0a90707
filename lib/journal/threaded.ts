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
import { recordOf, type PageText } from './page-text';
import type { JournalNews, JournalReply, JournalRequest, JournalThreadInput } from './protocol';

const SCRIPT = join(__dirname, 'journal-worker.js');
const HEAP_MB = 512;
/** So many records are taken in before others may have a turn: a fraction of a millisecond, if they are no giants. */
const SOME = 20;
/** How long a store may take to be closed before its thread is ended by force. */
const GRACE_MS = 5000;

type Asked = JournalRequest extends infer Request
  ? Request extends { id: number }
    ? Omit<Request, 'id'>
    : never
  : never;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (cause: unknown) => void;
  readonly part: ((part: PageText) => void) | undefined;
}

/** A journal in a thread of its own: nothing it does holds the event loop up. A thread that dies is started again when asked. */
export class ThreadedJournal implements Journal {
  private thread: Thread | undefined;
  private readonly asked = new Map<number, Waiting>();
  private lastId = 0;
  private closing: Promise<void> | undefined;

  /** @param waits whether the thread is started when it is first asked for something, instead of at once */
  constructor(
    private readonly input: JournalThreadInput,
    private readonly tell: (news: JournalNews) => void,
    private readonly start: StartThread = threadsWith(HEAP_MB),
    waits = false,
  ) {
    if (!waits) this.running();
  }

  append(entries: readonly JournalEntry[]): Promise<number> {
    return this.ask({ ask: 'append', entries }) as Promise<number>;
  }

  /** A long answer comes in parts, and is taken in little by little: its length does not hold the event loop up. */
  async query(query: JournalQuery): Promise<JournalPage> {
    const records: JournalRecord[] = [];
    const breath = breathing();
    let next: string | undefined;
    let taken = Promise.resolve();
    const takeIn = async (part: PageText): Promise<void> => {
      for (let at = 0; at < part.texts.length; at += SOME) {
        records.push(...part.texts.slice(at, at + SOME).map(recordOf));
        await breath();
      }
      ({ next } = part);
    };
    await this.ask({ ask: 'query', query }, (part) => {
      taken = taken.then(() => takeIn(part));
      // What is wrong with a part rejects below, however late the rest comes.
      taken.catch(() => undefined);
    });
    await taken;
    return next === undefined ? { records } : { records, next };
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

  private async end(): Promise<void> {
    const { thread } = this;
    if (thread === undefined) return;
    void this.ask({ ask: 'close' }).catch(() => undefined);
    await thread.end(GRACE_MS);
  }

  private ask(request: Asked, part?: (part: PageText) => void): Promise<unknown> {
    if (this.closing !== undefined) return Promise.reject(new SwatError('journal-gone', { detail: 'closed' }));
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject, part });
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
    if ('part' in reply) {
      waiting?.part?.(reply.part);
      return;
    }
    this.asked.delete(reply.id);
    if ('code' in reply) waiting?.reject(new SwatError(reply.code, reply.details));
    else waiting?.resolve(reply.result);
  }
}
