import { createCollector, type Collector } from './collector';
import type { Learner } from './learner';
import { readLearning, readRow, restoredSchema, savedSchema, writeRow, type SavedLearning } from './saved';
import type { WindowSchema } from '../stream/schema';

const AT = 'at';
const SCHEMA = 'schema';
const ROW = 'row/';

/** The key of what a learner says that it changed. */
export function keyOf(what: 'at' | 'schema' | number): string {
  return typeof what === 'number' ? `${ROW}${what}` : what;
}

/** The keys of a learner's state: what it is at, the schema of its collection, and each row (`row/0`, `row/1`, …). */
export function* learningKeys({ collection }: Learner): IterableIterator<string> {
  yield AT;
  if (collection === undefined) return;
  yield SCHEMA;
  for (let index = 0; index < collection.collected; index += 1) yield keyOf(index);
}

/** What is to be saved of a key: plain data, a row's bytes, or `undefined` when it is gone. */
export function learningSaved({ at, collection }: Learner, key: string): unknown {
  if (key === AT) return at;
  if (collection === undefined) return undefined;
  if (key === SCHEMA) return savedSchema(collection.schema);
  const index = Number(key.slice(ROW.length));
  return index < collection.collected ? writeRow(collection.row(index)) : undefined;
}

/** Gathers what was saved, key by key, and gives it to a learner. */
export class LearningRestore {
  private at: SavedLearning | undefined;
  private schema: WindowSchema | undefined;
  private rows: [index: number, bytes: Uint8Array][] = [];

  /**
   * Takes what was saved of a key; `json` reads plain data.
   * @throws SwatError `model-corrupt`
   */
  take(key: string, bytes: Uint8Array, json: () => unknown): void {
    if (key === AT) this.at = readLearning(json());
    else if (key === SCHEMA) this.schema = restoredSchema(json());
    else this.rows.push([Number(key.slice(ROW.length)), bytes]);
  }

  /**
   * Lets the learner go on from there.
   * @throws SwatError `snapshot-corrupt` for a row that is none; nothing is taken back then
   */
  into(learner: Learner): void {
    const { at } = this;
    if (at !== undefined) learner.resume(at, this.collection(at));
    this.rows = [];
  }

  private collection({ plan, stride, progress }: SavedLearning): Collector | undefined {
    const { schema } = this;
    if (stride === undefined || progress === undefined || schema === undefined) return undefined;
    const collection = createCollector({ schema, wanted: progress.wanted, stride, exclude: plan?.exclude });
    collection.restore(progress);
    this.rows.sort(([a], [b]) => a - b);
    for (const [index, bytes] of this.rows) collection.restoreRow(readRow(keyOf(index), bytes, schema.features.length));
    return collection;
  }
}
