import { SwatError } from '../errors';
import type { Dialect, SqlRow, SqlValue } from '../platform/sql';
import type { JournalQuery } from './journal';
import { FIELDS } from './page-text';
import { SEALED, type Row } from './record';

/** The table of the records. */
export const TABLE = 'swat_journal';
/** Every column, in the order in which it is written. */
export const COLUMNS = [...SEALED, 'digest', 'hash'] as const;
/** At most so many records at once. */
export const MOST_RECORDS = 10_000;
/** So many unless asked otherwise. */
export const USUAL_RECORDS = 100;

/**
 * A query as a statement with its values; its rows are what `pageText` takes. One record more than asked for is fetched: it
 * shows whether there is more.
 */
export interface Statement {
  readonly sql: string;
  readonly values: SqlValue[];
  readonly limit: number;
}

/** @throws SwatError `journal-cursor`; `setting-number` for the limit */
export function statementOf(query: JournalQuery, dialect: Dialect): Statement {
  const limit = query.limit ?? USUAL_RECORDS;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MOST_RECORDS)) {
    throw new SwatError('setting-number', { name: 'limit', value: String(limit), min: 1, max: MOST_RECORDS });
  }
  const values: SqlValue[] = [];
  const put = (value: SqlValue): string => `$${values.push(value)}`;
  const oldest = query.order === 'oldest';
  const wanted: string[] = [];
  if (query.from !== undefined) wanted.push(`time >= ${put(query.from)}`);
  if (query.to !== undefined) wanted.push(`time <= ${put(query.to)}`);
  for (const name of ['asset', 'alarm', 'state', 'event'] as const) {
    const value = query[name];
    if (value !== undefined) wanted.push(`${name} = ${put(value)}`);
  }
  if (query.tag !== undefined) {
    const first = put(query.tag);
    wanted.push(`(tag = ${first} OR ${dialect.contains('tags', put(`,${query.tag},`))})`);
  }
  if (query.after !== undefined) {
    const [time, n] = placeOf(query.after);
    const [timeAt, nAt] = [put(time), put(n)];
    wanted.push(`(time, n) ${oldest ? '>' : '<'} (${timeAt}, ${nAt})`);
  }
  const where = wanted.length === 0 ? '' : ` WHERE ${wanted.join(' AND ')}`;
  const way = oldest ? 'ASC' : 'DESC';
  const fields = FIELDS.map((name) => (name === 'time' || name === 'logged' ? dialect.exact(name) : name));
  const body = query.brief === true ? '' : `|| ',' || body`;
  const text = dialect.quick(`'[' || ${dialect.array(fields)} ${body} || ']'`);
  const sql = `SELECT ${text} AS text FROM ${TABLE}${where} ORDER BY time ${way}, n ${way} LIMIT ${put(limit + 1)}`;
  return { sql, values, limit };
}

/** What a row says, if it is one of ours. */
export function storedRow(row: SqlRow): Row & { hash: string } {
  return row as unknown as Row & { hash: string };
}

function placeOf(cursor: string): [time: number, n: number] {
  const parts = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)_(\d+)$/.exec(cursor);
  if (parts === null) throw new SwatError('journal-cursor', { after: cursor.slice(0, 60) });
  return [Number(parts[1]), Number(parts[2])];
}
