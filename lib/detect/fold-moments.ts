import { Moments, MOMENT_ROWS } from '../kernels/moments';
import type { Dataset } from './dataset';
import { purgeGap, type Fold } from './folds';

/** Sums of products of all rows, and of what each fold leaves to be fitted on. */
export interface FoldMoments {
  readonly total: Moments;
  /** Of a fold's rows to fit on; made anew at each call. */
  left(fold: number): Moments;
}

/**
 * Adds up the sums over some of the features once a block of time; what a fold leaves out is taken away from the total.
 * @param read gives the z-scores of a row, valid until the next call
 * @param done hears of rows that were added up, and of the fold that they are the block of
 */
export function foldMoments(
  data: Dataset,
  folds: readonly Fold[],
  features: Int32Array,
  read: (row: number) => Float64Array,
  done: (rows: number, fold: number, last: boolean) => void,
): FoldMoments {
  const columns = new Float64Array(features.length * MOMENT_ROWS);
  const gathered = (from: number, to: number, told: (rows: number, last: boolean) => void): Moments => {
    const moments = new Moments(features.length);
    for (let first = from; first < to; first += MOMENT_ROWS) {
      const count = Math.min(MOMENT_ROWS, to - first);
      columns.fill(0);
      for (let row = 0; row < count; row++) {
        const z = read(first + row);
        for (let i = 0; i < features.length; i++) columns[i * MOMENT_ROWS + row] = z[features[i]];
      }
      moments.add(columns, count);
      told(count, first + count === to);
    }
    return moments;
  };
  const blocks = folds.map(({ from, to }, fold) => gathered(from, to, (rows, last) => done(rows, fold, last)));
  const total = new Moments(features.length);
  blocks.forEach((block) => total.combine(block, 1));
  const gap = purgeGap(data);
  return {
    total,
    left(fold) {
      const { from, to } = folds[fold];
      const left = total.copy();
      left.combine(blocks[fold], -1);
      left.combine(
        gathered(Math.max(0, from - gap), from, () => undefined),
        -1,
      );
      left.combine(
        gathered(to, Math.min(data.count, to + gap), () => undefined),
        -1,
      );
      return left;
    },
  };
}
