import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { gaussian, seeded } from '../../../../lib/kernels/random';

const START = Date.UTC(2026, 2, 1);
const ROWS = 900;

/** Rows of normal operation; the first row that is judged; the planted event [from, to). */
export const TRAINED = 600;
export const JUDGED = 620;
export const EVENT = [760, 820] as const;

export const stamp = (row: number): string => new Date(START + row * 1000).toISOString();

export const SERIES = {
  file: 'tank/1',
  csv: 'tank_1.csv.gz',
  columns: ['level', 'flow', 'pressure'],
  sample_period_s: 1,
  train_rows: [0, TRAINED],
  eval_from_row: JUDGED,
};

/** Writes a text gzipped. */
export const packed = (folder: string, name: string, text: string): Promise<void> =>
  writeFile(join(folder, name), gzipSync(text));

/**
 * A folder of labelled data with one series: three tags that follow one another, every eleventh cell of the flow missing,
 * and an event in which the pressure no longer follows.
 */
export async function samplePack(folder: string, series: object = {}): Promise<void> {
  const random = seeded(3);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const swing = Math.sin(row / 9);
    const event = row >= EVENT[0] && row < EVENT[1];
    const noise = () => 0.03 * gaussian(random);
    const [level, flow] = [500 + 20 * (swing + noise()), row % 11 === 0 ? '' : 2 - swing + noise()];
    return `${stamp(row)},${level},${flow},${4 + swing + noise() + (event ? 4 : 0)}`;
  });
  const labels = lines.map((_, row) => {
    const label = row >= EVENT[0] && row < EVENT[1] ? 1 : 0;
    return `${SERIES.file},${stamp(row)},${label},${row >= JUDGED ? 1 : 0}`;
  });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify([{ ...SERIES, ...series }]));
  await packed(folder, SERIES.csv, `timestamp,level,flow,pressure\n${lines.join('\n')}\n`);
  await packed(folder, 'labels.csv.gz', `file,timestamp,label,scored\n${labels.join('\n')}\n`);
}
