import { SwatError } from '../errors';
import { timeReader, type TimeReader } from '../stream/local-time';

/** A stretch of time, ms since the epoch; the end does not belong to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
/** Shifts of a day, at most. */
const MOST_SHIFTS = 12;

/** When shifts or days begin, in a time zone. */
export class Shifts {
  private readonly read: TimeReader;
  private readonly day: Intl.DateTimeFormat;
  private readonly starts: readonly string[];

  /**
   * @param starts times of day, `06:00, 14:00, 22:00`; one for days
   * @throws SwatError `report-shifts` {value}, `time-zone`
   */
  constructor(starts: string, zone: string) {
    const times = starts.split(/[\s,;]+/).filter((each) => each !== '');
    const good = times.every((each) => /^([01]?\d|2[0-3]):[0-5]\d$/.test(each));
    if (!good || times.length === 0 || times.length > MOST_SHIFTS) {
      throw new SwatError('report-shifts', { value: starts.slice(0, 60) });
    }
    this.read = timeReader(zone);
    this.starts = [...new Set(times.map((each) => each.padStart(5, '0')))].sort();
    this.day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  }

  /** The last shift that is over at a time. */
  last(now: number): Span {
    const starts = this.around(now).filter((each) => each <= now);
    return { from: starts[starts.length - 2], to: starts[starts.length - 1] };
  }

  /** When the next one begins. */
  next(now: number): number {
    return this.around(now).find((each) => each > now) ?? now + DAY_MS;
  }

  /** All starts from three days before to two days after; where clocks change, none comes twice. */
  private around(now: number): number[] {
    const starts = new Set<number>();
    // Half days: a step of a whole one could pass over a day of 23 hours.
    for (let day = -3; day <= 2; day += 0.5) {
      const date = this.day.format(now + day * DAY_MS);
      for (const time of this.starts) {
        const start = this.read(`${date}T${time}`);
        if (start !== undefined) starts.add(start);
      }
    }
    return [...starts].sort((a, b) => a - b);
  }
}
