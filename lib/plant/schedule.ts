import { SwatError } from '../errors';
import { attackOf } from './attacks';

/** Attacks by the second of plant time, counted from the start, at which they are begun. */
export interface Schedule {
  /** Sorted by `second`. */
  readonly entries: readonly { readonly second: number; readonly attack: number }[];
  /** Seconds after which it all begins again; 0 for never. */
  readonly period: number;
}

const MAX_ENTRIES = 1000;

/**
 * Reads a schedule as a dialog holds it: `3@10, 8@45` begins attack 3 after 10 and attack 8 after 45 minutes of plant time.
 * @param repeatMinutes begins it again after so many minutes; 0 for once. It must be longer than the last entry.
 * @throws SwatError `schedule-entry`, `schedule-repeat`, `unknown-attack`
 */
export function parseSchedule(text: string, repeatMinutes: number): Schedule {
  const parts = text.split(/[,;\n]/).map((part) => part.trim());
  const entries = parts.slice(0, MAX_ENTRIES).flatMap((part) => {
    if (part === '') return [];
    const match = /^(\d{1,3})\s*@\s*(\d{1,6}(?:\.\d+)?)$/.exec(part);
    if (match === null) throw new SwatError('schedule-entry', { entry: part.slice(0, 40) });
    return [{ attack: attackOf(Number(match[1])).id, second: Math.round(Number(match[2]) * 60) }];
  });
  entries.sort((a, b) => a.second - b.second);
  const period = Math.round(repeatMinutes * 60);
  const end = entries.at(-1)?.second ?? 0;
  if (period > 0 && entries.length > 0 && period <= end) {
    throw new SwatError('schedule-repeat', { repeat: repeatMinutes, last: end / 60 });
  }
  return { entries, period };
}

/** The attack to begin at this second since the start, if any. Of several at one second, the last one counts. */
export function dueAttack({ entries, period }: Schedule, second: number): number | undefined {
  if (entries.length === 0) return undefined;
  const within = period > 0 ? second % period : second;
  return entries.findLast((entry) => entry.second === within)?.attack;
}
