import type { NodeAPI } from 'node-red';
import { JOURNAL_COMMANDS } from '../../lib/alarm/command';
import { SwatError } from '../../lib/errors';
import { EXPORT_FORMS, exported } from '../../lib/journal/export';
import type { JournalPage, JournalQuery } from '../../lib/journal/journal';
import { readJournalQuery } from '../../lib/journal/read-query';
import { MOST_RECORDS } from '../../lib/journal/sql-query';
import { systemClock } from '../../lib/platform/clock';
import { breathing } from '../../lib/platform/timers';
import { alarmEventWords } from './alarm-words';
import type { JournalHandle } from './journal-shared';
import { readChoice } from './settings';

type Given = Readonly<Record<string, unknown>>;

/**
 * Carries out `journal` or `export` with the fields of `JournalQuery`; `undefined` for any other command.
 * @returns the answer: `{ok, command, records, next?}`, or `{ok, command, form, text, records (their number), next?}`
 */
export function journalCommand(
  RED: Pick<NodeAPI, '_'>,
  journal: JournalHandle['journal'] | undefined,
  command: Given,
): Promise<object> | undefined {
  const name = JOURNAL_COMMANDS.find((each) => each === command.command);
  if (name === undefined) return undefined;
  return answered(name, command, journal).then((answer) => withTexts(RED, answer));
}

async function answered(
  command: (typeof JOURNAL_COMMANDS)[number],
  given: Given,
  journal: JournalHandle['journal'] | undefined,
): Promise<object> {
  if (journal === undefined) throw new SwatError('journal-off');
  const query = readJournalQuery(given, systemClock());
  if (command === 'journal') return { ok: true, command, ...(await journal.query(query)) };
  const form = readChoice('form', given.form, EXPORT_FORMS, 'csv');
  const breath = breathing();
  let records = 0;
  let next: string | undefined;
  const counting = async (asked: JournalQuery): Promise<JournalPage> => {
    const page = await journal.query(asked);
    records += page.records.length;
    ({ next } = page);
    return page;
  };
  let text = '';
  for await (const piece of exported({ query: counting }, { limit: MOST_RECORDS, ...query }, form)) {
    text += piece;
    await breath();
  }
  return { ok: true, command, form, text, records, ...(next === undefined ? {} : { next }) };
}

/** Records of a `journal` answer with their sentence in the user's language. */
async function withTexts(RED: Pick<NodeAPI, '_'>, answer: object): Promise<object> {
  const { records } = answer as { records: unknown };
  if (!Array.isArray(records)) return answer;
  const breath = breathing();
  const worded: object[] = [];
  for (const record of records as { body: unknown }[]) {
    worded.push({ ...record, ...textOf(RED, record.body) });
    await breath();
  }
  return { ...answer, records: worded };
}

/** What a record says in words; records of the journal's own have none. */
function textOf(RED: Pick<NodeAPI, '_'>, body: unknown): { text?: string } {
  const { sentence, because, began } = (body ?? {}) as Partial<Parameters<typeof alarmEventWords>[1]>;
  if (sentence === undefined || because === undefined) return {};
  return { text: alarmEventWords(RED, { sentence, because, ...(began === undefined ? {} : { began }) }).text };
}
