import { AlarmBook } from '../../../lib/alarm/book';
import type { AlarmEvent } from '../../../lib/alarm/event';
import type { AlarmVerdict } from '../../../lib/alarm/read-verdict';
import type { Level } from '../../../lib/alarm/verdict';
import { verdict } from './verdicts';

/** How the alarms of these tests are raised and cleared. */
export const SETTINGS = { annunciate: 'WARNING', offDelayMs: 60_000 } as const;
export const book = (): AlarmBook => new AlarmBook(SETTINGS);
export const SECOND = 1000;
/** One verdict a second from second `from` on. Wall-clock time runs along. */
export function feed(
  alarms: AlarmBook,
  from: number,
  levels: readonly Level[],
  more: Partial<AlarmVerdict> = {},
): AlarmEvent[] {
  return levels.flatMap((level, i) => {
    const time = (from + i) * SECOND;
    return alarms.verdict(verdict({ level, time, ...more }), time);
  });
}
/** The same level many times. */
export const of = (level: Level, times: number): Level[] => Array<Level>(times).fill(level);
