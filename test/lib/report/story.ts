import { AlarmDesk, type Delivery } from '../../../lib/alarm/desk';
import { runAlarmCommand } from '../../../lib/alarm/command';
import type { AlarmVerdict } from '../../../lib/alarm/read-verdict';
import type { Level } from '../../../lib/alarm/verdict';
import { entryOf } from '../../../lib/journal/entry';
import type { Journal, JournalEntry } from '../../../lib/journal/journal';
import { SqlJournal } from '../../../lib/journal/sql-journal';
import { openSqlite } from '../../../lib/platform/sqlite';
import type { ReportRequest } from '../../../lib/report/request';
import { Shifts } from '../../../lib/report/shifts';

/** The day that the story tells of, UTC. */
export const DAY = Date.UTC(2026, 10, 27);
const MINUTE = 60_000;
const at = (hour: number, minute = 0, second = 0): number => DAY + (hour * 60 + minute) * MINUTE + second * 1000;

/** An asset and a person that try to break out of whatever they are written into. */
export const RUDE_ASSET = '<img src=x onerror=alert(1)>';
export const RUDE_COMMENT = '=HYPERLINK("http://evil","x"),\r\n"quoted"';

const window = (mean: number): { start: number; end: number; tags: Record<string, number[]> } => ({
  start: 0,
  end: 1,
  tags: { LIT101: [mean, 4, mean - 20, mean + 20, 0.1], FIT101: [2.4, 0.1, 2.1, 2.7, 0] },
});

function verdict(asset: string, time: number, level: Level, ratio: number): AlarmVerdict {
  const isAnomaly = level !== 'NONE';
  const tag = { tag: 'LIT101', stage: 'P1', feature: 'mean', share: 0.8, seen: 812.3, expected: 511.7, unit: 'mm' } as const; // prettier-ignore
  const params = { place: 'P1', tag: 'LIT101', seen: 812.3, expected: 511.7, unit: 'mm', level, ratio };
  return {
    ...{ asset, time, level, ratio, model: 'v7' },
    finding: isAnomaly ? 'anomaly' : 'normal',
    tags: isAnomaly ? [tag, { ...tag, tag: 'FIT101', unit: 'm3/h', share: 0.2 }] : [],
    sentence: isAnomaly ? { code: 'anomaly-mean-above', params } : { code: 'verdict-normal', params: {} },
    scores: { pca: { score: ratio, threshold: 1, ratio, ready: true, model: 'v7' } },
    ...(isAnomaly ? { evidence: { before: window(512), now: window(812) } } : {}),
  };
}

/**
 * What a day wrote into the journal: an alarm in `line1` that gets worse, is acknowledged after two minutes and clears after
 * ten; another in the rude asset that stands on; a deviation that stays below an alarm; ten minutes without communication.
 */
export function storyEntries(): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const desk = new AlarmDesk({ alarm: {}, notify: {} }, () => undefined);
  const put = (now: number, delivery: Delivery | undefined): void => {
    for (const event of delivery?.events ?? []) entries.push(entryOf(event, 'alert', 'hash', now));
  };
  const verdicts = (asset: string, from: number, to: number, level: Level, ratio: number): void => {
    for (let time = from; time < to; time += 10_000) put(time, desk.verdict(verdict(asset, time, level, ratio), time));
  };
  verdicts('line1', at(6), at(6, 1), 'WARNING', 1.6);
  verdicts('line1', at(6, 1), at(6, 2), 'CRITICAL', 3.2);
  put(at(6, 2), runAlarmCommand(desk, { command: 'ack', asset: 'line1', user: 'ada', comment: RUDE_COMMENT }, at(6, 2)).delivery); // prettier-ignore
  verdicts('line1', at(6, 2), at(6, 10), 'CRITICAL', 2.9);
  verdicts('line1', at(6, 10), at(6, 12), 'NONE', 0.3);
  verdicts('line1', at(9), at(9, 1), 'INFO', 1.2);
  verdicts('line1', at(9, 1), at(9, 3), 'NONE', 0.2);
  put(at(12), desk.communication({ asset: 'line1', lost: true, time: at(12), seconds: 60 }, at(12)));
  put(at(12, 10), desk.communication({ asset: 'line1', lost: false, time: at(12, 10), seconds: 600 }, at(12, 10)));
  verdicts(RUDE_ASSET, at(20), at(20, 5), 'WARNING', 1.7);
  return entries;
}

/** The story in a journal of its own. */
export async function storyJournal(path: string): Promise<SqlJournal & Journal> {
  const journal = await SqlJournal.open(openSqlite(path));
  await journal.append(storyEntries());
  return journal;
}

/** A report of the whole day. */
export function dayRequest(more: Partial<ReportRequest> = {}): ReportRequest {
  return {
    kind: 'day',
    from: DAY,
    to: DAY + 24 * 60 * MINUTE,
    timeZone: 'Europe/Berlin',
    language: 'en-US',
    formats: ['html'],
    plant: 'Water & Co <works>',
    made: DAY + 30 * 60 * MINUTE,
    product: '0.0.0',
    ...more,
  };
}

/** Shifts for requests that are to be read. */
export const SHIFTS = { shifts: new Shifts('06:00 14:00 22:00', 'UTC'), days: new Shifts('00:00', 'UTC') };
