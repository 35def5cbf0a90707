import type { Dataset } from './dataset';

/** One division of the rows: fit on `fit`, then judge the block from row `from` up to, not including, row `to`. */
export interface Fold {
  readonly from: number;
  readonly to: number;
  readonly fit: Uint32Array;
}

/** Rows before and after a block whose windows share samples with it: ceil(longest window / stride). */
export function purgeGap({ schema, stride }: Pick<Dataset, 'schema' | 'stride'>): number {
  const longest = schema.features.reduce((most, feature) => Math.max(most, feature.length), 1);
  return Math.ceil(longest / stride);
}

/**
 * Divides `count` rows into `folds` contiguous blocks of almost equal length. Each block is left out once; no row
 * within `gap` rows of it is fitted on, because its window overlaps the block's and would give the answer away.
 */
export function blockedFolds(count: number, folds: number, gap: number): Fold[] {
  return Array.from({ length: folds }, (_, index) => {
    const from = Math.floor((index * count) / folds);
    const to = Math.floor(((index + 1) * count) / folds);
    const before = Math.max(0, from - gap);
    const after = Math.min(count, to + gap);
    const fit = new Uint32Array(before + count - after);
    for (let row = 0; row < before; row++) fit[row] = row;
    for (let row = after; row < count; row++) fit[before + row - after] = row;
    return { from, to, fit };
  });
}

/** Every row, for the model that is kept. */
export function everyRow(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}
