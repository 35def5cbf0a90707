import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';
import { SwatError } from '../errors';
import { createPlant, type Plant } from '../plant/dictionary';
import type { TimedFrame } from './learn';

/** One series of a folder of labelled data, as its `manifest.json` describes it. */
export interface Series {
  readonly file: string;
  readonly csv: string;
  readonly columns: readonly string[];
  readonly sample_period_s: number;
  /** Rows declared normal, [from, to). */
  readonly train_rows?: readonly [number, number] | null;
  readonly train_csv?: string;
  /** First row that is judged; `null` when none is. */
  readonly eval_from_row: number | null;
}

/** Rows of a series in time order. An empty cell is an empty text: a missing value. */
export interface Table {
  readonly stamps: readonly string[];
  readonly frames: readonly TimedFrame[];
}

/**
 * The series of a folder whose name starts with `only`.
 * @throws SwatError `cli-file` for a folder without a readable manifest, `cli-manifest` for one that is no list of series
 */
export async function readManifest(folder: string, only: string): Promise<readonly Series[]> {
  const path = join(folder, 'manifest.json');
  const listed: unknown = await readable(path, async () => JSON.parse(await readFile(path, 'utf8')) as unknown);
  if (!Array.isArray(listed)) throw new SwatError('cli-manifest', { path, what: '[]' });
  const series = listed.map((entry: unknown, index) => {
    const wrong = wrongPart(entry);
    if (wrong !== undefined) throw new SwatError('cli-manifest', { path, what: `[${index}].${wrong}` });
    return entry as Series;
  });
  return series.filter(({ file, eval_from_row }) => file.startsWith(only) && eval_from_row !== null);
}

/** The first part of a series' entry that is not as {@link Series} says, if any. */
function wrongPart(entry: unknown): string | undefined {
  const series = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
  const { columns, train_rows: train, train_csv, eval_from_row, sample_period_s } = series;
  const right: Record<string, boolean> = {
    file: isText(series.file),
    csv: isText(series.csv),
    columns: Array.isArray(columns) && columns.length > 0 && columns.every(isText),
    sample_period_s: typeof sample_period_s === 'number' && sample_period_s > 0,
    train_rows: (train ?? null) === null || (Array.isArray(train) && train.length === 2 && train.every(isCount)),
    train_csv: train_csv === undefined || isText(train_csv),
    eval_from_row: eval_from_row === null || isCount(eval_from_row),
  };
  return Object.keys(right).find((part) => !right[part]);
}

/**
 * One CSV (gzipped) with a `timestamp` column and the series' columns.
 * @throws SwatError `cli-file`, `csv-column-named`
 */
export async function readTable(folder: string, csv: string, columns: readonly string[]): Promise<Table> {
  const path = join(folder, csv);
  const text = await readable(path, async () => gunzipSync(await readFile(path)).toString('utf8'));
  const { data, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const found = meta.fields ?? [];
  const column = ['timestamp', ...columns].find((name) => !found.includes(name));
  if (column !== undefined)
    throw new SwatError('csv-column-named', { column, columns: found.slice(0, 5).join(', ') || '-' });
  return {
    stamps: data.map((row) => row.timestamp),
    frames: data.map((row) => ({ time: Date.parse(row.timestamp), values: columns.map((column) => row[column]) })),
  };
}

/** The labels of one series by time stamp: true in an event, and only rows that are scored. @throws SwatError `cli-file` */
export async function readLabels(folder: string, file: string): Promise<ReadonlyMap<string, boolean>> {
  const path = join(folder, 'labels.csv.gz');
  const text = await readable(path, async () => gunzipSync(await readFile(path)).toString('utf8'));
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const rows = data.filter((row) => row.file === file && row.scored === '1');
  return new Map(rows.map((row) => [row.timestamp, row.label === '1']));
}

/** Ranges go so many spans beyond what was seen in training: an event must stay an anomaly, not become bad data. */
const SPANS = 10;

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
    const margin = Math.max(high - low, 1e-6) * SPANS;
    return { name, stage: '', kind: 'sensor' as const, unit: '', low: low - margin, high: high + margin };
  });
  return createPlant(series.file, tags);
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SwatError('cli-file', { path, detail }, { cause });
  }
}
