import type { Dataset } from '../detect/dataset';
import type { WindowSchema } from '../stream/schema';

/** Rows in one block. */
export const BLOCK_ROWS = 256;
/** Numbers of a row before its features: event time of its end, and the position of its asset's name. */
export const ROW_HEAD = 2;

/**
 * Collected windows as they lie, in the order of collecting: blocks of {@link BLOCK_ROWS} rows in memory that threads share,
 * so that neither growing nor a training copies a row on the event loop. Rows below `count` are never changed.
 */
export interface CollectedRows {
  readonly schema: WindowSchema;
  readonly stride: number;
  readonly count: number;
  readonly blocks: readonly Float64Array<SharedArrayBuffer>[];
  readonly assets: readonly string[];
}

/** A copy of the rows for a training, sorted by asset, then time. Takes long for many: call it in a thread. */
export function datasetOf({ schema, stride, count, blocks, assets }: CollectedRows): Dataset {
  const width = schema.features.length;
  const size = width + ROW_HEAD;
  const at = (row: number): number => (row % BLOCK_ROWS) * size;
  const block = (row: number): Float64Array => blocks[Math.floor(row / BLOCK_ROWS)];
  const rank = ranks(assets);
  const keys = Array.from({ length: count }, (_, row) => {
    const from = block(row);
    return { row, time: from[at(row)], asset: rank[from[at(row) + 1]] };
  });
  keys.sort((a, b) => a.asset - b.asset || a.time - b.time);
  const rows = new Float64Array(count * width);
  keys.forEach(({ row }, to) => {
    const start = at(row) + ROW_HEAD;
    rows.set(block(row).subarray(start, start + width), to * width);
  });
  return { schema, rows, count, times: Float64Array.from(keys, ({ time }) => time), stride };
}

/** The place of each name among all of them. */
function ranks(names: readonly string[]): number[] {
  const sorted = names.map((name, index) => ({ name, index })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const rank = new Array<number>(names.length);
  sorted.forEach(({ index }, place) => (rank[index] = place));
  return rank;
}
