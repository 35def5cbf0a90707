import { closeSync, existsSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { constants, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detailOf, SwatError } from '../errors';
import { EXPORT_FORMS, exported, type ExportForm } from '../journal/export';
import { headOf } from '../journal/head-file';
import type { Head, JournalRecord, Verification } from '../journal/journal';
import { readJournalQuery } from '../journal/read-query';
import { SqlJournal } from '../journal/sql-journal';
import { openPostgres } from '../platform/postgres';
import { PACKAGE_FOLDER } from '../platform/product';
import { systemClock } from '../platform/clock';
import { openSqlite } from '../platform/sqlite';
import { readArguments, type Given, type Options } from './arguments';
import { writing, type Command, type Terminal } from './terminal';

/** What `swat journal` can be told. */
export const JOURNAL_OPTIONS = {
  dir: { kind: 'text' },
  pg: { kind: 'text' },
  head: { kind: 'text' },
  from: { kind: 'text' },
  to: { kind: 'text' },
  asset: { kind: 'text' },
  tag: { kind: 'text' },
  state: { kind: 'text' },
  event: { kind: 'text' },
  alarm: { kind: 'text' },
  order: { kind: 'text' },
  limit: { kind: 'number', fallback: 0, min: 0, max: 10_000, whole: true },
  form: { kind: 'text', fallback: 'csv' },
  out: { kind: 'text' },
} as const satisfies Options;

const ACTIONS: Readonly<Record<string, (source: Source, given: Given, terminal: Terminal) => Promise<number>>> = {
  verify,
  query,
  export: write,
};

/** A journal that is only read, and the head that was written down beside it. */
interface Source {
  readonly journal: SqlJournal;
  readonly known: Head | undefined;
}

/**
 * `swat journal verify|query|export`: 0, and 1 where the chain is broken. The journal of a Node-RED that runs is copied
 * first, so that nothing of it is touched or held up.
 */
export const journal: Command = async (args, terminal) => {
  const action = args.at(0) ?? '';
  if (!Object.hasOwn(ACTIONS, action)) {
    throw new SwatError('journal-action', { known: Object.keys(ACTIONS).join('|') });
  }
  const given = readArguments(args.slice(1), JOURNAL_OPTIONS);
  try {
    return await withSource(given, (source) => ACTIONS[action](source, given, terminal));
  } catch (cause) {
    // Nothing waits here to be written.
    if (cause instanceof SwatError && cause.code === 'journal-store') {
      throw new SwatError('journal-unreadable', cause.details, { cause });
    }
    throw cause;
  }
};

async function withSource(given: Given, work: (source: Source) => Promise<number>): Promise<number> {
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

async function verify({ journal, known }: Source, given: Given, terminal: Terminal): Promise<number> {
  const text = given.text('head');
  const own = text === undefined ? undefined : headOf(text);
  if (text !== undefined && own === undefined) throw new SwatError('journal-head', { head: text.slice(0, 80) });
  const result = await journal.verify(own ?? known);
  for (const line of verdictOf(result)) terminal.result(line);
  return result.breach === undefined ? 0 : 1;
}

function verdictOf({ records, head, anchor, breach, endKnown }: Verification): string[] {
  const lines = [`checked    ${records} records`];
  if (anchor !== undefined) {
    lines.push(
      `retention  removed ${anchor.count} records up to ${anchor.n}, last on ${new Date(anchor.at).toISOString()}`,
    );
  }
  if (breach !== undefined) return [...lines, `BROKEN     ${breach.problem} at record ${breach.n}`];
  lines.push(`head       ${head === undefined ? 'none' : `${head.n}:${head.hash}`}`);
  return [...lines, endKnown ? 'whole      the chain holds, up to and past the head that was known' : 'whole      the chain holds; whether its end is missing cannot be told: no head was known']; // prettier-ignore
}

async function query({ journal }: Source, given: Given, terminal: Terminal): Promise<number> {
  const page = await journal.query(questionOf(given));
  for (const record of page.records) terminal.result(lineOf(record));
  if (page.next !== undefined) terminal.progress('There are more: give a larger --limit, or a shorter time.');
  return 0;
}

/** One line, whatever names and comments hold: none can look like another record, or steer the terminal. */
function lineOf(record: JournalRecord): string {
  const { time, event, level, state, asset, tag, user, comment, alarm } = record;
  const by = user === '' && comment === '' ? '' : `  ${user}: ${comment}`;
  const line = `${new Date(time).toISOString()}  ${event.padEnd(14)} ${level.padEnd(8)} ${state.padEnd(24)} ${asset} ${tag}  ${alarm}${by}`;
  return line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

async function write({ journal }: Source, given: Given, terminal: Terminal): Promise<number> {
  const form = EXPORT_FORMS.find((each) => each === given.text('form'));
  if (form === undefined) {
    const choices = EXPORT_FORMS.join(', ');
    throw new SwatError('setting-choice', { name: 'form', value: String(given.text('form')), choices });
  }
  const out = given.text('out');
  const put = (piece: string): void => terminal.result(piece.replace(/\r?\n$/, ''));
  if (out === undefined) await pour(journal, given, form, put);
  else {
    await writing(out, async () => {
      const file = openSync(out, 'w', 0o600);
      try {
        await pour(journal, given, form, (piece) => void writeSync(file, piece));
      } finally {
        closeSync(file);
      }
    });
  }
  return 0;
}

async function pour(journal: SqlJournal, given: Given, form: ExportForm, put: (piece: string) => void): Promise<void> {
  for await (const piece of exported(journal, questionOf(given), form)) put(piece);
}

function questionOf(given: Given): ReturnType<typeof readJournalQuery> {
  const names = ['from', 'to', 'asset', 'tag', 'state', 'event', 'alarm', 'order'];
  const fields = Object.fromEntries(names.map((name) => [name, given.text(name)]));
  const limit = given.number('limit');
  return readJournalQuery(limit === 0 ? fields : { ...fields, limit }, systemClock());
}
