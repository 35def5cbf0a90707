import { access, readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import Papa from 'papaparse';
import { SwatError } from '../../errors';
import { createPlant, type Plant } from '../../plant/dictionary';
import { timeReader } from '../../stream/local-time';
import type { TimedFrame } from '../learn';
import { readLabelFile, type SeriesLabels } from './label-file';
import { readable, textOf } from './text';

/** One series of a folder of labelled data, as its `manifest.json` describes it. */
export interface Series {
  readonly file: string;
  /** Data set that it belongs to; the first part of its name where nothing is said. */
  readonly dataset?: string;
  readonly csv: string;
  readonly columns: readonly string[];
  readonly sample_period_s: number;
  /** Rows declared normal, [from, to). */
  readonly train_rows?: readonly [number, number] | null;
  readonly train_csv?: string | null;
  /** First row that is judged; `null` when none is. */
  readonly eval_from_row: number | null;
}

/** A manifest with more entries than this is none. */
const MOST_SERIES = 100_000;

/** Rows of a series in time order. An empty cell is an empty text: a missing value. */
export interface Table {
  readonly stamps: readonly string[];
  readonly frames: readonly TimedFrame[];
}

/**
 * The series of a folder whose name starts with `only`.
 * @throws SwatError `cli-no-manifest`, `cli-file` for a manifest that cannot be read, `cli-manifest` for one that is no list of series
 */
export async function readManifest(folder: string, only: string): Promise<readonly Series[]> {
  const path = join(folder, 'manifest.json');
  if (await lacksManifest(folder)) throw new SwatError('cli-no-manifest', { folder });
  const listed: unknown = await readable(path, async () => JSON.parse(await readFile(path, 'utf8')) as unknown);
  if (!Array.isArray(listed) || listed.length > MOST_SERIES) throw new SwatError('cli-manifest', { path, what: '[]' });
  const series = listed.map((entry: unknown, index) => {
    const wrong = wrongPart(entry);
    if (wrong !== undefined) throw new SwatError('cli-manifest', { path, what: `[${index}].${wrong}` });
    return entry as Series;
  });
  return series.filter(({ file, eval_from_row }) => file.startsWith(only) && eval_from_row !== null);
}

/** Whether there is something by this name, but no manifest in it. */
async function lacksManifest(folder: string): Promise<boolean> {
  const isThere = (path: string): Promise<boolean> => access(path).then(() => true, () => false); // prettier-ignore
  return (await isThere(folder)) && !(await isThere(join(folder, 'manifest.json')));
}

/** The first part of a series' entry that is not as {@link Series} says, if any. */
function wrongPart(entry: unknown): string | undefined {
  const series = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isPath = (value: unknown): boolean => isText(value) && isInside(String(value));
  const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
  const { columns, train_rows: train, train_csv, eval_from_row, sample_period_s, dataset } = series;
  const right: Record<string, boolean> = {
    file: isText(series.file) && !/[",\r\n]/.test(String(series.file)),
    dataset: dataset === undefined || isText(dataset),
    csv: isPath(series.csv),
    columns: Array.isArray(columns) && columns.length > 0 && columns.every(isText),
    sample_period_s: typeof sample_period_s === 'number' && sample_period_s > 0 && Number.isFinite(sample_period_s),
    train_rows: (train ?? null) === null || (Array.isArray(train) && train.length === 2 && train.every(isCount)),
    train_csv: (train_csv ?? null) === null || isPath(train_csv),
    eval_from_row: eval_from_row === null || isCount(eval_from_row),
  };
  return Object.keys(right).find((part) => !right[part]);
}

/** A file of the folder, and not one beside or above it. */
function isInside(path: string): boolean {
  return path !== '' && !isAbsolute(path) && !normalize(path).startsWith('..');
}

/**
 * One CSV (plain or gzipped) with a `timestamp` column and the series' columns.
 * @throws SwatError `cli-file`, `csv-column-named`, `cli-row-time` for a row without a time
 */
export async function readTable(folder: string, csv: string, columns: readonly string[]): Promise<Table> {
  const path = join(folder, csv);
  const text = await textOf(path);
  const { data, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const found = meta.fields ?? [];
  const column = ['timestamp', ...columns].find((name) => !found.includes(name));
  if (column !== undefined)
    throw new SwatError('csv-column-named', { column, columns: found.slice(0, 5).join(', ') || '-' });
  return {
    stamps: data.map((row) => row.timestamp),
    frames: data.map((row, at) => {
      const time = readTime(row.timestamp);
      if (time === undefined) throw new SwatError('cli-row-time', { path, row: at + 1, value: cut(row.timestamp) });
      return { time, values: columns.map((column) => row[column] ?? '') };
    }),
  };
}

const readTime = timeReader('UTC');

function cut(text: string): string {
  return text.slice(0, 40);
}

const NAMES_OF_LABELS = ['labels.csv.gz', 'labels.csv'];

/** The labels of all series of a folder by the series' name; `undefined` for a folder without. @throws SwatError as `readLabelFile` */
export async function readLabels(folder: string): Promise<ReadonlyMap<string, SeriesLabels> | undefined> {
  const path = await firstThere(NAMES_OF_LABELS.map((name) => join(folder, name)));
  return path === undefined ? undefined : readLabelFile(path, readTime);
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

/** Ranges go so many spans beyond what was seen in training: an event must stay an anomaly, not become bad data. */
const SPANS = 100;
/** And a tag that stood still is let move so far: the scaler's floor of 2 % of the range is then one unit. */
const STILL = 25;

/**
 * The tag dictionary of a series, ranges learned from its normal part.
 * @throws SwatError `cli-tag-unseen` for a tag without a value there, what `createPlant` throws
 */
export function plantOf(series: Series, normal: readonly TimedFrame[]): Plant {
  const tags = series.columns.map((name, column) => {
    let [low, high] = [Infinity, -Infinity];
    for (const { values } of normal) {
      const text = values[column];
      const value = text === '' ? Number.NaN : Number(text);
      if (Number.isNaN(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (low > high) throw new SwatError('cli-tag-unseen', { tag: name, series: series.file });
    const margin = Math.max((high - low) * SPANS, high === low ? STILL : 0);
    return { name, stage: '', kind: 'sensor' as const, unit: '', low: low - margin, high: high + margin };
  });
  return createPlant(series.file, tags);
}
