import { csvCell } from './csv-cell';
import type { Journal, JournalPage, JournalQuery, JournalRecord } from './journal';

/** The forms of an export. */
export const EXPORT_FORMS = ['csv', 'json'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

/** So many records are asked for at once … */
const AT_ONCE = 250;
/** … and so many made text before it is handed on. */
const A_PIECE = 25;
const COLUMNS = ['n', 'time', 'logged', 'source', 'seq', 'event', 'alarm', 'asset', 'tag', 'tags', 'state', 'level', 'priority', 'user', 'comment', 'body', 'hash'] as const; // prettier-ignore

/**
 * What is asked for as text, piece by piece; the oldest first unless asked otherwise. `csv`: a header and a line a record
 * (RFC 4180), times as ISO 8601, tags between spaces, the body as JSON. `json`: an array of records, one a line. Without a
 * limit, everything.
 * @throws SwatError as {@link Journal.query}
 */
export async function* exported(
  journal: Pick<Journal, 'query'>,
  query: JournalQuery,
  form: ExportForm,
): AsyncGenerator<string, void, undefined> {
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  let after = query.after;
  let first = true;
  yield form === 'csv' ? `${COLUMNS.join(',')}\r\n` : '[';
  while (left > 0) {
    const asked = { order: 'oldest' as const, ...query, limit: Math.min(left, AT_ONCE) };
    const page = await journal.query(after === undefined ? asked : { ...asked, after });
    for (let at = 0; at < page.records.length; at += A_PIECE) {
      let text = '';
      for (const record of page.records.slice(at, at + A_PIECE)) {
        text += form === 'csv' ? csvLine(record) : `${first ? '\n' : ',\n'}${jsonOf(record)}`;
        first = false;
      }
      yield text;
    }
    left -= page.records.length;
    after = page.next;
    if (after === undefined) break;
  }
  if (form === 'json') yield '\n]\n';
}

/** A page as JSON, piece by piece. */
export function* pageJson({ records, next }: JournalPage): Generator<string, void, undefined> {
  yield '{"records":[';
  for (let at = 0; at < records.length; at += A_PIECE) {
    const some = records.slice(at, at + A_PIECE).map(jsonOf);
    yield `${at === 0 ? '' : ','}${some.join(',')}`;
  }
  yield next === undefined ? ']}' : `],"next":${JSON.stringify(next)}}`;
}

/** What nests deeper than JSON can be written is no body of ours: it is left out, and that is said in its place. */
const LEFT_OUT = { leftOut: 'everything' };

function jsonOf(record: JournalRecord): string {
  try {
    return JSON.stringify(record);
  } catch {
    return JSON.stringify({ ...record, body: LEFT_OUT });
  }
}

function bodyOf({ body }: JournalRecord): string {
  try {
    return JSON.stringify(body);
  } catch {
    return JSON.stringify(LEFT_OUT);
  }
}

function csvLine(record: JournalRecord): string {
  const cells = COLUMNS.map((column) => {
    const value = record[column];
    if (column === 'time' || column === 'logged') return isoTime(record[column]);
    if (column === 'tags') return csvCell(record.tags.join(' '));
    if (column === 'body') return csvCell(bodyOf(record));
    return typeof value === 'number' ? String(value) : csvCell(String(value));
  });
  return `${cells.join(',')}\r\n`;
}

function isoTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
