import { detailOf, SwatError } from '../errors';
import { disk } from '../platform/files';
import { threadInput } from '../platform/threads';
import { systemTimers } from '../platform/timers';
import type { JournalEntry, JournalQuery } from './journal';
import { openJournal, type OpenedJournal } from './opened';
import type { JournalReply, JournalRequest, JournalThreadInput } from './protocol';
import { MOST_RECORDS, USUAL_RECORDS } from './sql-query';

/** Entry of a journal's thread: owns the store, writes what comes together in one transaction, answers, removes what is old. */
const thread = threadInput();
const { place, retentionDays } = thread.data as JournalThreadInput;
const say = (reply: JournalReply): void => thread.post(reply);

const DAY = 86_400_000;
/** What is old is removed for the first time so long after the start. */
const FIRST_PRUNE_MS = 60_000;
/** The head is written down at most this often. */
const HEAD_MS = 1000;
/** So many entries in one transaction, at most. */
const MOST_ENTRIES = 1000;
/** So many records go over at once. */
const PART = 250;

interface Waiting {
  readonly id: number;
  readonly entries: readonly JournalEntry[];
}

/** What the store said when it turned out to be damaged. */
let damaged: string | undefined;
let opening: Promise<OpenedJournal> | undefined;
const waiting: Waiting[] = [];
let writing = false;
let headDue: (() => void) | undefined;
let pruneDue: (() => void) | undefined;

/** The open journal; one that could not be opened is tried again when it is next asked for. */
function opened(): Promise<OpenedJournal> {
  opening ??= openJournal(place, disk, systemTimers.date(), (news) => say({ news }), damaged).then(
    (journal) => {
      damaged = undefined;
      return journal;
    },
    (cause: unknown) => {
      opening = undefined;
      throw cause;
    },
  );
  return opening;
}

/** A store that has failed is closed and opened anew: that is where damage is dealt with. */
async function reopen(): Promise<void> {
  const old = await opening?.catch(() => undefined);
  opening = undefined;
  await old?.close().catch(() => undefined);
}

function fail(id: number, cause: unknown): void {
  const { code, details } =
    cause instanceof SwatError ? cause : new SwatError('journal-store', { detail: detailOf(cause) });
  say({ id, code, details });
}

async function write(): Promise<void> {
  if (writing) return;
  writing = true;
  while (waiting.length > 0) {
    const batch: Waiting[] = [];
    for (let entries = 0; waiting.length > 0 && entries < MOST_ENTRIES;) {
      const next = waiting.shift();
      if (next === undefined) break;
      entries += next.entries.length;
      batch.push(next);
    }
    try {
      await (await opened()).journal.append(batch.flatMap(({ entries }) => entries));
      for (const { id, entries } of batch) say({ id, result: entries.length });
      headDue ??= systemTimers.after(HEAD_MS, () => void writeHead());
    } catch (cause) {
      if (cause instanceof SwatError && cause.code === 'journal-damaged') damaged = String(cause.details.detail);
      for (const { id } of batch) fail(id, cause);
      await reopen();
    }
    // Questions are heard in between.
    await new Promise<void>((resolve) => void systemTimers.soon(resolve));
  }
  writing = false;
}

async function writeHead(): Promise<void> {
  headDue = undefined;
  try {
    const { journal, head } = await opened();
    const last = await journal.head();
    if (last !== undefined) await head.write(last);
  } catch {
    // The next entry brings it about again.
  }
}

async function prune(before: number, now: number): Promise<number> {
  const removed = await (await opened()).journal.prune(before, now);
  await writeHead();
  return removed;
}

function pruneLater(ms: number): void {
  if (retentionDays <= 0) return;
  pruneDue = systemTimers.after(ms, () => {
    const now = systemTimers.date();
    void prune(now - retentionDays * DAY, now)
      .then((removed) => removed > 0 && say({ news: { code: 'pruned', removed } }))
      .catch(() => undefined)
      .then(() => pruneLater(DAY));
  });
}

async function close(): Promise<void> {
  headDue?.();
  pruneDue?.();
  if (opening === undefined) return;
  await writeHead();
  await (await opening).close();
}

/** A long answer goes over in parts: one thread reads the next while the other takes these in, and writing goes on in between. */
async function query(id: number, whole: JournalQuery): Promise<void> {
  const { journal } = await opened();
  let left = whole.limit ?? USUAL_RECORDS;
  let { after } = whole;
  do {
    // What is no limit is refused by the store.
    const limit = left <= MOST_RECORDS ? Math.min(PART, left) : left;
    const part = await journal.queryText({ ...whole, limit, ...(after === undefined ? {} : { after }) });
    say({ id, part });
    left -= part.texts.length;
    after = part.next;
    await new Promise<void>((resolve) => void systemTimers.soon(resolve));
  } while (after !== undefined && left > 0);
}

async function answer(request: JournalRequest): Promise<unknown> {
  switch (request.ask) {
    case 'append':
      waiting.push(request);
      return write();
    case 'query':
      return query(request.id, request.query);
    case 'prune':
      return prune(request.before, request.now);
    case 'verify': {
      const { journal, head } = await opened();
      return journal.verify(request.known ?? (await head.read()));
    }
    case 'stats':
      return (await opened()).journal.stats();
    case 'close':
      return close();
  }
}

thread.listen((value) => {
  const request = value as JournalRequest;
  const { id, ask } = request;
  answer(request)
    .then(
      (result) => ask === 'append' || say({ id, result }),
      (cause: unknown) => fail(id, cause),
    )
    .then(() => ask === 'close' && thread.close())
    .catch(() => undefined);
});
// A start after a crash recovers the file before the first entry comes.
opened().catch(() => undefined);
pruneLater(FIRST_PRUNE_MS);
