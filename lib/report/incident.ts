import type { Journal } from '../journal/journal';
import { eventOf } from './read-event';
import type { Span } from './shifts';

/** So much before an incident and after it is part of its report, ms. */
const AROUND_MS = 10 * 60_000;
const ENDS: ReadonlySet<string> = new Set(['cleared', 'info-ended', 'latched', 'reset']);

/** When an alarm was, with ten minutes before and after; up to `now` while it lasts. `undefined` for an alarm that nobody knows. */
export async function incidentSpan(
  journal: Pick<Journal, 'query'>,
  alarm: string,
  now: number,
): Promise<Span | undefined> {
  const [oldest, newest] = [
    await journal.query({ alarm, order: 'oldest', limit: 1 }),
    await journal.query({ alarm, order: 'newest', limit: 1 }),
  ];
  const [first, last] = [oldest.records.at(0), newest.records.at(0)];
  if (first === undefined || last === undefined) return undefined;
  const from = Math.min(first.time, eventOf(first)?.onset.time ?? first.time) - AROUND_MS;
  const isOver = last.state === 'normal' || ENDS.has(last.event);
  // What has not been yet is no part of it: at the latest event, or now.
  return { from, to: Math.max(last.time + 1, isOver ? Math.min(last.time + AROUND_MS, now) : now) };
}
