import type { Dataset } from '../detect/dataset';
import { SwatError } from '../errors';
import type { WindowSchema } from '../stream/schema';
import type { WindowPayload } from '../stream/window';
import type { SavedRow } from './saved';

/** Most rows that a collection keeps, and most bytes that they may take: twice that while a training has its copy. */
export const MAX_ROWS = 50_000;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_ASSETS = 1000;

/** What became of a window that was offered. `next`: not its turn, the stride is not over yet. */
export type Taking = 'taken' | 'next' | 'bad' | 'over' | 'labelled' | 'other-schema' | 'full';

export interface CollectorOptions {
  readonly schema: WindowSchema;
  /** Rows to collect, at most {@link MAX_ROWS}. */
  readonly wanted: number;
  /** Keeps every n-th window of an asset: neighbours are almost the same. */
  readonly stride: number;
}

/** How far a collection is, beside its rows: plain data. */
export interface CollectorProgress {
  readonly wanted: number;
  readonly offered: number;
  readonly leftOut: Record<'bad' | 'over' | 'labelled' | 'other-schema', number>;
  /** Windows that an asset must still pass over. */
  readonly waits: readonly (readonly [asset: string, wait: number])[];
}

/** What is known of a window beside its numbers. */
export interface Hints {
  /** The active model holds it for anomalous. */
  readonly over: boolean;
  /** The flow says that it is no normal operation. */
  readonly labelled: boolean;
}

/** Windows of normal operation on their way to a {@link Dataset}. */
export interface Collector {
  offer(window: WindowPayload, hints: Hints): Taking;
  readonly schema: WindowSchema;
  readonly stride: number;
  readonly collected: number;
  readonly wanted: number;
  /** Windows looked at so far, whatever became of them. */
  readonly offered: number;
  /** Windows left out, by reason. */
  readonly leftOut: Readonly<Record<'bad' | 'over' | 'labelled' | 'other-schema', number>>;
  /** Collects up to `wanted` rows in all. @throws SwatError `collect-too-large` */
  extend(wanted: number): void;
  /** A copy of everything collected, sorted by asset, then time. */
  data(): Dataset;
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
export function createCollector({ schema, wanted, stride }: CollectorOptions): Collector {
  const width = schema.features.length;
  const most = Math.min(MAX_ROWS, Math.floor(MAX_BYTES / (width * 8)));
  const checked = (count: number): number => {
    if (count > most) throw new SwatError('collect-too-large', { wanted: count, most });
    return count;
  };
  let limit = checked(wanted);
  let offered = 0;
  let rows = new Float64Array(Math.min(wanted, 256) * width);
  const places: { asset: string; time: number }[] = [];
  const waits = new Map<string, number>();
  const leftOut = { bad: 0, over: 0, labelled: 0, 'other-schema': 0 };
  const add = ({ asset, time, features }: { asset: string; time: number; features: ArrayLike<number> }): void => {
    const start = places.length * width;
    if (start + width > rows.length) {
      const larger = new Float64Array(Math.min(Math.max(rows.length * 2, width), limit * width));
      larger.set(rows);
      rows = larger;
    }
    rows.set(features, start);
    places.push({ asset, time });
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
    if (window.quality.bad.length > 0) return 'bad';
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
      return places.length;
    },
    offer(window, hints) {
      if (places.length >= limit) return 'full';
      offered += 1;
      const reason = refusal(window, hints);
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
    row: (index) => ({ ...places[index], features: rows.slice(index * width, (index + 1) * width) }),
    restore(progress) {
      limit = checked(progress.wanted);
      offered = progress.offered;
      Object.assign(leftOut, progress.leftOut);
      for (const [asset, wait] of progress.waits) waits.set(asset, wait);
    },
    restoreRow(row) {
      if (places.length < limit) add(row);
    },
    extend(count) {
      limit = checked(count);
    },
    data() {
      const order = places.map((_, index) => index);
      order.sort((a, b) => compare(places[a].asset, places[b].asset) || places[a].time - places[b].time);
      const sorted = new Float64Array(order.length * width);
      order.forEach((row, to) => sorted.set(rows.subarray(row * width, (row + 1) * width), to * width));
      const times = Float64Array.from(order, (row) => places[row].time);
      const count = order.length;
      return { schema, rows: sorted, count, times, stride };
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
