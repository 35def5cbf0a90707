import { SwatError } from '../errors';
import { HOUR } from './resolutions';

/** A trend that can be answered. */
export interface CheckedTrend {
  readonly from: number;
  readonly to: number;
  readonly points: number;
  readonly tags?: readonly string[];
}

export const MOST_POINTS = 2000;
const USUAL_POINTS = 600;
export const MOST_TRACES = 12;
const LONGEST_NAME = 64;
/** The last instant that a `Date` can hold. */
const LAST_TIME = 8.64e15;

/**
 * What a trend is asked for, with what it does not say: the last hour until `newest`, 600 points.
 * @throws SwatError `history-number` {part}, `history-span` {from, to}, `history-points` {points, most}, `history-tags` {most}
 */
export function checkTrend(given: Readonly<Record<string, unknown>>, newest: number): CheckedTrend {
  const to = timeOf('to', given.to) ?? newest;
  const from = timeOf('from', given.from) ?? to - HOUR;
  if (from >= to) throw new SwatError('history-span', { from, to });
  const points = numberOf('points', given.points) ?? USUAL_POINTS;
  if (!Number.isInteger(points) || points < 2 || points > MOST_POINTS)
    throw new SwatError('history-points', { points, most: MOST_POINTS });
  const tags = tagsOf(given.tags);
  return { from, to, points, ...(tags === undefined ? {} : { tags }) };
}

function timeOf(part: string, value: unknown): number | undefined {
  const time = numberOf(part, value);
  if (time !== undefined && Math.abs(time) > LAST_TIME) throw new SwatError('history-number', { part });
  return time;
}

function numberOf(part: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new SwatError('history-number', { part });
  return value;
}

function tagsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const whole =
    Array.isArray(value) &&
    value.length <= MOST_TRACES &&
    value.every((tag) => typeof tag === 'string' && tag !== '' && tag.length <= LONGEST_NAME);
  if (!whole) throw new SwatError('history-tags', { most: MOST_TRACES });
  return [...new Set(value as string[])];
}
