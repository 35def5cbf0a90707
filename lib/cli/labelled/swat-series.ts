import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { detailOf, SwatError } from '../../errors';
import { SWAT } from '../../plant/swat';
import { MAX_ROWS } from '../../train/collector';
import { NO_EXCLUSIONS } from '../../train/exclusions';
import { DEFAULT_WINDOWS } from '../chain';
import { factsOf, missingIn, recordsOf, type Reading } from './historian-file';
import { HELD_SAMPLES } from './pack-series';
import type { Cut, LabelledRow, LabelledSeries, OpenSeries } from './series';

/**
 * The SWaT testbed's record as iTrust delivers it, exported as CSV: a file of normal operation to learn from and one with
 * attacks to be judged; of several versions the latest by name.
 * @throws SwatError `cli-swat-files` where one is missing, `cli-swat-folder` for a file, `file-missing` and its like for the folder
 */
export async function swatSeries(folder: string, reading: Reading): Promise<readonly LabelledSeries[]> {
  const names = await filesIn(folder);
  const latest = (word: RegExp): string | undefined => names.findLast((name) => word.test(name));
  const [normal, attack] = [latest(/normal/i), latest(/attack/i)];
  if (normal === undefined || attack === undefined)
    throw new SwatError('cli-swat-files', { folder, found: names.slice(0, 5).join(', ') || '-' });
  return [
    {
      file: basename(attack).replace(/\.csv(\.gz)?$/i, ''),
      dataset: 'swat',
      open: (cut) => openSwat(join(folder, normal), join(folder, attack), reading, cut),
    },
  ];
}

/** The CSV files of a folder, packed or not, by name. @throws SwatError `cli-file` */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.csv(\.gz)?$/i.test(name)).sort();
  } catch (cause) {
    if (isErrno(cause, 'ENOTDIR')) throw new SwatError('cli-swat-folder', { path: folder }, { cause });
    const detail = detailOf(cause);
    throw new SwatError('cli-file', { path: folder, detail }, { cause });
  }
}

function isErrno(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}

async function openSwat(
  normal: string,
  attack: string,
  reading: Reading,
  { lengths, lags, stride }: Cut,
): Promise<OpenSeries> {
  for (const path of [normal, attack]) {
    const missing = await missingIn(path, reading, SWAT);
    if (missing.length > 0) throw new SwatError('cli-swat-columns', { path, missing: missing.slice(0, 5).join(', ') });
  }
  const { samplePeriodS } = await factsOf(attack, reading, SWAT);
  const windows = { ...DEFAULT_WINDOWS, lengths, lags, maxAgeMs: HELD_SAMPLES * samplePeriodS * 1000 };
  return {
    plant: SWAT,
    samplePeriodS,
    windows,
    exclude: NO_EXCLUSIONS,
    training: {
      file: { path: normal, name: basename(normal), tags: SWAT.tags, windows, ...reading, stride, rows: MAX_ROWS },
    },
    async *rows(): AsyncGenerator<LabelledRow, undefined> {
      for await (const { time, values, label } of recordsOf(attack, reading, SWAT)) {
        const truth = label === undefined ? undefined : label.attack !== null;
        yield { time, stamp: new Date(time).toISOString(), values, truth };
      }
      return undefined;
    },
  };
}
