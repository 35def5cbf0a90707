import type { SqlRow } from '../platform/sql';
import type { JournalRecord } from './journal';

/** The columns of {@link PageText.fields}, in their order. */
export const FIELDS = ['n', 'time', 'logged', 'source', 'seq', 'event', 'alarm', 'asset', 'tag', 'tags', 'state', 'level', 'priority', 'operator', 'comment', 'hash'] as const; // prettier-ignore

type Time = string | number;

/** A page as the database gives it: texts, which come over from another thread for a fraction of what objects cost. */
export interface PageText {
  /** What is in {@link FIELDS}, as a JSON array for each record. */
  readonly fields: readonly string[];
  /** The bodies as JSON; none in a brief answer. */
  readonly bodies: readonly string[];
  /** As in `JournalPage`. */
  readonly next?: string;
}

/** @param rows `fields` and, unless brief, `body`; one more than `limit` where there are more */
export function pageText(rows: readonly SqlRow[], limit: number): PageText {
  const fields = rows.slice(0, limit).map((row) => String(row.fields));
  const bodies = rows.slice(0, limit).flatMap((row) => ('body' in row ? [String(row.body)] : []));
  const last = fields.at(-1);
  if (rows.length <= limit || last === undefined) return { fields, bodies };
  const [n, time] = JSON.parse(last) as [n: number, time: Time];
  return { fields, bodies, next: `${Number(time)}_${n}` };
}

/** A record of a page. */
export function recordAt({ fields, bodies }: PageText, index: number): JournalRecord {
  const [n, time, logged, source, seq, event, alarm, asset, tag, tags, state, level, priority, user, comment, hash] =
    JSON.parse(fields[index]) as [number, Time, Time, string, number, ...string[]];
  const body = bodies.at(index);
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
    body: body === undefined ? {} : parsed(body),
    hash,
  };
}

/** A body that was changed by hand is shown as the text that it is. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
