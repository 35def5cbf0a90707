import type { SqlRow } from '../platform/sql';
import type { JournalRecord } from './journal';

/** The columns that a text of {@link PageText} begins with, in their order. */
export const FIELDS = ['n', 'time', 'logged', 'source', 'seq', 'event', 'alarm', 'asset', 'tag', 'tags', 'state', 'level', 'priority', 'operator', 'comment', 'hash'] as const; // prettier-ignore

type Time = string | number;
type Fields = [n: number, time: Time, logged: Time, source: string, seq: number, ...texts: string[]];

/** A page as the database gives it: texts, which come over from another thread for a fraction of what objects cost. */
export interface PageText {
  /** A JSON array for each record: what is in {@link FIELDS}, as an array, and unless the answer is brief the body. */
  readonly texts: readonly string[];
  /** As in `JournalPage`. */
  readonly next?: string;
}

/** @param rows each with its `text`; one more than `limit` where there are more */
export function pageText(rows: readonly SqlRow[], limit: number): PageText {
  const texts = rows.slice(0, limit).map((row) => String(row.text));
  const last = texts.at(-1);
  if (rows.length <= limit || last === undefined) return { texts };
  const [[n, time]] = parsed(last);
  return { texts, next: `${Number(time)}_${n}` };
}

/** The record that a text stands for. */
export function recordOf(text: string): JournalRecord {
  const [fields, body] = parsed(text);
  const [n, time, logged, source, seq, event, alarm, asset, tag, tags, state, level, priority, user, comment, hash] =
    fields;
  return {
    n,
    time: Number(time),
    logged: Number(logged),
    source,
    seq,
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
  const whole = tried(text) as [Fields, ...unknown[]] | undefined;
  if (whole !== undefined && whole.length <= 2) return [whole[0], whole.length === 1 ? {} : whole[1]];
  // The fields are JSON, whatever follows: they end where they first make a whole.
  for (let end = text.indexOf('],'); end >= 0; end = text.indexOf('],', end + 1)) {
    const fields = tried(text.slice(1, end + 1)) as Fields | undefined;
    if (fields !== undefined) return [fields, text.slice(end + 2, -1)];
  }
  throw new Error(`no record: ${text.slice(0, 200)}`);
}

function tried(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
