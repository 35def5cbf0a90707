import type { Journal, JournalQuery, JournalRecord } from '../journal/journal';
import type { Material } from './material';
import type { ReportRequest } from './request';

/** Records that a report takes in, at most. */
export const MOST_RECORDS = 10_000;
/** Records before the span that are looked through for alarms that stood when it began, and such alarms, at most. */
const MOST_BEFORE = 5000;
const MOST_STANDING = 200;
const AT_ONCE = 250;

type Question = Pick<ReportRequest, 'from' | 'to' | 'asset' | 'alarm'>;

/** What the journal has for a report. @throws SwatError as `Journal.query` */
export async function gather(journal: Pick<Journal, 'query'>, question: Question): Promise<Omit<Material, 'audits'>> {
  const { from, to, asset, alarm } = question;
  const about = { ...(asset === undefined ? {} : { asset }), ...(alarm === undefined ? {} : { alarm }) };
  const records = await all(journal, { ...about, from, to: to - 1, order: 'oldest' }, MOST_RECORDS + 1);
  const isCut = records.length > MOST_RECORDS;
  return {
    records: isCut ? records.slice(0, MOST_RECORDS) : records,
    isCut,
    standing: await standingAt(journal, from, about),
  };
}

async function standingAt(
  journal: Pick<Journal, 'query'>,
  from: number,
  about: JournalQuery,
): Promise<JournalRecord[]> {
  const brief = await all(journal, { ...about, to: from - 1, order: 'newest', brief: true }, MOST_BEFORE);
  const last = new Map<string, JournalRecord>();
  for (const record of brief) if (record.alarm !== '' && !last.has(record.alarm)) last.set(record.alarm, record);
  const standing = [...last.values()].filter(({ state }) => state !== 'normal' && state !== '').slice(0, MOST_STANDING);
  const whole: JournalRecord[] = [];
  for (const { alarm } of standing) {
    const page = await journal.query({ ...about, alarm, to: from - 1, order: 'newest', limit: 1 });
    whole.push(...page.records);
  }
  return whole;
}

async function all(journal: Pick<Journal, 'query'>, query: JournalQuery, most: number): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  let after: string | undefined;
  do {
    const limit = Math.min(AT_ONCE, most - records.length);
    const page = await journal.query({ ...query, limit, ...(after === undefined ? {} : { after }) });
    records.push(...page.records);
    after = page.next;
  } while (after !== undefined && records.length < most);
  return records;
}
