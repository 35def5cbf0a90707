import { DEFAULT_WINDOWS } from '../chain';
import { collectWindows } from '../learn';
import { SwatError } from '../../errors';
import { NO_EXCLUSIONS } from '../../train/exclusions';
import type { SeriesLabels } from './label-file';
import { plantOf, readLabels, readManifest, readTable, type Series } from './pack';
import type { Cut, LabelledRow, LabelledSeries, OpenSeries } from './series';

/** A missing value may be held for so many samples. */
export const HELD_SAMPLES = 10;

/**
 * The series of a folder with a `manifest.json` whose name starts with `only`; each is read when its turn comes.
 * @throws SwatError `cli-no-series`, `cli-file`, `cli-manifest`, `csv-column-named`
 */
export async function packSeries(
  folder: string,
  only: string,
): Promise<{ readonly series: readonly LabelledSeries[]; readonly labelled: boolean }> {
  const chosen = await readManifest(folder, only);
  if (chosen.length === 0) throw new SwatError('cli-no-series', { folder, only });
  const labels = await readLabels(folder);
  return {
    labelled: labels !== undefined,
    series: chosen.map((series) => ({
      file: series.file,
      dataset: series.dataset ?? series.file.split('/')[0],
      open: (cut) => openSeries(folder, series, labels?.get(series.file), cut),
    })),
  };
}

async function openSeries(
  folder: string,
  series: Series,
  labels: SeriesLabels | undefined,
  { lengths, lags, stride }: Cut,
): Promise<OpenSeries> {
  const { csv, columns, train_csv: trainCsv, train_rows: trainRows, sample_period_s: samplePeriodS } = series;
  const { stamps, frames } = await readTable(folder, csv, columns);
  const normal =
    typeof trainCsv === 'string'
      ? (await readTable(folder, trainCsv, columns)).frames
      : frames.slice(...(trainRows ?? [0, 0]));
  const plant = plantOf(series, normal);
  const windows = { ...DEFAULT_WINDOWS, lengths, lags, maxAgeMs: HELD_SAMPLES * samplePeriodS * 1000 };
  const from = series.eval_from_row ?? 0;
  // The window is full when the first row is judged.
  const first = Math.max(0, from - Math.max(...lengths) + 1);
  return {
    plant,
    samplePeriodS,
    windows,
    exclude: NO_EXCLUSIONS,
    training: { data: collectWindows(plant, normal, windows, stride) },
    rows: () =>
      frames.slice(first).map(({ time, values }, at): LabelledRow => {
        const row = first + at;
        const known = { time, stamp: stamps[row], values, truth: labels?.get(time) };
        return row < from ? { ...known, warmUp: true } : known;
      }),
  };
}
