import { join, sep } from 'node:path';
import type { DetectorKind } from '../../lib/detect/detector';
import { detailOf, SwatError } from '../../lib/errors';
import { readBundle } from '../../lib/model/bundle';
import { requireSchema } from '../../lib/model/compatible';
import { MAX_ARCHIVE } from '../../lib/model/tar';
import type { DenseLayer } from '../../lib/model/tfjs-read';
import { systemClock } from '../../lib/platform/clock';
import { isDeviceName } from '../../lib/platform/device-name';
import { disk } from '../../lib/platform/files';
import type { WindowSchema } from '../../lib/stream/schema';
import type { By } from './model-audit';
import type { Model } from './model-node';
import { readText } from './settings';

/** What became of a model that was brought in. */
export type Imported =
  | { ready: true; kind: DetectorKind; version: string; missing: string[]; extra: string[] }
  | { ready: false; file: string; inputs: number; outputs: number };

const MOST_NAMES = 20;
const MOST_WAITING = 20;

/** What is brought in, and for whom. */
export interface ImportPlan {
  /** Name under which a network that must be calibrated first is put aside. */
  readonly name: string;
  /** The only kind that is taken; any where it is not given. */
  readonly kind?: DetectorKind | undefined;
  /** The windows that it is to score, as far as known: others are refused. */
  readonly schema?: WindowSchema | undefined;
  readonly by: By;
}

/**
 * Reads a bundle in full and keeps it as a version; a network without scaler and threshold is put aside until it is calibrated.
 * @throws SwatError for everything that cannot be used; nothing is kept then
 */
export async function importBundle(model: Model, bytes: Buffer, plan: ImportPlan): Promise<Imported> {
  const bundle = readBundle(bytes);
  if (bundle.form === 'bare') {
    if (plan.kind !== undefined && plan.kind !== 'autoencoder')
      throw new SwatError('bundle-kind', { found: 'autoencoder', kind: plan.kind });
    const file = await putAside(model, plan.name, bytes);
    const { layers } = bundle;
    return { ready: false, file, inputs: layers[0].inputs, outputs: layers[layers.length - 1].outputs };
  }
  const { kind, schema } = bundle.artifact;
  if (plan.kind !== undefined && plan.kind !== kind)
    throw new SwatError('bundle-kind', { found: kind, kind: plan.kind });
  if (plan.schema !== undefined) requireSchema(plan.name, schema, plan.schema);
  const inForce = await model.store.load(kind).catch(() => undefined);
  const version = await model.store.importVersion(bundle, systemClock());
  await model.audit({ action: 'import', kind, version, ...plan.by, details: { from: plan.name.slice(0, 100) } });
  const names = (of: WindowSchema | undefined): string[] => (of ?? schema).tags.map(({ name }) => name);
  const [mine, theirs] = [names(inForce?.artifact.schema), names(schema)];
  const without = (left: string[], right: string[]): string[] =>
    left.filter((name) => !right.includes(name)).slice(0, MOST_NAMES);
  return { ready: true, kind, version, missing: without(mine, theirs), extra: without(theirs, mine) };
}

/** A version as a file of bytes, noted in the audit trail. */
export async function exportBundle(model: Model, kind: DetectorKind, version: string, by: By): Promise<Buffer> {
  const bytes = await model.store.exportVersion(kind, version);
  await noteExport(model, kind, version, by);
  return bytes;
}

/** Notes in the audit trail that a version was exported; to be called once it was. */
export async function noteExport(model: Model, kind: DetectorKind, version: string, by: By): Promise<void> {
  await model.audit({ action: 'export', kind, version, ...by });
}

/** Name of the file that a version is exported to. */
export function exportName(kind: DetectorKind, version: string): string {
  return `swat-${kind}-${version}.tar`;
}

/**
 * Writes a file into the exchange folder of a model.
 * @returns its path
 * @throws SwatError `exchange-name`, `model-space`
 */
export async function writeExchange(model: Model, name: string, bytes: Buffer): Promise<string> {
  const path = join(model.exchange, plainName(name));
  try {
    await disk.writeAtomic(path, bytes);
  } catch (cause) {
    const reason = detailOf(cause);
    throw new SwatError('model-space', { folder: model.exchange, reason }, { cause });
  }
  return path;
}

/**
 * Reads a file of the exchange folder: plain names only, no links out of it, and no more than any bundle has.
 * @throws SwatError `exchange-name`, `exchange-missing` {file, folder}, `bundle-too-large`
 */
export async function readExchange(model: Model, name: string): Promise<Buffer> {
  const path = join(model.exchange, plainName(name));
  const [home, real] = [await disk.real(model.exchange), await disk.real(path)];
  const missing = new SwatError('exchange-missing', { file: name, folder: model.exchange });
  if (home === undefined || !real?.startsWith(home + sep)) throw missing;
  const size = await disk.size(real);
  if (size === undefined) throw missing;
  if (size > MAX_ARCHIVE) throw new SwatError('bundle-too-large', { bytes: size, most: MAX_ARCHIVE });
  return disk.read(real);
}

/**
 * The network of a file that was put aside.
 * @throws SwatError as {@link readExchange} and the reader of bundles; `bundle-ready` for a file that needs no calibration
 */
export async function waitingNetwork(model: Model, name: string): Promise<readonly DenseLayer[]> {
  const bundle = readBundle(await readExchange(model, name));
  if (bundle.form !== 'bare') throw new SwatError('bundle-ready', { file: name });
  return bundle.layers;
}

/** Names of the networks that wait for calibration, or were put into the folder by a person: at most 20. */
export async function waitingFiles(model: Model): Promise<string[]> {
  const names = await disk.list(model.exchange).catch(() => []);
  return names.filter((name) => name.startsWith(WAITING)).slice(0, MOST_WAITING);
}

const WAITING = 'network-';

async function putAside(model: Model, name: string, bytes: Buffer): Promise<string> {
  const waiting = await waitingFiles(model);
  const base = name
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .slice(-60)
    .replace(/^[.]+/, '');
  const file = base.startsWith(WAITING) ? base : `${WAITING}${base === '' ? 'unnamed.tar' : base}`;
  if (waiting.length >= MOST_WAITING && !waiting.includes(file))
    throw new SwatError('exchange-full', { most: MOST_WAITING, folder: model.exchange });
  await writeExchange(model, file, bytes);
  return file;
}

function plainName(name: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/.test(name) || name.endsWith('.') || isDeviceName(name))
    throw new SwatError('exchange-name', { file: name.slice(0, 60) });
  return name;
}

/** The name of a file in a command. @throws SwatError `exchange-name` where there is none */
export function fileOf(given: Readonly<Record<string, unknown>>): string {
  return plainName(readText(given.file));
}
