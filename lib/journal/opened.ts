import { SwatError } from '../errors';
import type { Files } from '../platform/files';
import { own, type Ownership } from '../platform/owner';
import { openPostgres } from '../platform/postgres';
import { openSqlite } from '../platform/sqlite';
import { headPathOf } from './begun';
import type { Head } from './journal';
import type { JournalNews, JournalPlace } from './protocol';
import { HeadFile } from './head-file';
import { SqlJournal } from './sql-journal';

/** A journal that is open for writing, and what goes with it. */
export interface OpenedJournal {
  readonly journal: SqlJournal;
  readonly head: HeadFile;
  /** Closes it and lets go of its file. */
  close(): Promise<void>;
}

/**
 * Opens a journal for writing in this process alone (a file) or among others (PostgreSQL). A file that is damaged is put
 * aside and a new one begun; one whose end is missing goes on, and says so in a record. `damaged`: what a file that opens
 * has turned out to be when it was written to.
 * @throws SwatError `journal-in-use`, `journal-newer`, `journal-full`, `journal-store`, `journal-pg-missing`
 */
export async function openJournal(
  place: JournalPlace,
  files: Files,
  now: number,
  tell: (news: JournalNews) => void,
  damaged?: string,
): Promise<OpenedJournal> {
  if (place.kind === 'postgres') {
    const journal = await SqlJournal.open(openPostgres(place.url, place.folders));
    const head = new HeadFile(files, headPathOf(place));
    await compareEnd(journal, await head.read(), now, tell);
    return { journal, head, close: () => journal.close() };
  }
  const { path } = place;
  const ownership = own(path);
  try {
    return await openFile(place, ownership, files, now, tell, damaged);
  } catch (cause) {
    ownership.release();
    throw cause;
  }
}

async function openFile(
  place: Extract<JournalPlace, { kind: 'file' }>,
  ownership: Ownership,
  files: Files,
  now: number,
  tell: (news: JournalNews) => void,
  damaged: string | undefined,
): Promise<OpenedJournal> {
  const { path } = place;
  // SQLite's lock, which a process that was killed leaves behind. Nobody else is there: we own the file.
  await files.remove(`${path}.lock`);
  const head = new HeadFile(files, headPathOf(place));
  const known = await head.read();
  const sound =
    damaged === undefined ? openSound(path) : Promise.reject(new SwatError('journal-damaged', { detail: damaged }));
  const journal = await sound.catch(async (cause: unknown) => {
    if (!(cause instanceof SwatError && cause.code === 'journal-damaged')) throw cause;
    const aside = await setAside(path, files, now);
    const detail = String(cause.details.detail);
    tell({ code: 'set-aside', path: aside, detail });
    const begun = await openSound(path);
    await begun.note('set-aside', { file: aside, detail, ...(known === undefined ? {} : { known }) }, now);
    const first = await begun.head();
    if (first !== undefined) await head.write(first);
    return begun;
  });
  await compareEnd(journal, await head.read(), now, tell);
  return {
    journal,
    head,
    close: async () => {
      await journal.close();
      ownership.release();
    },
  };
}

/** Looks at either end, which shows most damage; the rest shows when it is read. */
async function openSound(path: string): Promise<SqlJournal> {
  const sql = openSqlite(path);
  try {
    const journal = await SqlJournal.open(sql);
    await journal.query({ limit: 1 });
    await journal.query({ limit: 1, order: 'oldest' });
    await journal.head();
    return journal;
  } catch (cause) {
    await sql.close().catch(() => undefined);
    throw cause;
  }
}

async function setAside(path: string, files: Files, now: number): Promise<string> {
  const aside = `${path}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '')}`;
  await files.remove(`${path}.lock`);
  await files.move(path, aside);
  // What had not been taken over into the file belongs to it.
  if ((await files.size(`${path}-wal`)) !== undefined) await files.move(`${path}-wal`, `${aside}-wal`);
  return aside;
}

async function compareEnd(
  journal: SqlJournal,
  known: Head | undefined,
  now: number,
  tell: (news: JournalNews) => void,
): Promise<void> {
  const last = (await journal.head())?.n ?? 0;
  if (known === undefined || known.n <= last) return;
  tell({ code: 'end-missing', last, known: known.n });
  await journal.note('end-missing', { last, known }, now);
}
