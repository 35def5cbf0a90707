import type { DetectorKind } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import { compareVersions, type Comparison } from '../../lib/model/compare';
import { systemClock } from '../../lib/platform/clock';
import { breathing } from '../../lib/platform/timers';
import { resolveSchema } from '../../lib/stream/schema';
import type { Learner } from '../../lib/train/learner';
import { startCalibration } from '../../lib/train/trainer';
import { byCommand, readHistory } from './model-audit';
import {
  exportName,
  fileOf,
  importBundle,
  noteExport,
  readExchange,
  waitingNetwork,
  writeExchange,
} from './model-exchange';
import type { Model } from './model-node';
import { readText } from './settings';

/** Commands on the versions of a model. */
export const MODEL_COMMANDS = ['history', 'compare', 'export', 'import', 'delete', 'shadow', 'calibrate'] as const;
export type ModelCommand = (typeof MODEL_COMMANDS)[number];

/** What a command on the versions works with. */
export interface ModelWork {
  readonly kind: DetectorKind;
  readonly model: Model;
  readonly learner: Learner;
  /** Settings of a training as the dialog has them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Id of the windows that come, as far as known. */
  readonly seen: string | undefined;
}

/**
 * Compares two versions; without names, the newest with the one in force.
 * @throws SwatError `compare-two`, and as the store
 */
export async function compareStored(
  model: Model,
  kind: DetectorKind,
  given: Readonly<Record<string, unknown>>,
): Promise<Comparison> {
  const list = await model.store.list(kind);
  const active = list.find((info) => info.active)?.version;
  const newest = list.find((info) => info.version !== active && info.problem === undefined)?.version;
  const a = readText(given.a) || active;
  const b = readText(given.b) || newest;
  if (a === undefined || b === undefined) throw new SwatError('compare-two', { kind });
  const [first, second] = [await model.store.load(kind, a), await model.store.load(kind, b)];
  return compareVersions(first, second, model.recent(kind).list(), breathing());
}

/** Runs one command on the versions and gives what its answer says. */
export async function runModelCommand(
  command: ModelCommand,
  work: ModelWork,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { kind, model, seen } = work;
  const by = byCommand(given);
  switch (command) {
    case 'history':
      return model.trail.history(readHistory(given, kind));
    case 'compare':
      return { ...(await compareStored(model, kind, given)) };
    case 'export': {
      const version = readText(given.version) || ((await model.store.active(kind))?.version ?? '-');
      const name = given.file === undefined ? exportName(kind, version) : fileOf(given);
      const bytes = await model.store.exportVersion(kind, version);
      const file = await writeExchange(model, name, bytes);
      await noteExport(model, kind, version, by);
      return { version, file, bytes: bytes.length };
    }
    case 'import': {
      const name = fileOf(given);
      const schema = seen === undefined ? undefined : resolveSchema(seen);
      return { ...(await importBundle(model, await readExchange(model, name), { name, kind, schema, by })) };
    }
    case 'delete': {
      const version = readText(given.version);
      await model.remove(kind, version, by);
      return { version };
    }
    case 'shadow':
      if (given.version !== undefined) await model.setShadow(kind, readText(given.version) || undefined, by);
      return { version: (await model.store.shadow(kind)) ?? null, summaries: model.shadowSummaries(kind) };
    case 'calibrate':
      return calibrate(work, given);
  }
}

async function calibrate(
  { kind, model, learner, settings }: ModelWork,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  if (kind !== 'autoencoder') throw new SwatError('calibrate-kind', { kind });
  const name = fileOf(given);
  const layers = await waitingNetwork(model, name);
  const { collection: collected } = learner;
  if (collected === undefined || collected.collected === 0) throw new SwatError('nothing-collected', { kind });
  if (model.busy.has(kind)) throw new SwatError('training-busy', { kind });
  model.busy.add(kind);
  try {
    const job = { layers, data: collected.rows(), given: plain({ ...settings, ...given }) };
    const { artifact, report } = await startCalibration(job).result;
    const version = await model.store.save(artifact, report, systemClock());
    const { threshold } = artifact.calibration;
    const details = { from: name, rows: report.rows, threshold };
    await model.audit({ action: 'calibrate', kind, version, ...byCommand(given), details });
    return { version, threshold, rows: report.rows, metrics: report.metrics };
  } finally {
    model.busy.delete(kind);
  }
}

/** What can go to another thread: a message may hold anything. */
function plain(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).filter(
      ([, value]) => ['string', 'number', 'boolean'].includes(typeof value) || Array.isArray(value),
    ),
  );
}
