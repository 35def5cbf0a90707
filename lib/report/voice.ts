import type { Speak } from '../alarm/wording';
import { textsOf, type Params } from '../platform/catalogue';
import { SwatError } from '../errors';

/** Speaks the language of a report: its own texts, those of alarms, numbers and times. */
export interface Voice {
  /** A text of the catalogue `swat-report`, by its code beneath `report`. English where there is none. */
  readonly text: (code: string, params?: Params) => string;
  /** Texts of the catalogue `swat-plant`: sentences of alarms, and the words of their events, states and priorities. */
  readonly speak: Speak;
  /** Three significant digits, or so many decimals. */
  readonly number: (value: number, decimals?: number) => string;
  /** A share, 0 … 1, as `12.5 %`; never 100 or 0 where it is not. */
  readonly percent: (share: number) => string;
  /** Day and time to the second, or to the minute. */
  readonly time: (ms: number) => string;
  readonly minute: (ms: number) => string;
  /** Time of day, to the minute. */
  readonly clock: (ms: number) => string;
  /** Day and time, short: for axes of more than a day. */
  readonly short: (ms: number) => string;
  /** How far the zone is ahead of UTC at a time, ms. */
  readonly ahead: (ms: number) => number;
  /** A length of time: `45 s`, `12 min`, `3 h 20 min`, `9 d 4 h`. */
  readonly duration: (ms: number) => string;
}

/** @throws SwatError `time-zone` */
export function voiceOf(language: string, zone: string): Voice {
  const own = textsOf(language, 'swat-report');
  const plant = textsOf(language, 'swat-plant');
  const format = formatter(language, zone);
  const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const minute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const [full, minutes, clock, short] = [
    format({ ...day, ...minute, second: '2-digit' }),
    format({ ...day, ...minute }),
    format(minute),
    format({ month: '2-digit', day: '2-digit', ...minute }),
  ];
  const offset = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const number = (value: number, decimals?: number): string =>
    value.toLocaleString(
      language,
      decimals === undefined
        ? { maximumSignificantDigits: Math.abs(value) >= 100 ? 4 : 3 }
        : { minimumFractionDigits: decimals, maximumFractionDigits: decimals },
    );
  const text = (code: string, params: Params = {}): string =>
    own(`report.${code}`, params) ?? textsOf('en-US', 'swat-report')(`report.${code}`, params) ?? code;
  return {
    text,
    speak: (code, params = {}) => plant(code, params) ?? textsOf('en-US', 'swat-plant')(code, params) ?? code,
    number,
    percent(share) {
      const percent = share * 100;
      const bounded = percent > 99.9 && percent < 100 ? 99.9 : percent > 0 && percent < 0.1 ? 0.1 : percent;
      return `${number(bounded, Number.isInteger(bounded) ? 0 : 1)} %`;
    },
    time: (ms) => full.format(ms),
    minute: (ms) => minutes.format(ms),
    clock: (ms) => clock.format(ms),
    short: (ms) => short.format(ms),
    ahead(ms) {
      const name = offset.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign = '+', hours = '0', mins = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
      return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(mins)) * 60_000;
    },
    duration(ms) {
      const seconds = Math.round(ms / 1000);
      if (seconds < 120) return text('span.seconds', { count: seconds });
      const whole = Math.round(seconds / 60);
      if (whole < 120) return text('span.minutes', { count: whole });
      const inHours = Math.round(whole / 60);
      if (inHours >= 48) return text('span.days-hours', { days: Math.floor(inHours / 24), hours: inHours % 24 });
      const [hours, rest] = [Math.floor(whole / 60), whole % 60];
      return rest === 0 ? text('span.hours', { count: hours }) : text('span.hours-minutes', { hours, minutes: rest });
    },
  };
}

function formatter(
  language: string,
  timeZone: string,
): (options: Intl.DateTimeFormatOptions) => Pick<Intl.DateTimeFormat, 'format'> {
  return (options) => {
    try {
      return new Intl.DateTimeFormat(language === 'en-US' ? 'en-CA' : language, { ...options, timeZone });
    } catch (cause) {
      throw new SwatError('time-zone', { zone: timeZone.slice(0, 60) }, { cause });
    }
  };
}
