import { SwatError } from '../errors';
import type { WindowSchema } from '../stream/schema';
import type { WindowPayload } from '../stream/window';
import { NO_EXCLUSIONS, touches, type Exclusions } from './exclusions';
import { BLOCK_ROWS, ROW_HEAD, type CollectedRows } from './rows';
import type { SavedRow } from './saved';

/** Most rows that a collection keeps, and most bytes that they may take: twice that while a training sorts its copy. */
export const MAX_ROWS = 50_000;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_ASSETS = 1000;

/** Most rows of a schema that fit. */
export function mostRows(schema: WindowSchema): number {
  return Math.min(MAX_ROWS, Math.floor(MAX_BYTES / (schema.features.length * 8)));
}

/** What became of a window that was offered. `next`: not its turn, the stride is not over yet. */
export type Taking = 'taken' | 'next' | LeftOut | 'full';

/**
 * Why a window is left out. `excluded`: it touches a time range that a person has excluded; `other-mode`: it does not lie
 * wholly in the operating mode to collect.
 */
export type LeftOut = 'bad' | 'over' | 'labelled' | 'other-schema' | 'other-mode' | 'excluded';

export interface CollectorOptions {
  readonly schema: WindowSchema;
  /** Rows to collect, at most {@link MAX_ROWS}. */
  readonly wanted: number;
  /** Keeps every n-th window of an asset: neighbours are almost the same. */
  readonly stride: number;
  /** What is left out; a tag that is may be bad. */
  readonly exclude?: Exclusions | undefined;
}

/** How far a collection is, beside its rows: plain data. */
export interface CollectorProgress {
  readonly wanted: number;
  readonly offered: number;
  readonly leftOut: Record<LeftOut, number>;
  /** Windows that an asset must still pass over. */
  readonly waits: readonly (readonly [asset: string, wait: number])[];
}

/** What is known of a window beside its numbers. */
export interface Hints {
  /** The active model holds it for anomalous. */
  readonly over: boolean;
  /** The flow says that it is no normal operation. */
  readonly labelled: boolean;
  /** It is of another operating mode than the one to collect. */
  readonly otherMode?: boolean;
}

/** Windows of normal operation on their way to a training. */
export interface Collector {
  offer(window: WindowPayload, hints: Hints): Taking;
  readonly schema: WindowSchema;
  readonly stride: number;
  readonly collected: number;
  readonly wanted: number;
  /** Windows of the mode to collect that were looked at so far, whatever became of them. */
  readonly offered: number;
  /** Windows left out, by reason. */
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  /** Collects up to `wanted` rows in all. @throws SwatError `collect-too-large` */
  extend(wanted: number): void;
  /** Everything collected so far, without a copy. */
  rows(): CollectedRows;
  /** How far it is; with all of its rows it can be gone on with. */
  readonly progress: CollectorProgress;
  /** A copy of a collected window, in the order of collecting. */
  row(index: number): SavedRow;
  /** Takes back how far a collection was, before its rows. */
  restore(progress: CollectorProgress): void;
  /** Takes back the next row. */
  restoreRow(row: SavedRow): void;
}

/**
 * A bounded collection. Memory grows with what is collected, up to `wanted` rows.
 * @throws SwatError `collect-too-large` {wanted, most} when the rows would not fit
 */
export function createCollector({ schema, wanted, stride, exclude = NO_EXCLUSIONS }: CollectorOptions): Collector {
  const excludedTags = new Set(exclude.tags);
  const width = schema.features.length;
  const most = mostRows(schema);
  const checked = (count: number): number => {
    if (count > most) throw new SwatError('collect-too-large', { wanted: count, most });
    return count;
  };
  let limit = checked(wanted);
  let offered = 0;
  const size = width + ROW_HEAD;
  const blocks: Float64Array<SharedArrayBuffer>[] = [];
  const assets: string[] = [];
  const positions = new Map<string, number>();
  let collected = 0;
  const waits = new Map<string, number>();
  const leftOut = { bad: 0, over: 0, labelled: 0, 'other-schema': 0, 'other-mode': 0, excluded: 0 };
  const positionOf = (asset: string): number => {
    const known = positions.get(asset);
    if (known !== undefined) return known;
    positions.set(asset, assets.length);
    return assets.push(asset) - 1;
  };
  const add = ({ asset, time, features }: { asset: string; time: number; features: ArrayLike<number> }): void => {
    const row = collected % BLOCK_ROWS;
    if (row === 0) blocks.push(new Float64Array(new SharedArrayBuffer(BLOCK_ROWS * size * 8)));
    const block = blocks[blocks.length - 1];
    block[row * size] = time;
    block[row * size + 1] = positionOf(asset);
    block.set(features, row * size + ROW_HEAD);
    collected += 1;
  };

  /** Counts the stride of an asset down; an asset beyond the bound pushes out the one seen first. */
  const turn = (asset: string): boolean => {
    const wait = waits.get(asset) ?? 0;
    if (wait === 0) return true;
    waits.set(asset, wait - 1);
    return false;
  };
  const startStride = (asset: string): void => {
    waits.set(asset, stride - 1);
    const first = waits.keys().next();
    if (waits.size > MAX_ASSETS && first.done !== true) waits.delete(first.value);
  };
  const refusal = (window: WindowPayload, hints: Hints): keyof typeof leftOut | undefined => {
    if (window.schema !== schema.id) return 'other-schema';
    if (hints.otherMode === true) return 'other-mode';
    if (window.quality.bad.some((tag) => !excludedTags.has(tag))) return 'bad';
    if (touches(exclude.ranges, window.start, window.end)) return 'excluded';
    if (hints.labelled) return 'labelled';
    return hints.over ? 'over' : undefined;
  };

  return {
    schema,
    stride,
    leftOut,
    get wanted() {
      return limit;
    },
    get offered() {
      return offered;
    },
    get collected() {
      return collected;
    },
    offer(window, hints) {
      if (collected >= limit) return 'full';
      const reason = refusal(window, hints);
      if (reason !== 'other-mode') offered += 1;
      if (reason !== undefined) {
        leftOut[reason] += 1;
        return reason;
      }
      if (!turn(window.asset)) return 'next';
      add({ asset: window.asset, time: window.end, features: window.features });
      startStride(window.asset);
      return 'taken';
    },
    get progress() {
      return { wanted: limit, offered, leftOut: { ...leftOut }, waits: [...waits] };
    },
    row(index) {
      const block = blocks[Math.floor(index / BLOCK_ROWS)];
      const from = (index % BLOCK_ROWS) * size;
      const features = Float64Array.from(block.subarray(from + ROW_HEAD, from + size));
      return { asset: assets[block[from + 1]], time: block[from], features };
    },
    restore(progress) {
      limit = checked(progress.wanted);
      offered = progress.offered;
      Object.assign(leftOut, progress.leftOut);
      for (const [asset, wait] of progress.waits) waits.set(asset, wait);
    },
    restoreRow(row) {
      if (collected < limit) add(row);
    },
    extend(count) {
      limit = checked(count);
    },
    rows: () => ({ schema, stride, count: collected, blocks: [...blocks], assets: [...assets] }),
  };
}
