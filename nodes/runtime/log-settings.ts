import { SwatError } from '../../lib/errors';
import type { RotationLimits } from '../../lib/platform/rotating';
import { readChoice, readNumber } from './settings';

/** The logs beside that of alarms, whose size is set in the dialog of `swat-alert`. */
export const LOGS = ['app', 'stream', 'inference'] as const;
export type LogName = (typeof LOGS)[number];

/** From the fewest lines to the most. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `swatLogs` of settings.js, read. */
export interface LogSettings {
  /** A log that is switched off has no entry. */
  readonly logs: Readonly<Partial<Record<LogName, RotationLimits & { readonly level: LogLevel }>>>;
  /** Age of the files of the alarm log. */
  readonly alarms: Pick<RotationLimits, 'fileMs' | 'keepMs'>;
  /** How often counters and scores are summed up, ms. */
  readonly summaryMs: number;
  /** Further names of secrets. */
  readonly redact: readonly string[];
}

type Given = Readonly<Record<string, unknown>>;

const DAY = 86_400_000;
const MOST_NAMES = 100;
const COMMON = ['level', 'sizeKb', 'files', 'fileDays', 'days'] as const;
const KNOWN: readonly string[] = [...COMMON, ...LOGS, 'alarms', 'summarySeconds', 'redact'];

/**
 * Reads `swatLogs`: absent gives the defaults, `false` switches all but the alarm log off, and what is said of one log stands
 * before what is said of all.
 * @throws SwatError `setting-number`, `setting-choice`, `logs-setting`
 */
export function readLogSettings(given: unknown): LogSettings {
  const all = given === false ? {} : section('swatLogs', given, KNOWN);
  const logs: Partial<Record<LogName, RotationLimits & { level: LogLevel }>> = {};
  for (const name of LOGS) {
    if (given === false || all[name] === false) continue;
    const path = `swatLogs.${name}`;
    const own = section(path, all[name], COMMON);
    const number = numbers(path, own, all);
    logs[name] = {
      level: readChoice(`${path}.level`, own.level ?? all.level, LOG_LEVELS, 'info'),
      sizeKb: number('sizeKb', 1, 1_000_000, 2048, true),
      files: number('files', 1, 1000, 14, true),
      fileMs: days(number('fileDays', 0, 3650, 1)),
      keepMs: days(number('days', 0, 3650, 30)),
    };
  }
  const number = numbers('swatLogs.alarms', section('swatLogs.alarms', all.alarms, ['fileDays', 'days']), {});
  const alarms = { fileMs: days(number('fileDays', 0, 3650, 0)), keepMs: days(number('days', 0, 3650, 0)) };
  const summaryMs = numbers('swatLogs', all, {})('summarySeconds', 1, 86_400, 60) * 1000;
  return { logs, alarms, summaryMs, redact: namesOf(all.redact) };
}

type Reader = (key: string, min: number, max: number, fallback: number, integer?: boolean) => number;

function numbers(path: string, own: Given, all: Given): Reader {
  return (key, min, max, fallback, integer = false) =>
    readNumber(`${path}.${key}`, own[key] ?? all[key], { min, max, fallback, integer });
}

/** 0 days: no limit. */
function days(number: number): number | undefined {
  return number === 0 ? undefined : number * DAY;
}

function section(path: string, given: unknown, known: readonly string[]): Given {
  if (given === undefined || given === null || given === true) return {};
  if (typeof given !== 'object' || Array.isArray(given))
    throw new SwatError('logs-setting', { name: path, known: known.join(', ') });
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new SwatError('logs-setting', { name: `${path}.${unknown.slice(0, 40)}`, known: known.join(', ') });
  return given as Given;
}

function namesOf(given: unknown): string[] {
  if (given === undefined || given === null) return [];
  const names: unknown[] = Array.isArray(given) ? given : [given];
  if (names.length > MOST_NAMES || !names.every((name) => typeof name === 'string' && name.trim() !== ''))
    throw new SwatError('logs-setting', { name: 'swatLogs.redact', known: "['name', …]" });
  return names as string[];
}
