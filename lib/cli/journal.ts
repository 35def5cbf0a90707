import { closeSync, openSync, writeSync } from 'node:fs';
import { SwatError } from '../errors';
import { EXPORT_FORMS, exported, type ExportForm } from '../journal/export';
import { headOf } from '../journal/head-file';
import type { JournalRecord, Verification } from '../journal/journal';
import { readJournalQuery } from '../journal/read-query';
import type { SqlJournal } from '../journal/sql-journal';
import { systemClock } from '../platform/clock';
import { readArguments, type Given, type Options } from './arguments';
import { withSource, type Source } from './journal-source';
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
  return withSource(given, (source) => ACTIONS[action](source, given, terminal));
};

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
