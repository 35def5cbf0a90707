import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { constants, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detailOf, SwatError } from '../errors';
import { headOf } from '../journal/head-file';
import type { Head } from '../journal/journal';
import { SqlJournal } from '../journal/sql-journal';
import { openPostgres } from '../platform/postgres';
import { PACKAGE_FOLDER } from '../platform/product';
import { openSqlite } from '../platform/sqlite';
import type { Given } from './arguments';

/** A journal that is only read, and the head that was written down beside it. */
export interface Source {
  readonly journal: SqlJournal;
  readonly known: Head | undefined;
}

/**
 * Opens the journal that `--pg`, `--dir` or `SWAT_JOURNAL_URL` names, for reading: that of a Node-RED that runs is copied
 * first, so that nothing of it is touched or held up.
 * @throws SwatError `journal-place`, `journal-missing`, `journal-copy`, `journal-moving`, `journal-unreadable`
 */
export async function withSource<T>(given: Given, work: (source: Source) => Promise<T>): Promise<T> {
  try {
    return await opened(given, work);
  } catch (cause) {
    // Nothing waits here to be written.
    if (cause instanceof SwatError && cause.code === 'journal-store') {
      throw new SwatError('journal-unreadable', cause.details, { cause });
    }
    throw cause;
  }
}

async function opened<T>(given: Given, work: (source: Source) => Promise<T>): Promise<T> {
  const url = given.text('pg') ?? (given.has('dir') ? undefined : process.env.SWAT_JOURNAL_URL);
  const dir = given.text('dir');
  if (url !== undefined) {
    const journal = await SqlJournal.open(openPostgres(url, [process.cwd(), PACKAGE_FOLDER]));
    try {
      return await work({ journal, known: undefined });
    } finally {
      await journal.close();
    }
  }
  if (dir === undefined) throw new SwatError('journal-place');
  const path = join(dir, 'swat', 'journal', 'journal.db');
  if (!existsSync(path)) throw new SwatError('journal-missing', { path });
  const folder = await mkdtemp(join(tmpdir(), 'swat-journal-'));
  try {
    // Before the copy: what is written in between is in the copy, too.
    const known = headOf(await readFile(path.replace(/\.db$/, '.head'), 'utf8').catch(() => ''));
    const copy = join(folder, 'journal.db');
    await copied(path, copy).catch((cause: unknown) => {
      if (cause instanceof SwatError) throw cause;
      const detail = detailOf(cause);
      const megabytes = Math.ceil(statSync(path).size / 1e6);
      throw new SwatError('journal-copy', { folder, detail, megabytes }, { cause });
    });
    const journal = await SqlJournal.open(openSqlite(copy));
    try {
      return await work({ journal, known });
    } finally {
      await journal.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const MOST_COPIES = 5;

/**
 * A copy of a database that another process may be writing to. Between two checkpoints its file stays as it is and its log
 * only grows: a copy during which neither was begun anew is one of a single moment.
 */
async function copied(from: string, to: string): Promise<void> {
  for (let attempt = 0; attempt < MOST_COPIES; attempt += 1) {
    const before = markOf(from);
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    if (existsSync(`${from}-wal`)) await copyFile(`${from}-wal`, `${to}-wal`, constants.COPYFILE_FICLONE);
    else await rm(`${to}-wal`, { force: true });
    if (markOf(from) === before) return;
  }
  throw new SwatError('journal-moving', { path: from });
}

/** Size and time of the file, and the head of its log, which says when that was begun anew. */
function markOf(path: string): string {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  const head = Buffer.alloc(32);
  if (existsSync(`${path}-wal`)) {
    const file = openSync(`${path}-wal`, 'r');
    readSync(file, head, 0, head.length, 0);
    closeSync(file);
  }
  return `${size} ${mtimeNs} ${head.toString('hex')}`;
}
