import { PRIORITIES } from '../alarm/settings';
import { culprit } from '../alarm/wording';
import { csvCell } from '../journal/csv-cell';
import { shareOf, watchedAssets } from './availability';
import type { Past } from './document';
import type { Report } from './report';
import type { Voice } from './voice';

/** A value of a table for programs: numbers as they are, times as ISO 8601, nothing as an empty cell. */
type Value = string | number | null | undefined;

const EPISODES = ['n', 'id', 'asset', 'kind', 'level', 'alarm', 'from', 'to', 'seconds', 'state', 'acknowledged_after_s', 'peak_ratio', 'first_tag', 'tags', 'why'] as const; // prettier-ignore

/**
 * The episodes, a row each (RFC 4180): the same columns in every language, times as ISO 8601 in UTC, the culprit's sentence in
 * the language of the report.
 */
export function episodesCsv({ episodes }: Report, { speak }: Voice): string {
  const rows = episodes.map((episode, place): Value[] => {
    const { id, asset, kind, level, isAlarm, from, to, state, acknowledgedAfter, peak, first, tags, because } = episode;
    return [
      place + 1,
      id,
      asset,
      kind,
      level,
      isAlarm ? 'yes' : 'no',
      iso(from),
      to === undefined ? '' : iso(to),
      to === undefined ? null : rounded((to - from) / 1000),
      state,
      acknowledgedAfter === undefined ? null : rounded(acknowledgedAfter / 1000),
      rounded(peak.ratio),
      first,
      tags.map(({ tag }) => tag).join(' '),
      culprit(speak, because),
    ];
  });
  return csvOf(EPISODES, rows);
}

/** The figures, a row each: `name,value,unit`. What only a history knows is missing without one. */
export function figuresCsv({ request, figures, availability, models, source }: Report, past: Past | undefined): string {
  const { metrics, acknowledge } = figures;
  const rows: Value[][] = [
    ['kind', request.kind, ''],
    ['from', iso(request.from), ''],
    ['to', iso(request.to), ''],
    ['time_zone', request.timeZone, ''],
    ['made', iso(request.made), ''],
    ['alarms', metrics.alarms, 'alarms'],
    ['alarms_per_hour', rounded(figures.perHour), '1/h'],
    ['peak_in_10_min', figures.peak10Min, 'alarms'],
    ['floods', figures.floods, 'floods'],
    ['flood_share', rounded(figures.floodShare, 6), '1'],
    ['chattering', figures.chattering, 'times'],
    ['fleeting', figures.fleeting, 'alarms'],
    ['standing', figures.standing, 'alarms'],
    ['stale', figures.stale, 'alarms'],
    ['unanswered', figures.unanswered, 'alarms'],
    ['acknowledged', acknowledge.count, 'alarms'],
    ['time_to_acknowledge_mean', acknowledge.meanS === null ? null : rounded(acknowledge.meanS), 's'],
    ['time_to_acknowledge_longest', acknowledge.longestS === null ? null : rounded(acknowledge.longestS), 's'],
    ...PRIORITIES.map((each): Value[] => [`priority_${each}`, metrics.priorities[each].count, 'alarms']),
    ...watchedAssets(availability, past?.quality ?? []).map(({ asset, communication }): Value[] => [
      `communication ${asset}`,
      rounded(communication, 6),
      '1',
    ]),
    ...(past?.quality ?? []).flatMap(({ asset, came, judged }): Value[][] => [
      [`heard ${asset}`, rounded(shareOf(came, request), 6), '1'],
      [`judged ${asset}`, rounded(shareOf(judged, request), 6), '1'],
    ]),
    ...models.used.map(({ detector, version }): Value[] => [`model ${detector}`, version, '']),
    ['journal_records', source.records, 'records'],
    ['journal_last', source.last === undefined ? '' : `${source.last.n}:${source.last.hash}`, ''],
  ];
  return csvOf(['name', 'value', 'unit'], rows);
}

/** Shares have six decimals, so that none is 1 or 0 that is not. */
function rounded(value: number, decimals = 3): number {
  return Number(value.toFixed(decimals));
}

function csvOf(head: readonly string[], rows: readonly (readonly Value[])[]): string {
  const lines = [head, ...rows].map((row) =>
    row.map((value) => (typeof value === 'number' ? String(value) : csvCell(value ?? ''))).join(','),
  );
  return `${lines.join('\r\n')}\r\n`;
}

function iso(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
