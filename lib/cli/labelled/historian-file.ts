import type { Plant, Tag } from '../../plant/dictionary';
import { PlantLearner } from '../../plant/learn';
import { openText } from '../../platform/textfile';
import { SwatError } from '../../errors';
import { quantileOf } from '../../detect/calibration';
import type { Columns, NamedColumns } from '../../stream/columns';
import { readHistorian, type HistorianRecord } from '../../stream/historian';

/** How a historian's files are to be read. */
export interface Reading {
  /** IANA zone of times without an offset. */
  readonly timeZone: string;
  /** Time and label column; empty for "find it". */
  readonly columns: NamedColumns;
}

/** What one pass over a file tells of it. */
export interface FileFacts {
  readonly records: number;
  /** The usual time between records, s. */
  readonly samplePeriodS: number;
  readonly labelled: boolean;
  /** Title of the label column; empty where there is none. */
  readonly labelTitle: string;
  /** Tags of the plant without a column. */
  readonly missing: readonly string[];
}

/** The records of a file as it streams by; broken lines are passed over, as `swat-source` passes over them. */
export async function* recordsOf(
  path: string,
  { timeZone, columns }: Reading,
  plant: Plant | undefined,
  header?: (columns: Columns) => void,
): AsyncGenerator<HistorianRecord, undefined> {
  const file = await openText(path);
  try {
    for await (const item of readHistorian(file, { plant, timeZone, columns })) {
      if (item.kind === 'record') yield item.record;
      if (item.kind === 'header') header?.(item.columns);
    }
  } finally {
    file.close();
  }
  return undefined;
}

/** Tags of the plant that a file has no column for; reads no further than its first record. @throws SwatError what reading throws */
export async function missingIn(path: string, reading: Reading, plant: Plant): Promise<readonly string[]> {
  let missing: readonly string[] = [];
  const records = recordsOf(path, reading, plant, (columns) => ({ missing } = columns));
  await records.next().finally(() => records.return(undefined));
  return missing;
}

/** The sample period is the median of so many steps. */
const STEPS = 2000;

/** Reads a file once. @throws SwatError what reading throws; `cli-one-row` for a file with fewer than two times */
export async function factsOf(path: string, reading: Reading, plant: Plant | undefined): Promise<FileFacts> {
  let [records, last] = [0, Number.NaN];
  let labelled = false;
  let [missing, labelTitle]: [readonly string[], string] = [[], ''];
  const steps: number[] = [];
  for await (const { time, label } of recordsOf(
    path,
    reading,
    plant,
    (columns) => ({ missing, labelTitle } = columns),
  )) {
    records += 1;
    if (label !== undefined) labelled = true;
    if (steps.length < STEPS && time > last) steps.push(time - last);
    last = time;
  }
  if (steps.length === 0) throw new SwatError('cli-one-row', { path });
  const samplePeriodS =
    quantileOf(
      steps.sort((a, b) => a - b),
      0.5,
    ) / 1000;
  return { records, samplePeriodS, labelled, labelTitle, missing };
}

/** The tags of a file, learned from its records up to one. @throws SwatError `csv-no-numbers` */
export async function tagsOf(
  path: string,
  reading: Reading,
  learn: (record: HistorianRecord, at: number) => boolean,
): Promise<Tag[]> {
  const learner = new PlantLearner(Infinity);
  let at = 0;
  for await (const record of recordsOf(path, reading, undefined)) {
    if (learn(record, at)) learner.add(record.values);
    at += 1;
  }
  const tags = learner.tags();
  if (tags.length === 0) throw new SwatError('csv-no-numbers', { file: path });
  return tags;
}
