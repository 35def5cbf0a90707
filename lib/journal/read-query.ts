import { PLAIN_EVENTS } from '../alarm/plain-event';
import { ALARM_EVENTS, ALARM_STATES } from '../alarm/transitions';
import { SwatError } from '../errors';
import { quoted } from '../shown';
import type { JournalQuery } from './journal';
import { MOST_RECORDS } from './sql-query';

const TEXTS = ['asset', 'tag', 'state', 'event', 'alarm', 'after'] as const;
const LONGEST = 200;
/** What is recorded of the journal itself. */
const OWN_EVENTS = ['pruned', 'set-aside', 'end-missing', 'gap'] as const;
/** Fields that have no other values than these: a typing error would find nothing. */
const CHOICES = {
  state: ALARM_STATES,
  event: [...ALARM_EVENTS, ...PLAIN_EVENTS, ...OWN_EVENTS],
  order: ['newest', 'oldest'],
} as const;

/**
 * A query as people and messages give it: times in ms since the epoch, as ISO 8601, or as `-24h`, `-30m`, `-7d` before now;
 * empty fields do not matter.
 * @throws SwatError `journal-time` {name, value}, `setting-choice` for a state, an event or an order that there is not,
 * `setting-number` for the limit
 */
export function readJournalQuery(given: Readonly<Record<string, unknown>>, now: number): JournalQuery {
  const query: Record<string, unknown> = {};
  for (const name of ['from', 'to'] as const) {
    const time = readTime(name, given[name], now);
    if (time !== undefined) query[name] = time;
  }
  for (const name of TEXTS) {
    const text = given[name];
    if (typeof text === 'string' && text.trim() !== '') query[name] = text.trim().slice(0, LONGEST);
  }
  const { order, limit } = given;
  if (order !== undefined && order !== '') query.order = order;
  for (const name of ['state', 'event', 'order'] as const) {
    const value = query[name];
    if (value === undefined || CHOICES[name].some((each) => each === value)) continue;
    throw new SwatError('setting-choice', { name, value: quoted(value), choices: CHOICES[name].join(', ') });
  }
  if (limit !== undefined && limit !== '') {
    const number = typeof limit === 'string' ? Number(limit) : limit;
    if (!(typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= MOST_RECORDS)) {
      throw new SwatError('setting-number', { name: 'limit', value: quoted(limit), min: 1, max: MOST_RECORDS });
    }
    query.limit = number;
  }
  if (given.brief === true || given.brief === 'true') query.brief = true;
  return query;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time as people and messages give it: ms since the epoch, ISO 8601, or `-24h`, `-30m`, `-7d` before now, `+2h` after it; `undefined` for
 * nothing.
 * @throws SwatError `journal-time` {name, value}
 */
export function readTime(name: string, value: unknown, now: number): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const text = typeof value === 'string' ? value.trim() : '';
  const away = /^([+-]\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (away !== null) return now + Number(away[1]) * UNITS[away[2]];
  const time = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw new SwatError('journal-time', { name, value: quoted(value) });
  return time;
}
