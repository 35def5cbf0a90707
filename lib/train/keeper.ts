import type { DetectorKind } from '../detect/detector';
import { fitnessOf, type Fitness } from '../detect/fitness';
import type { ModelStore } from '../model/store';
import type { TrainingResult } from './protocol';

/** When a trained version is put in force: only if none is, always, or never (a person does). */
export const ACTIVATIONS = ['first', 'always', 'never'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export interface KeeperOptions {
  readonly kind: DetectorKind;
  readonly store: ModelStore;
  readonly activation: Activation;
  /** Hears of a version that was saved, before it may be put in force. */
  readonly saved?: (version: string, result: TrainingResult) => void;
  /** Puts a version in force, wherever it is used. */
  readonly activate: (version: string) => Promise<void>;
}

/** What became of a trained model. */
export interface Kept {
  readonly version: string;
  readonly activated: boolean;
  /** `undefined` for a forest. */
  readonly fitness: Fitness | undefined;
}

/**
 * Saves a trained model as a version, and puts it in force where the rule says so. One that has learned almost nothing is
 * never put in force: a person may do that.
 * @param mayActivate asked after the save
 */
export async function keep(
  options: KeeperOptions,
  result: TrainingResult,
  now: number,
  mayActivate: () => boolean,
): Promise<Kept> {
  const { store, saved, activate } = options;
  const { artifact, report } = result;
  const fitness = fitnessOf(report.metrics.validationLoss);
  const version = await store.save(artifact, report, now);
  saved?.(version, result);
  const activated = mayActivate() && fitness !== 'poor' && (await ruledIn(options, artifact.schema.id));
  if (activated) await activate(version);
  return { version, activated, fitness };
}

async function ruledIn({ kind, store, activation }: KeeperOptions, schema: string): Promise<boolean> {
  if (activation !== 'first') return activation === 'always';
  const inForce = await store.active(kind).catch(() => undefined);
  if (inForce === undefined) return true;
  // The shipped model of another plant is as good as none.
  return !inForce.chosen && (await store.load(kind)).artifact.schema.id !== schema;
}
