import { SwatError } from '../errors';

/** Names under which a frame may carry its own time, in the order they are looked for. */
export const TIME_KEYS = ['timestamp', 'Timestamp', 'time'] as const;

const ISO_8601 = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/;
/** Numbers that are seconds since the epoch from 2004 to 2128; as milliseconds they would lie in the first weeks of 1970. */
const LEAST_SECONDS = 1.1e9;
const MOST_SECONDS = 5e9;
/** The last instant that a `Date` can hold. */
const MAX_TIME = 8.64e15;

/**
 * Event time in ms since the epoch of a value: a number (ms), a `Date`, or ISO 8601 text (without an offset: local time, a
 * date alone: UTC, as in ECMAScript). `undefined` when there is none (absent, null or empty).
 * @throws SwatError `frame-time` when there is one and it is none of these, `frame-time-seconds` when it looks like seconds
 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') {
    if (value >= LEAST_SECONDS && value < MOST_SECONDS) throw new SwatError('frame-time-seconds', { value });
    return checked(value, value);
  }
  if (value === undefined || value === null || value === '') return undefined;
  if (value instanceof Date) return checked(value.getTime(), value);
  if (typeof value === 'string' && value.length <= 40) {
    const text = value.trim();
    if (ISO_8601.test(text))
      return checked(Date.parse(text.replace(',', '.').replace(/(:[\d.]+[+-]\d\d)$/, '$1:00')), value);
  }
  throw new SwatError('frame-time', { value: shown(value) });
}

/**
 * The time that a frame carries itself under one of {@link TIME_KEYS}; `undefined` for none, and for ordered arrays.
 * @throws SwatError `frame-time`
 */
export function ownTime(entry: unknown): number | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
  for (const key of TIME_KEYS) {
    if (!Object.hasOwn(entry, key)) continue;
    const time = readTime((entry as Record<string, unknown>)[key]);
    if (time !== undefined) return time;
  }
  return undefined;
}

function checked(time: number, value: unknown): number {
  if (time >= 0 && time <= MAX_TIME) return time;
  throw new SwatError('frame-time', { value: shown(value) });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, 40);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof Date ? 'Invalid Date' : typeof value;
}
