import { SwatError } from '../errors';
import { quoted } from '../shown';
import { readTime } from '../journal/read-query';
import { languages } from '../platform/catalogue';
import { REPORT_FORMATS, REPORT_KINDS, type ReportFormat, type ReportKind, type ReportRequest } from './request';
import type { Shifts, Span } from './shifts';

/** Longest span of a report, ms: 32 days. One of an incident is as long as that was. */
export const MOST_SPAN = 32 * 86_400_000;
const LONGEST = 128;

/** What holds unless a message or a command line says otherwise. */
export type ReportDefaults = Pick<
  ReportRequest,
  'timeZone' | 'language' | 'formats' | 'plant' | 'made' | 'product' | 'logo'
> & {
  readonly shifts: Shifts;
  readonly days: Shifts;
};

/**
 * A report as people ask for one: `{kind?, from?, to?, asset?, alarm?, formats?, language?, timeZone?}`. Without times, a shift
 * or a day is the last one that is over; an incident is known by its alarm, and `span` says when that was.
 * @throws SwatError `setting-choice`, `journal-time`, `report-span`, `report-incident`
 */
export async function readRequest(
  given: Readonly<Record<string, unknown>>,
  defaults: ReportDefaults,
  span: (alarm: string) => Promise<Span | undefined>,
): Promise<ReportRequest> {
  const { shifts, days, ...rest } = defaults;
  const kind = oneOf('kind', given.kind ?? 'day', REPORT_KINDS);
  const [asset, alarm] = [textOf(given.asset), textOf(given.alarm)];
  const about = { ...(asset === undefined ? {} : { asset }), ...(alarm === undefined ? {} : { alarm }) };
  const { from, to } = await spanOf(kind, given, alarm, { shifts, days, now: defaults.made, span });
  const isWhole = kind === 'incident' && given.from === undefined;
  if (!(to > from) || (to - from > MOST_SPAN && !isWhole)) {
    throw new SwatError('report-span', { from: isoOf(from), to: isoOf(to), days: MOST_SPAN / 86_400_000 });
  }
  return {
    ...rest,
    ...about,
    ...{ kind, from, to },
    formats: given.formats === undefined ? rest.formats : readFormats(given.formats),
    language: given.language === undefined ? rest.language : oneOf('language', given.language, languages()),
    timeZone: textOf(given.timeZone) ?? rest.timeZone,
  };
}

/** Formats as an array or a text with commas. @throws SwatError `setting-choice` */
export function readFormats(given: unknown): ReportFormat[] {
  const names: unknown[] = Array.isArray(given) ? given : typeof given === 'string' ? given.split(/[\s,]+/) : [given];
  const formats = names.filter((name) => name !== '').map((name) => oneOf('formats', name, REPORT_FORMATS));
  if (formats.length === 0)
    throw new SwatError('setting-choice', { name: 'formats', value: '', choices: REPORT_FORMATS.join(', ') });
  return [...new Set(formats)];
}

async function spanOf(
  kind: ReportKind,
  given: Readonly<Record<string, unknown>>,
  alarm: string | undefined,
  {
    shifts,
    days,
    now,
    span,
  }: Pick<ReportDefaults, 'shifts' | 'days'> & { now: number; span: (alarm: string) => Promise<Span | undefined> },
): Promise<Span> {
  const [from, to] = [readTime('from', given.from, now), readTime('to', given.to, now)];
  if (from !== undefined) return { from, to: to ?? now };
  if (to !== undefined) throw new SwatError('report-from');
  if (kind === 'shift') return shifts.last(now);
  if (kind === 'day') return days.last(now);
  const known = alarm === undefined ? undefined : await span(alarm);
  if (known === undefined)
    throw new SwatError(alarm === undefined ? 'report-incident' : 'report-alarm', { alarm: alarm ?? '' });
  return known;
}

function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((each) => each === value);
  if (found !== undefined) return found;
  throw new SwatError('setting-choice', { name, value: quoted(value), choices: choices.join(', ') });
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim().slice(0, LONGEST) : '';
  return text === '' ? undefined : text;
}

function isoOf(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
