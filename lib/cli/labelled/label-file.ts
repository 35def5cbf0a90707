import Papa from 'papaparse';
import { SwatError } from '../../errors';
import type { TimeReader } from '../../stream/local-time';
import type { TimeRange } from '../../train/exclusions';
import { textOf } from './text';

/** What is true of the rows of a series, by time: in an event or not. Only rows that count are there. */
export type SeriesLabels = ReadonlyMap<number, boolean>;

/**
 * A CSV of labels with the columns `timestamp` and `label` (1 in an event), and perhaps `file` (the series) and `scored` (0: the
 * row does not count). By the name of the series; without that column by an empty name.
 * @throws SwatError `cli-file`, `csv-column-named`
 */
export async function readLabelFile(path: string, readTime: TimeReader): Promise<ReadonlyMap<string, SeriesLabels>> {
  const { data, meta } = Papa.parse<Partial<Record<string, string>>>(await textOf(path), {
    header: true,
    skipEmptyLines: true,
    transformHeader: (title) => title.trim(),
  });
  const found = meta.fields ?? [];
  const column = ['timestamp', 'label'].find((name) => !found.includes(name));
  if (column !== undefined)
    throw new SwatError('csv-column-named', { column, columns: found.slice(0, 5).join(', ') || '-' });
  const labels = new Map<string, Map<number, boolean>>();
  for (const { file = '', timestamp = '', label = '', scored = '1' } of data) {
    const time = readTime(timestamp);
    if (time === undefined || Number(scored) === 0) continue;
    const series = labels.get(file) ?? new Map<number, boolean>();
    labels.set(file, series.set(time, Number(label) >= 1));
  }
  return labels;
}

/** The times up to one that lie in an event, as ranges. */
export function eventsUntil(labels: SeriesLabels | undefined, last: number): TimeRange[] {
  const ranges: [number, number][] = [];
  let inEvent = false;
  for (const [time, truth] of [...(labels ?? [])].sort(([a], [b]) => a - b)) {
    if (time > last) break;
    if (truth && inEvent) ranges[ranges.length - 1][1] = time;
    else if (truth) ranges.push([time, time]);
    inEvent = truth;
  }
  return ranges;
}
