import { rowsNeeded } from '../detect/checks';
import type { Dataset } from '../detect/dataset';
import { SwatError } from '../errors';
import { disk } from '../platform/files';
import { openText, type TextFile } from '../platform/textfile';
import { createPlant, type Plant, type Tag } from '../plant/dictionary';
import { PlantLearner } from '../plant/learn';
import type { Columns } from '../stream/columns';
import { readHistorian, type HistorianItem, type HistorianRecord } from '../stream/historian';
import type { WindowPayload } from '../stream/window';
import { AssetWindows } from '../stream/windows';
import { touches, type Exclusions, type TimeRange } from './exclusions';
import type { FileSource } from './file-source';
import { GrowingRows } from './growing-rows';
import { QualityMeter } from './quality/meter';
import type { QualityReport } from './quality/report';
import type { SourceNote } from '../model/training-report';

/** How far reading is. */
export interface ReadingProgress {
  readonly samples: number;
  readonly rows: number;
  /** Share of the file, 0 … 1; `null` for a packed one, whose length nobody knows. */
  readonly fraction: number | null;
}

/** What reading tells and asks. */
export interface ReadingHooks {
  /** Once in 2000 lines. */
  reading(progress: ReadingProgress): void;
  cancelled(): boolean;
}

/** What a file gave: rows to learn from, what was left out, and how good the data is. */
export interface FileReading {
  readonly data: Dataset;
  readonly note: SourceNote;
  readonly quality: QualityReport;
}

const EVERY = 2000;
/** The one asset of a file. */
const ASSET = 'file';

/**
 * Reads a file as the nodes would: the historian's reader, then the windows of `swat-window`. One pass (two without tags), in
 * bounded memory: a line, the window, the rows and the report. What a label calls an attack, and excluded ranges, are left out
 * with all windows that touch them; a window with bad data counts as one only where the bad tag takes part.
 * @throws SwatError what opening, `readHistorian` and `createPlant` throw; `training-cancelled`
 */
export async function readFileRows(
  source: FileSource,
  exclude: Exclusions,
  folds: number,
  hooks: ReadingHooks,
): Promise<FileReading> {
  const plant = createPlant(source.name, source.tags ?? (await learnTags(source, hooks)));
  const reading = new Reading(plant, source, exclude);
  for await (const item of itemsOf(source, plant, hooks, reading)) reading.take(item);
  return reading.end(folds);
}

/** The tags of a file that comes without a dictionary. @throws SwatError `csv-no-numbers` */
async function learnTags(source: FileSource, hooks: ReadingHooks): Promise<Tag[]> {
  const learner = new PlantLearner(Infinity);
  const counts = { samples: 0, rows: 0 };
  for await (const item of itemsOf(source, undefined, hooks, counts)) {
    if (item.kind !== 'record') continue;
    counts.samples += 1;
    learner.add(item.record.values);
  }
  const tags = learner.tags();
  if (tags.length === 0) throw new SwatError('csv-no-numbers', { file: source.name });
  return tags;
}

/** Items of the file; asks now and then whether to go on. */
async function* itemsOf(
  { path, timeZone, columns }: FileSource,
  plant: Plant | undefined,
  hooks: ReadingHooks,
  counts: { readonly samples: number; readonly rows: number },
): AsyncGenerator<HistorianItem, undefined> {
  const file = await openText(path);
  const size = path.toLowerCase().endsWith('.gz') ? undefined : await disk.size(path);
  const read = { bytes: 0 };
  let lines = 0;
  try {
    for await (const item of readHistorian(counting(file, read, hooks), { plant, timeZone, columns })) {
      yield item;
      lines += 1;
      if (lines % EVERY !== 0) continue;
      const fraction = size === undefined || size === 0 ? null : Math.min(1, read.bytes / size);
      hooks.reading({ samples: counts.samples, rows: counts.rows, fraction });
    }
  } finally {
    file.close();
  }
  return undefined;
}

/** Counts bytes, and asks for every chunk whether to go on: a file without line ends must stop too. */
async function* counting(
  file: TextFile,
  read: { bytes: number },
  hooks: ReadingHooks,
): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of file) {
    if (hooks.cancelled()) throw new SwatError('training-cancelled');
    read.bytes += chunk.byteLength;
    yield chunk;
  }
  return undefined;
}

class Reading {
  samples = 0;
  readonly #windows: AssetWindows;
  readonly #rows: GrowingRows;
  readonly #meter: QualityMeter;
  readonly #values: Float64Array;
  readonly #excludedTags: ReadonlySet<string>;
  #columns: Columns | undefined;
  #unreadable = 0;
  #labelled = 0;
  #excluded = 0;
  #now = -Infinity;
  /** Attacks that a window to come may still touch. */
  #attacks: [from: number, to: number][] = [];
  #attacking = false;

  constructor(
    readonly plant: Plant,
    readonly source: FileSource,
    readonly exclude: Exclusions,
  ) {
    this.#windows = new AssetWindows(plant, source.windows);
    this.#rows = new GrowingRows(this.#windows.schema, source.stride, source.rows);
    this.#meter = new QualityMeter(plant.tags);
    this.#values = new Float64Array(plant.tags.length);
    this.#excludedTags = new Set(exclude.tags);
  }

  get rows(): number {
    return this.#rows.count;
  }

  take(item: HistorianItem): void {
    switch (item.kind) {
      case 'header':
        this.#columns = item.columns;
        break;
      case 'skipped':
        this.#unreadable += 1;
        break;
      case 'record':
        this.#record(item.record);
    }
  }

  end(folds: number): FileReading {
    this.#offer(this.#windows.flush(this.#now).windows);
    const { exclude, source } = this;
    const data = this.#rows.take();
    const note: SourceNote = {
      kind: 'file',
      file: source.name,
      samples: this.samples,
      excludedTags: exclude.tags,
      excludedRanges: exclude.ranges,
      labelled: this.#labelled,
      excluded: this.#excluded,
    };
    const missing = (this.#columns?.missing ?? []).filter((name) => !this.#excludedTags.has(name));
    const quality = this.#meter.report({
      source: note,
      unreadableLines: this.#unreadable,
      rows: data.count,
      stride: data.stride,
      wantedStride: source.stride,
      need: rowsNeeded(data, folds),
      missingTags: missing,
      unknownColumns: this.#columns?.unknown ?? [],
    });
    return { data, note, quality };
  }

  #record({ time, values, label }: HistorianRecord): void {
    this.samples += 1;
    this.#now = Math.max(this.#now, time);
    const isAttack = label?.attack === true;
    const isExcluded = touches(this.exclude.ranges, time, time);
    if (isAttack) this.#attack(time);
    this.#attacking = isAttack;
    if (isExcluded) this.#excluded += 1;
    if (isAttack || isExcluded) this.#meter.pass(time);
    else {
      this.plant.tags.forEach(({ name }, tag) => (this.#values[tag] = valueOf(values, name)));
      this.#meter.push(time, this.#values);
    }
    this.#offer(this.#windows.accept(ASSET, values, time, this.#now).windows);
  }

  #attack(time: number): void {
    this.#labelled += 1;
    const last = this.#attacks.at(-1);
    if (this.#attacking && last !== undefined) last[1] = Math.max(last[1], time);
    else this.#attacks.push([time, time]);
  }

  #offer(windows: readonly WindowPayload[]): void {
    for (const window of windows) {
      const { start, end, quality } = window;
      while (this.#attacks.length > 1 && this.#attacks[0][1] < start) this.#attacks.shift();
      const attacks: readonly TimeRange[] = this.#attacks;
      if (touches(attacks, start, end) || touches(this.exclude.ranges, start, end)) continue;
      if (quality.bad.some((tag) => !this.#excludedTags.has(tag))) continue;
      this.#rows.offer(window);
    }
  }
}

function valueOf(values: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(values, name) ? values[name] : Number.NaN;
}
