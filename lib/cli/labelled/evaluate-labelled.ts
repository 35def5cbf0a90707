import { open, type FileHandle } from 'node:fs/promises';
import type { PresetName } from '../../detect/presets';
import type { DetectorKind } from '../../detect/detector';
import { SwatError } from '../../errors';
import { errorText, writing, type Measured, type Terminal } from '../terminal';
import { tooSmall } from '../too-small';
import { bootstrap, type Interval } from './bootstrap';
import { judged, trainedScorers, type Said, type Trial } from './judge-series';
import { partsOf } from './parts';
import { rankingOf, type Ranking } from './ranking';
import type { Assumed, Cut, LabelledSeries, OpenSeries } from './series';
import { count, sum, tally, type Counts, type Judged, type Tally } from './tally';
import { assumedText, datasetLines, meanLine, seriesLines } from './worded';

/** What is to be measured, and how. */
export interface LabelledTrial extends Trial {
  readonly preset: PresetName;
  readonly cut: Cut;
  readonly seed: number;
  /** Where predictions go, if anywhere: CSV of file, timestamp, predicted, score. */
  readonly out: string | undefined;
}

/** All figures of a series or a data set. */
export type Figures = Tally & Partial<Ranking>;

/** A data set: its series together, and where its F1 lies with 95 % confidence. */
export type DatasetFigures = Figures & { readonly series: number; readonly f1Interval?: Interval };

/** Figures of every series and data set, and their mean over data sets; without labels only what was said. */
export interface LabelledResult {
  readonly preset: PresetName;
  readonly detectors: readonly DetectorKind[];
  readonly seed: number;
  readonly persistence: number;
  readonly results: Readonly<Record<string, Figures>>;
  readonly datasets: Readonly<Record<string, DatasetFigures>>;
  readonly mean: MeanFigures | undefined;
  /** What was taken for so because nobody said otherwise. */
  readonly assumptions: readonly Assumption[];
  /** What else should be known of a series: that nothing could be learned of it, or that it has no labels. */
  readonly notes: readonly string[];
}

/** One thing that was assumed of a series, in words too. */
interface Assumption extends Assumed {
  readonly file: string;
  readonly text: string;
}

/** Means over data sets, each counting the same. */
export interface MeanFigures {
  readonly f1: number;
  readonly alwaysF1: number;
  readonly aucRoc?: number;
  readonly f1Interval?: Interval;
}

interface Group {
  readonly counts: Counts[];
  readonly parts: Counts[];
  readonly rows: { readonly ratio: number; readonly truth: boolean }[];
}

/** As often is drawn for an interval, with this seed. */
const BOOTSTRAP = { draws: 2000, seed: 1 };

/**
 * Trains on the normal part of every series and judges the rest with the chain of the nodes, row by row. In memory are the
 * series that is at hand and, of all, one small record a labelled row.
 * @throws SwatError `cli-write`, what opening a series and training throw
 */
export async function evaluateLabelled(
  series: readonly LabelledSeries[],
  labelled: boolean,
  trial: LabelledTrial,
  terminal: Terminal,
): Promise<Measured> {
  const { out } = trial;
  const handle = out === undefined ? undefined : await writingTo(out, () => open(out, 'w'));
  try {
    await handle?.write('file,timestamp,predicted,score\n');
    return await measure(series, labelled, trial, terminal, handle);
  } finally {
    await handle?.close();
  }
}

/** Detectors of a series; none where it has too little to learn from: it is said, and every row counts as not in alarm. */
async function trainedOrNone(
  opened: OpenSeries,
  trial: LabelledTrial,
  file: string,
  say: (note: string) => void,
): ReturnType<typeof trainedScorers> {
  try {
    return await trainedScorers(opened, trial);
  } catch (cause) {
    if (!(cause instanceof SwatError) || cause.code !== 'training-too-small') throw cause;
    say(
      `${file}: never in alarm, for nothing could be learned. ${errorText(tooSmall(cause, { name: file, stride: trial.cut.stride }))}`,
    );
    return {};
  }
}

async function measure(
  series: readonly LabelledSeries[],
  labelled: boolean,
  trial: LabelledTrial,
  terminal: Terminal,
  handle: FileHandle | undefined,
): Promise<Measured> {
  const results: Record<string, Figures> = {};
  const groups = new Map<string, Group>();
  const lines: string[] = [];
  const assumptions: Assumption[] = [];
  const notes: string[] = [];
  const say = (note: string): void => {
    notes.push(note);
    lines.push(note);
  };
  for (const [at, each] of series.entries()) {
    const started = process.hrtime.bigint();
    const opened = await each.open(trial.cut);
    for (const assumed of opened.assumed ?? []) {
      const text = assumedText(assumed);
      assumptions.push({ file: each.file, ...assumed, text });
      lines.push(`${each.file}: ${text}`);
    }
    const scorers = await trainedOrNone(opened, trial, each.file, say);
    const writer = new PredictionWriter(each.file, handle, trial.out ?? '');
    const rows: Judged[] = [];
    let [predictedRows, said] = [0, 0];
    for await (const one of judged(opened, scorers, trial, each.file)) {
      said += 1;
      if (one.predicted) predictedRows += 1;
      await writer.add(one);
      const { row, predicted, annunciated, ratio } = one;
      if (row.truth !== undefined) rows.push({ time: row.time, truth: row.truth, predicted, annunciated, ratio });
    }
    await writer.end();
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    terminal.progress(`${each.file}: ${at + 1} of ${series.length}, ${said} rows in ${seconds.toFixed(1)} s`);
    if (rows.length === 0) {
      say(`${each.file}: ${said} rows judged, ${predictedRows} of them in alarm; no labels`);
      continue;
    }
    const counts = count(rows, opened.samplePeriodS);
    results[each.file] = { ...tally(counts), ...rankingOf(rows) };
    lines.push(...seriesLines(each.file, results[each.file], seconds));
    const group = groups.get(each.dataset) ?? { counts: [], parts: [], rows: [] };
    groups.set(each.dataset, group);
    group.counts.push(counts);
    group.parts.push(...partsOf(rows, opened.samplePeriodS));
    for (const { ratio, truth } of rows) group.rows.push({ ratio, truth });
  }
  const datasets = Object.fromEntries([...groups].map(([name, group]) => [name, datasetOf(group)]));
  const mean = meanOf(Object.values(datasets), [...groups.values()]);
  if (labelled) lines.push(...datasetLines(datasets), ...(mean === undefined ? [] : [meanLine(mean)]));
  const { preset, kinds, seed, persistence } = trial;
  const made = { preset, detectors: kinds, seed, persistence };
  const json: LabelledResult = { ...made, results, datasets, mean, assumptions, notes };
  return { json, lines };
}

function datasetOf({ counts, parts, rows }: Group): DatasetFigures {
  return { ...tally(sum(counts)), ...rankingOf(rows), series: counts.length, ...f1Interval([parts]) };
}

function meanOf(datasets: readonly DatasetFigures[], groups: readonly Group[]): MeanFigures | undefined {
  if (datasets.length === 0) return undefined;
  const mean = (of: (figures: DatasetFigures) => number): number =>
    datasets.reduce((all, figures) => all + of(figures) / datasets.length, 0);
  const ranked = datasets.every(({ aucRoc }) => aucRoc !== undefined);
  return {
    f1: mean(({ f1 }) => f1),
    alwaysF1: mean(({ alwaysF1 }) => alwaysF1),
    ...(ranked && { aucRoc: mean(({ aucRoc }) => aucRoc ?? 0) }),
    ...f1Interval(groups.map(({ parts }) => parts)),
  };
}

/** The interval of the mean F1 of groups of counts; none where a group cannot be drawn from. */
function f1Interval(groups: readonly (readonly Counts[])[]): { f1Interval?: Interval } {
  const meanF1 = (drawn: readonly (readonly Counts[])[]): number =>
    drawn.reduce((all, parts) => all + tally(sum(parts)).f1 / drawn.length, 0);
  const interval = bootstrap(groups, meanF1, BOOTSTRAP);
  return interval === undefined ? {} : { f1Interval: interval };
}

/** Rows that are written at once. */
const AT_ONCE = 5000;

class PredictionWriter {
  private lines: string[] = [];

  constructor(
    private readonly file: string,
    private readonly handle: FileHandle | undefined,
    private readonly path: string,
  ) {}

  async add({ row, predicted, ratio }: Said): Promise<void> {
    if (this.handle === undefined) return;
    this.lines.push(`${this.file},${row.stamp},${predicted ? 1 : 0},${Number(ratio.toPrecision(7))}\n`);
    if (this.lines.length >= AT_ONCE) await this.end();
  }

  async end(): Promise<void> {
    const { handle, lines, path } = this;
    this.lines = [];
    if (handle === undefined || lines.length === 0) return;
    await writingTo(path, () => handle.write(lines.join('')));
  }
}

async function writingTo<T>(path: string, write: () => Promise<T>): Promise<T> {
  const done: T[] = [];
  await writing(path, async () => {
    done.push(await write());
  });
  return done[0];
}
