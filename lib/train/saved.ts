import { SwatError } from '../errors';
import { untrusted } from '../model/shape';
import { readSchema, writeSchema } from '../model/schema-form';
import { registerSchema, type WindowSchema } from '../stream/schema';
import type { CollectorProgress } from './collector';
import { readExclusions } from './exclusions';
import type { CollectPlan } from './learner';

/** What a learner is at, as it is saved. */
export interface SavedLearning {
  /** `idle` with what was collected, waiting for another `train`. */
  readonly stage: 'idle' | 'collecting' | 'training' | 'checking';
  readonly plan: CollectPlan | undefined;
  /** Settings of the training under way that stand above the dialog's. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How often this training has been begun again after the process had ended: -1 after a close in good order. */
  readonly resumed: number;
  /** Of the collection, where there is one. */
  readonly stride: number | undefined;
  readonly progress: CollectorProgress | undefined;
}

/** One collected window. */
export interface SavedRow {
  readonly asset: string;
  /** Event time of the window's end, ms since the epoch. */
  readonly time: number;
  readonly features: Float64Array;
}

const FILE = 'state';
const REASONS = ['bad', 'over', 'labelled', 'other-schema', 'other-mode', 'excluded'] as const;
const MOST_COUNT = Number.MAX_SAFE_INTEGER;
const MOST_ASSETS = 1000;

/** A schema as plain data, for a state that outlives the process. */
export function savedSchema(schema: WindowSchema): unknown {
  return writeSchema(schema);
}

/**
 * The schema again, known to this process from now on.
 * @throws SwatError `model-corrupt`
 */
export function restoredSchema(saved: unknown): WindowSchema {
  return registerSchema(readSchema(untrusted(FILE, saved)));
}

/**
 * What a learner was at, from plain data.
 * @throws SwatError `model-corrupt`
 */
export function readLearning(saved: unknown): SavedLearning {
  const root = untrusted(FILE, saved);
  const plan = root.optional('plan');
  const stride = root.optional('stride');
  const progress = root.optional('progress');
  const settings = root.field('settings').value;
  if (typeof settings !== 'object' || settings === null) throw root.field('settings').refused();
  return {
    stage: root.field('stage').word(['idle', 'collecting', 'training', 'checking']),
    resumed: root.field('resumed').integer(-1, 1000),
    settings: { ...settings },
    stride: stride?.integer(1, 1_000_000),
    plan: plan && {
      windows: plan.field('windows').integer(1, 1_000_000),
      stride: plan.field('stride').integer(1, 1_000_000),
      train: plan.field('train').value === true,
      leaveOut: plan.field('leaveOut').value === true,
      more: plan.field('more').value === true,
      exclude: readExclusions(plan.optional('exclude')?.value),
    },
    progress: progress && {
      wanted: progress.field('wanted').integer(1, 1_000_000),
      offered: progress.field('offered').integer(0, MOST_COUNT),
      leftOut: Object.fromEntries(
        REASONS.map((reason) => [reason, progress.field('leftOut').optional(reason)?.integer(0, MOST_COUNT) ?? 0]),
      ) as CollectorProgress['leftOut'],
      waits: progress
        .field('waits')
        .list(MOST_ASSETS)
        .map((item) => {
          const [asset, wait] = item.list(2);
          return [asset.text(128), wait.integer(0, 1_000_000)] as const;
        }),
    },
  };
}

/** A row as bytes: time and features (f64, little-endian), then the asset's name. */
export function writeRow({ asset, time, features }: SavedRow): Uint8Array {
  const at = 8 + features.byteLength;
  const bytes = Buffer.alloc(at + Buffer.byteLength(asset));
  bytes.writeDoubleLE(time, 0);
  features.forEach((value, index) => bytes.writeDoubleLE(value, 8 + 8 * index));
  bytes.write(asset, at);
  return bytes;
}

/**
 * The row again.
 * @param width features of a row
 * @throws SwatError `snapshot-corrupt`
 */
export function readRow(key: string, saved: Uint8Array, width: number): SavedRow {
  const bytes = Buffer.from(saved.buffer, saved.byteOffset, saved.byteLength);
  const at = 8 + 8 * width;
  if (bytes.length <= at) throw new SwatError('snapshot-corrupt', { key });
  const features = Float64Array.from({ length: width }, (_, index) => bytes.readDoubleLE(8 + 8 * index));
  return { time: bytes.readDoubleLE(0), features, asset: bytes.toString('utf8', at) };
}
