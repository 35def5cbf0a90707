import { SwatError } from '../errors';
import type { Dataset } from './dataset';
import { purgeGap } from './folds';

/** Fewer windows than this say too little of what is normal, however they are spaced. */
const LEAST_ROWS = 200;

/** Rows a training needs: 200, or two purge gaps a fold, so that every fold has rows left to fit on. */
export function rowsNeeded(data: Pick<Dataset, 'schema' | 'stride'>, folds: number): number {
  return Math.max(LEAST_ROWS, 2 * folds * purgeGap(data));
}

/**
 * Refuses a number of rows that no training could do with; without a schema only what is too few for every one.
 * @throws SwatError `collect-too-few` (wanted, need, stride)
 */
export function checkWanted(wanted: number, stride: number, folds: number, schema?: Dataset['schema']): void {
  const need = schema === undefined ? LEAST_ROWS : rowsNeeded({ schema, stride }, folds);
  if (wanted < need) throw new SwatError('collect-too-few', { wanted, need, stride });
}

/** @throws SwatError `training-too-small` (has, need) */
export function checkCount(data: Pick<Dataset, 'schema' | 'stride' | 'count'>, folds: number): void {
  const need = rowsNeeded(data, folds);
  if (data.count < need) throw new SwatError('training-too-small', { has: data.count, need });
}

/**
 * Refuses a data set that no detector can be trained on, before any work is done.
 * @throws SwatError `training-shape`, `training-too-small` (has, need), `training-not-finite` (row, from 1, and tag),
 * `training-constant`
 */
export function checkDataset(data: Dataset, folds: number): void {
  const { schema, rows, count, times, stride } = data;
  const width = schema.features.length;
  if (width === 0 || rows.length !== count * width || times.length !== count || !(stride >= 1)) {
    throw new SwatError('training-shape', { rows: count, features: width, numbers: rows.length, times: times.length });
  }
  checkCount(data, folds);
  let varies = false;
  for (let at = 0; at < rows.length; at++) {
    if (!Number.isFinite(rows[at])) {
      const { tag } = schema.features[at % width];
      throw new SwatError('training-not-finite', { row: Math.floor(at / width) + 1, tag: schema.tags[tag].name });
    }
    if (rows[at] !== rows[at % width]) varies = true;
  }
  if (!varies) throw new SwatError('training-constant', { rows: count });
}
