import type { WindowSchema } from '../stream/schema';

/** Windows of normal operation to learn from. */
export interface Dataset {
  readonly schema: WindowSchema;
  /** Row-major, `count` rows of `schema.features.length` numbers, in units. */
  readonly rows: Float64Array;
  readonly count: number;
  /** Event time of each row's end, ms since the epoch; rows are sorted by asset, then time. */
  readonly times: Float64Array;
  /** Samples between one row and the next (the training stride): tells how many rows one window spans. */
  readonly stride: number;
}
