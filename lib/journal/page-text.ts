import { SwatError } from '../errors';
import type { SqlRow } from '../platform/sql';
import type { JournalRecord } from './journal';

/** The columns that a text of {@link PageText} begins with, in their order. */
export const FIELDS = ['n', 'time', 'logged', 'source', 'seq', 'event', 'alarm', 'asset', 'tag', 'tags', 'state', 'level', 'priority', 'operator', 'comment', 'hash'] as const; // prettier-ignore

/** As they stand in the file: a damaged one may hold anything anywhere. */
type Fields = readonly unknown[];

/** A page as the database gives it: texts, which come over from another thread for a fraction of what objects cost. */
export interface PageText {
  /** A JSON array for each record: what is in {@link FIELDS}, as an array, and unless the answer is brief the body. */
  readonly texts: readonly string[];
  /** As in `JournalPage`. */
  readonly next?: string;
}

/**
 * @param rows each with its `text`; one more than `limit` where there are more
 * @throws SwatError `journal-damaged` where the last one has no place to go on from
 */
export function pageText(rows: readonly SqlRow[], limit: number): PageText {
  const texts = rows.slice(0, limit).map((row) => String(row.text));
  const last = texts.at(-1);
  if (rows.length <= limit || last === undefined) return { texts };
  const [[n, time]] = parsed(last);
  if (!Number.isFinite(Number(time))) throw damaged(`record ${textOf(n)} has no time`);
  return { texts, next: `${Number(time)}_${textOf(n)}` };
}

/**
 * The record that a text stands for.
 * @throws SwatError `journal-damaged` where it is none
 */
export function recordOf(text: string): JournalRecord {
  const [fields, body] = parsed(text);
  const [n, time, logged, source, seq, ...others] = fields;
  const [event, alarm, asset, tag, tags, state, level, priority, user, comment, hash] = others.map(textOf);
  return {
    n: Number(n),
    time: Number(time),
    logged: Number(logged),
    source: textOf(source),
    seq: Number(seq),
    event,
    alarm,
    asset,
    tag,
    tags: tags === '' ? [] : tags.slice(1, -1).split(','),
    state,
    level,
    priority,
    user,
    comment,
    body,
    hash,
  };
}

/** A body that was changed by hand, and is no JSON, is the text that it is. */
function parsed(text: string): [fields: Fields, body: unknown] {
  const whole = tried(text);
  if (Array.isArray(whole) && whole.length <= 2 && isFields(whole[0])) return [whole[0], whole.length === 1 ? {} : whole[1]]; // prettier-ignore
  // The fields are JSON, whatever follows: they end where they first make a whole.
  for (let end = text.indexOf('],'); end >= 0; end = text.indexOf('],', end + 1)) {
    const fields = tried(text.slice(1, end + 1));
    if (isFields(fields)) return [fields, text.slice(end + 2, -1)];
  }
  throw damaged(`no record: ${text.slice(0, 200)}`);
}

function isFields(value: unknown): value is Fields {
  return Array.isArray(value) && value.length === FIELDS.length;
}

/** A text, whatever stands in its place. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}

/** What stands in the database is not what a journal wrote. */
export function damaged(detail: string): SwatError {
  return new SwatError('journal-damaged', { detail });
}

function tried(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
