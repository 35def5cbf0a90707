import { SwatError } from '../errors';

const QUARTER = 900_000;
const DAY = 86_400_000;

/** Reads the time of a historian's line: ms since the epoch, or `undefined` for a text that is no time. */
export type TimeReader = (text: string) => number | undefined;

/**
 * A reader for ISO 8601, epoch seconds or milliseconds, and day-first times (`28/12/2015 10:00:00 AM`, also with `.` or
 * `-`, with or without AM/PM). A time without an offset is local time of the zone; where clocks go back, an hour that
 * comes twice is read as its first; where they go forward, a time that does not exist is read as if they had not.
 * @param zone IANA name, for example `Asia/Singapore`
 * @throws SwatError `time-zone`
 */
export function timeReader(zone: string): TimeReader {
  const toUtc = zoneReader(zone);
  return (text) => {
    const given = text.trim();
    if (/^\d{9,11}(\.\d+)?$/.test(given)) return Math.round(Number(given) * 1000);
    if (/^\d{12,14}$/.test(given)) return Number(given);
    const iso =
      /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
        given,
      );
    if (iso !== null) {
      const local = localTime(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6], iso[7]);
      if (local === undefined) return undefined;
      const offset = iso.at(8);
      return offset === undefined ? toUtc(local) : local - offsetOf(offset);
    }
    const dayFirst =
      /^(\d\d?)[/.-](\d\d?)[/.-](\d{4})(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*([AP]M)?)?$/i.exec(given);
    if (dayFirst === null) return undefined;
    const hour = hourOf(dayFirst[4], dayFirst[8]);
    const local = localTime(dayFirst[3], dayFirst[2], dayFirst[1], hour, dayFirst[5], dayFirst[6], dayFirst[7]);
    return local === undefined ? undefined : toUtc(local);
  };
}

/** The parts of a time as if they were UTC; `undefined` when there is no such day or time. */
function localTime(
  year: string,
  month: string,
  day: string,
  hour = '0',
  minute = '0',
  second = '0',
  fraction = '0',
): number | undefined {
  const [m, d, h, min, s] = [month, day, hour, minute, second].map(Number);
  const time = Date.UTC(Number(year), m - 1, d, h, min, s) + Math.floor(Number(`0.${fraction}`) * 1000);
  const date = new Date(time);
  const real = date.getUTCMonth() === m - 1 && date.getUTCDate() === d && h < 24 && min < 60 && s < 60;
  return real ? time : undefined;
}

/** `12 AM` is midnight, `12 PM` is noon; an hour that cannot stand with AM or PM gives one that is refused. */
function hourOf(hour: string | undefined, half: string | undefined): string | undefined {
  if (hour === undefined || half === undefined) return hour;
  const number = Number(hour);
  if (number < 1 || number > 12) return '99';
  return String((number % 12) + (half.toUpperCase() === 'PM' ? 12 : 0));
}

function offsetOf(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

function zoneReader(zone: string): (local: number) => number {
  if (zone === 'UTC') return (local) => local;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new SwatError('time-zone', { zone: zone.slice(0, 60) }, { cause });
  }
  const offsetAt = (utc: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(utc)) part[type] = Number(value);
    return (
      Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(utc / 1000) * 1000
    );
  };
  const search = (local: number): number => {
    const before = offsetAt(local - DAY);
    const after = offsetAt(local + DAY);
    if (before === after || offsetAt(local - before) === before) return before;
    return offsetAt(local - after) === after ? after : before;
  };
  // Offsets change at quarters of an hour at most: one search serves all the lines of a quarter.
  let quarter = Number.NaN;
  let offset = 0;
  return (local) => {
    const now = Math.floor(local / QUARTER);
    if (now !== quarter) {
      quarter = now;
      offset = search(local);
    }
    return local - offset;
  };
}
