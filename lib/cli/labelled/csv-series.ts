import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SwatError } from '../../errors';
import { createPlant } from '../../plant/dictionary';
import { timeReader } from '../../stream/local-time';
import { MAX_ROWS } from '../../train/collector';
import { DEFAULT_WINDOWS } from '../chain';
import { factsOf, recordsOf, tagsOf, type Reading } from './historian-file';
import { eventsUntil, readLabelFile, type SeriesLabels } from './label-file';
import { HELD_SAMPLES } from './pack-series';
import type { Assumed, Cut, LabelledRow, LabelledSeries, OpenSeries } from './series';
import { filesIn } from './swat-series';

/** How a person's own CSV is to be evaluated. */
export interface CsvReading extends Reading {
  /** Only files whose name starts so. */
  readonly only: string;
  /** Learned is what comes before this time, or this share of the records. */
  readonly until: string;
  /** Nobody said so: it is told what is learned. */
  readonly untilAssumed: boolean;
  /** A file of times and labels, where the data has no label column. */
  readonly labels: string | undefined;
}

/**
 * A CSV file, or the CSV files of a folder, each a series: the first part is learned, the rest judged. What a label calls an
 * anomaly is not learned.
 * @throws SwatError `cli-until`, `cli-file`, `cli-no-series`, what reading the label file throws
 */
export async function csvSeries(
  path: string,
  reading: CsvReading,
): Promise<{ readonly series: readonly LabelledSeries[]; readonly labelled: boolean }> {
  const split = splitOf(reading);
  const labels = reading.labels === undefined ? undefined : await ownLabels(reading.labels, reading);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const folder = isFolder ? path : dirname(path);
  const names = (isFolder ? await filesIn(folder) : [basename(path)]).filter((name) => name.startsWith(reading.only));
  if (names.length === 0) throw new SwatError('cli-no-series', { folder: path, only: reading.only });
  const series = names.map((name) => ({
    file: name.replace(/\.csv(\.gz)?$/i, ''),
    dataset: basename(path).replace(/\.csv(\.gz)?$/i, ''),
    open: (cut: Cut) => openCsv(join(folder, name), reading, split, labels, cut),
  }));
  return { series, labelled: true };
}

/** Labels of a file of times and labels; where it names series, all of them together. */
async function ownLabels(path: string, { timeZone }: Reading): Promise<SeriesLabels> {
  const all = await readLabelFile(path, timeReader(timeZone));
  return new Map([...all.values()].flatMap((labels) => [...labels]));
}

/** Whether a record is learned: by its time, or its place among all. */
type Split = (records: number) => (time: number, at: number) => boolean;

function splitOf({ until, timeZone }: CsvReading): Split {
  const share = until.trim() === '' ? Number.NaN : Number(until);
  if (share > 0 && share < 1) {
    return (records) => {
      const learned = Math.round(share * records);
      return (_, at) => at < learned;
    };
  }
  const before = timeReader(timeZone)(until);
  if (before === undefined) throw new SwatError('cli-until', { value: until.slice(0, 40) });
  return () => (time) => time < before;
}

function labelAssumed(column: string): Assumed {
  return column === '' ? { code: 'no-label', params: {} } : { code: 'label', params: { column } };
}

function untilAssumed(rows: number, records: number, last: number): Assumed {
  const time = Number.isFinite(last) ? new Date(last).toISOString() : '-';
  return { code: 'until', params: { rows, records, time } };
}

async function openCsv(
  path: string,
  reading: CsvReading,
  split: Split,
  labels: SeriesLabels | undefined,
  { lengths, lags, stride }: Cut,
): Promise<OpenSeries> {
  const { records, samplePeriodS, labelTitle } = await factsOf(path, reading, undefined);
  const { timeZone, columns } = reading;
  const learned = split(records);
  let [last, rows] = [-Infinity, 0];
  const tags = await tagsOf(path, reading, ({ time }, at) => {
    const isLearned = learned(time, at);
    if (isLearned) {
      last = Math.max(last, time);
      rows += 1;
    }
    return isLearned;
  });
  const plant = createPlant(basename(path), tags);
  const windows = { ...DEFAULT_WINDOWS, lengths, lags, maxAgeMs: HELD_SAMPLES * samplePeriodS * 1000 };
  const name = basename(path);
  return {
    plant,
    samplePeriodS,
    windows,
    assumed: [
      ...(reading.untilAssumed ? [untilAssumed(rows, records, last)] : []),
      ...(labels === undefined && columns.label === '' ? [labelAssumed(labelTitle)] : []),
    ],
    exclude: { tags: [], ranges: [[last + 1, Number.MAX_SAFE_INTEGER], ...eventsUntil(labels, last)] },
    training: { file: { path, name, tags, windows, timeZone, columns, stride, rows: MAX_ROWS } },
    async *rows(): AsyncGenerator<LabelledRow, undefined> {
      let at = -1;
      for await (const { time, values, label } of recordsOf(path, reading, plant)) {
        at += 1;
        if (learned(time, at)) continue;
        const own = label === undefined ? undefined : label.attack !== null;
        yield {
          time,
          stamp: new Date(time).toISOString(),
          values,
          truth: labels === undefined ? own : labels.get(time),
        };
      }
      return undefined;
    },
  };
}
