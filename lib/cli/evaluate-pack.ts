import { writeFile } from 'node:fs/promises';
import type { DetectorKind } from '../detect/detector';
import { SwatError } from '../errors';
import type { Scorer } from '../model/scorer';
import type { Plant } from '../plant/dictionary';
import { createChain, DEFAULT_WINDOWS } from './chain';
import { collectWindows, scorersOf, trainAll, USUAL_KINDS } from './learn';
import { plantOf, readLabels, readManifest, readTable, type Series, type Table } from './pack';
import { tally, type Judged, type Tally } from './tally';
import { writing, type Measured, type Terminal } from './terminal';

export interface PackTrial {
  /** Folder with `manifest.json`, `labels.csv.gz` and the series. */
  readonly folder: string;
  /** Only series whose name starts so. */
  readonly only: string;
  readonly length: number;
  readonly stride: number;
  readonly seed: number;
  /** Where predictions go, if anywhere: CSV of file, timestamp, predicted, score. */
  readonly out: string | undefined;
}

/** A missing value may be held for so many samples. */
const HELD_SAMPLES = 10;

/**
 * Trains on the normal part of every series and judges the rest with the chain of the nodes, row by row. A row is in
 * alarm while the level is WARNING or higher: what would be annunciated.
 * @throws SwatError `cli-no-series`, `cli-write`, what reading the folder and training throw
 */
export async function evaluatePack(trial: PackTrial, terminal: Terminal): Promise<Measured> {
  const chosen = await readManifest(trial.folder, trial.only);
  if (chosen.length === 0) throw new SwatError('cli-no-series', { folder: trial.folder, only: trial.only });
  const predictions: string[] = ['file,timestamp,predicted,score'];
  const results: Record<string, Tally> = {};
  const lines: string[] = [];
  for (const series of chosen) {
    const started = process.hrtime.bigint();
    const result = await judgeSeries(series, trial, predictions, terminal);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    results[series.file] = result;
    lines.push(...worded(series.file, result, seconds));
  }
  const { out } = trial;
  if (out !== undefined) await writing(out, () => writeFile(out, `${predictions.join('\n')}\n`));
  return { json: { window: trial.length, trainingStride: trial.stride, seed: trial.seed, results }, lines };
}

async function judgeSeries(
  series: Series,
  trial: PackTrial,
  predictions: string[],
  terminal: Terminal,
): Promise<Tally> {
  const table = await readTable(trial.folder, series.csv, series.columns);
  const normal =
    series.train_csv === undefined
      ? table.frames.slice(...(series.train_rows ?? [0, 0]))
      : (await readTable(trial.folder, series.train_csv, series.columns)).frames;
  const labels = await readLabels(trial.folder, series.file);
  const plant = plantOf(series, normal);
  const windows = {
    ...DEFAULT_WINDOWS,
    lengths: [trial.length],
    maxAgeMs: HELD_SAMPLES * series.sample_period_s * 1000,
  };
  const data = collectWindows(plant, normal, windows, trial.stride);
  terminal.progress(`${series.file}: ${data.count} windows of normal operation to learn from`);
  const scorers = scorersOf(await trainAll(USUAL_KINDS, data, { seed: trial.seed }, terminal), 'calibrated');
  return judge(series, table, plant, windows, scorers, labels, predictions);
}

function judge(
  series: Series,
  { frames, stamps }: Table,
  plant: Plant,
  windows: typeof DEFAULT_WINDOWS,
  scorers: Partial<Record<DetectorKind, Scorer>>,
  labels: ReadonlyMap<string, boolean>,
  predictions: string[],
): Tally {
  const chain = createChain({ plant, scorers, windows });
  const from = series.eval_from_row ?? 0;
  const rows: Judged[] = [];
  // The window is full when the first row is judged.
  for (let row = Math.max(0, from - longest(windows)); row < frames.length; row += 1) {
    const { time, values } = frames[row];
    const { verdict } = chain.feed(series.file, values, time);
    const truth = labels.get(stamps[row]);
    if (row < from || truth === undefined) continue;
    const predicted = verdict?.level === 'WARNING' || verdict?.level === 'CRITICAL';
    rows.push({ time, predicted, truth });
    predictions.push(`${series.file},${stamps[row]},${predicted ? 1 : 0},${(verdict?.ratio ?? 0).toFixed(4)}`);
  }
  return tally(rows, series.sample_period_s);
}

function longest({ lengths }: typeof DEFAULT_WINDOWS): number {
  return Math.max(...lengths);
}

function worded(file: string, result: Tally, seconds: number): string[] {
  const { events, eventsFound, falseAlarmsPerDay, falseAlarms, f1, alwaysF1, falseAlarmRate, missedAlarmRate } = result;
  return [
    `${file}: ${eventsFound} of ${events} events found, ${falseAlarmsPerDay.toFixed(2)} false alarms a day (${falseAlarms} in all), median delay ${result.medianDelayS ?? '-'} s`,
    `  point-wise F1 ${f1.toFixed(3)} (always alarm: ${alwaysF1.toFixed(3)}), false alarm rate ${falseAlarmRate.toFixed(2)} %, missed alarm rate ${missedAlarmRate.toFixed(1)} %; ${result.rows} rows in ${seconds.toFixed(0)} s`,
  ];
}
