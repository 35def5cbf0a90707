import { join, sep } from 'node:path';
import type { DetectorArtifact } from '../detect/artifact';
import { DETECTOR_KINDS, type DetectorKind } from '../detect/detector';
import { fitnessOf, type Fitness } from '../detect/fitness';
import { SwatError } from '../errors';
import type { ConfinedFiles } from '../platform/files';
import { MAX_MANIFEST, readManifest, sha256, writeManifest, type Manifest } from './manifest';
import { MAX_POINTER, NO_POINTER, readPointer, type Pointer } from './pointer';
import { damaged } from './shape';
import { pack, unpack } from './tensors';
import type { TrainingReport } from './training-report';
import { isVersionId, versionId } from './version';

const MANIFEST = 'manifest.json';
const WEIGHTS = 'weights.bin';
const POINTER = 'active.json';
const PARTIAL = '.partial-';
const MAX_LISTED = 200;

/** Where a version stands: in the user's folder, or shipped with the package and only read. */
export type Origin = 'local' | 'reference';

/** What a list of versions shows of each. */
export interface VersionInfo {
  version: string;
  origin: Origin;
  created?: number;
  rows?: number;
  threshold?: number;
  /** Tags and window length in samples. */
  tags?: number;
  length?: number;
  /** Loss over time that the model did not see, and the word for it; neither for a forest. */
  validationLoss?: number;
  fitness?: Fitness;
  /** What held-out normal time of so many days lets expect: false alarms a day, and their upper 95 % bound. */
  expected?: { days: number; perDay: number; upperPerDay: number | null };
  /** Code of the error that loading it would meet. */
  problem?: string;
}

/** A version read from the disk and checked. */
export interface StoredModel {
  readonly version: string;
  readonly origin: Origin;
  readonly created: number;
  readonly product: string;
  readonly artifact: DetectorArtifact;
  readonly report: TrainingReport;
}

/** The files of a version. */
export interface RawVersion {
  readonly manifest: Buffer;
  readonly weights: Buffer;
}

/** One folder of model versions, `<root>/<kind>/<version>/{manifest.json, weights.bin}` and `<root>/<kind>/active.json`. */
export interface Shelf {
  readonly origin: Origin;
  /** Version ids, newest first; anything else in the folder is not seen. */
  versions(kind: DetectorKind): Promise<string[]>;
  has(kind: DetectorKind, version: string): Promise<boolean>;
  list(kind: DetectorKind): Promise<VersionInfo[]>;
  load(kind: DetectorKind, version: string): Promise<StoredModel>;
  save(artifact: DetectorArtifact, report: TrainingReport, now: number, product: string): Promise<string>;
  /** Both files of a version as they stand, after all of it was checked. */
  raw(kind: DetectorKind, version: string): Promise<RawVersion>;
  /** Keeps a version made elsewhere, whole or not at all; its files were checked by who read them. */
  adopt(kind: DetectorKind, version: string, raw: RawVersion): Promise<void>;
  remove(kind: DetectorKind, version: string): Promise<void>;
  pointer(kind: DetectorKind): Promise<Pointer>;
  point(kind: DetectorKind, pointer: Pointer): Promise<void>;
  sweep(): Promise<void>;
}

/** The shelf in `root`, which need not exist. */
export function createShelf(files: ConfinedFiles, root: string, origin: Origin): Shelf {
  const at = (kind: DetectorKind, ...parts: string[]): string => join(root, kind, ...parts);

  const versions: Shelf['versions'] = async (kind) =>
    (await onDisk(root, () => files.list(at(kind)))).filter(isVersionId).reverse();
  const has: Shelf['has'] = async (kind, version) => isVersionId(version) && (await versions(kind)).includes(version);

  /** A file's bytes; refuses one that is missing, empty, too large, or leads out of the folder. */
  const read = async (path: string, name: string, most: number, exactly?: number): Promise<Buffer> =>
    onDisk(root, async () => {
      const [home, real] = [await files.real(root), await files.real(path)];
      if (home === undefined || real === undefined) throw damaged(name, 'missing');
      if (!real.startsWith(home + sep)) throw damaged(name, 'link');
      const size = await files.size(path);
      if (size === undefined || size > most || (exactly === undefined ? size === 0 : size !== exactly))
        throw damaged(name, 'size');
      const bytes = await files.read(path);
      if (bytes.length !== size) throw damaged(name, 'size');
      return bytes;
    });

  const manifestOf = (kind: DetectorKind, version: string): Promise<Manifest> =>
    placed(at(kind, version), { kind, version }, async () => {
      const manifest = readManifest(await read(at(kind, version, MANIFEST), MANIFEST, MAX_MANIFEST));
      if (manifest.version !== version) throw damaged(MANIFEST, 'version');
      if (manifest.kind !== kind) throw damaged(MANIFEST, 'kind');
      return manifest;
    });

  /** Writes both files beside and moves them in place: a version is there whole or not at all. */
  const place = (kind: DetectorKind, version: string, manifest: string | Uint8Array, weights: Uint8Array) => {
    const partial = at(kind, `${PARTIAL}${version}`);
    return onDisk(root, async () => {
      try {
        await files.writeAtomic(join(partial, WEIGHTS), weights);
        await files.writeAtomic(join(partial, MANIFEST), manifest);
        if (!(await has(kind, version))) await files.move(partial, at(kind, version));
      } finally {
        await files.remove(partial).catch(() => undefined);
      }
    });
  };

  return {
    origin,
    versions,
    has,

    async list(kind) {
      const names = (await versions(kind)).slice(0, MAX_LISTED);
      return Promise.all(
        names.map(async (version): Promise<VersionInfo> => {
          try {
            const { created, report, calibration, schema } = await manifestOf(kind, version);
            const { threshold } = calibration;
            const { tags, features } = schema;
            const { validationLoss } = report.metrics;
            const fitness = fitnessOf(validationLoss);
            return {
              version,
              origin,
              created,
              rows: report.rows,
              threshold,
              tags: tags.length,
              length: features[0].length,
              ...(fitness !== undefined && { validationLoss, fitness }),
              ...expectedOf(report),
            };
          } catch (cause) {
            return { version, origin, problem: cause instanceof SwatError ? cause.code : 'model-corrupt' };
          }
        }),
      );
    },

    async load(kind, version) {
      const { weights, schema, settings, calibration, report, created, product } = await manifestOf(kind, version);
      const tensors = await placed(at(kind, version), { kind, version }, async () => {
        const bytes = await read(at(kind, version, WEIGHTS), WEIGHTS, weights.bytes, weights.bytes);
        return tensorsOf(bytes, weights);
      });
      const artifact = { kind, schema, settings, calibration, tensors };
      return { version, origin, created, product, artifact, report };
    },

    async raw(kind, version) {
      const { weights } = await manifestOf(kind, version);
      return placed(at(kind, version), { kind, version }, async () => {
        const manifest = await read(at(kind, version, MANIFEST), MANIFEST, MAX_MANIFEST);
        const bytes = await read(at(kind, version, WEIGHTS), WEIGHTS, weights.bytes, weights.bytes);
        tensorsOf(bytes, weights);
        return { manifest, weights: bytes };
      });
    },

    async adopt(kind, version, raw) {
      if (!isVersionId(version) || (await has(kind, version))) throw new SwatError('model-exists', { kind, version });
      await place(kind, version, raw.manifest, raw.weights);
    },

    async save(artifact, report, now, product) {
      const { kind, schema, settings, calibration } = artifact;
      const { bytes, layout } = pack(artifact.tensors);
      const hash = sha256(bytes);
      const version = versionId(now, sha256(hash, schema.id, JSON.stringify([settings, calibration])));
      const weights = { bytes: bytes.length, sha256: hash, layout };
      const text = writeManifest({
        version,
        kind,
        created: now,
        product,
        settings,
        calibration,
        report,
        weights,
        schema,
      });
      try {
        readManifest(Buffer.from(text));
      } catch (cause) {
        const part = cause instanceof SwatError ? String(cause.details.what) : '-';
        throw new SwatError('model-invalid', { part, reason: 'value' }, { cause });
      }
      await place(kind, version, text, bytes);
      return version;
    },

    async remove(kind, version) {
      if (!(await has(kind, version))) throw new SwatError('version-missing', { kind, version, folder: root });
      // Moved aside first: a removal that is cut short leaves nothing that looks like a version.
      const aside = at(kind, `${PARTIAL}${version}`);
      await onDisk(root, async () => {
        await files.move(at(kind, version), aside);
        await files.remove(aside);
      });
    },

    async pointer(kind) {
      if ((await onDisk(root, () => files.size(at(kind, POINTER)))) === undefined) return NO_POINTER;
      try {
        return readPointer((await read(at(kind, POINTER), POINTER, MAX_POINTER)).toString('utf8'));
      } catch (cause) {
        if (!(cause instanceof SwatError) || cause.code !== 'model-corrupt') throw cause;
        throw new SwatError('model-pointer', { ...cause.details, kind, path: at(kind, POINTER) }, { cause });
      }
    },

    point: (kind, pointer) =>
      onDisk(root, () => files.writeAtomic(at(kind, POINTER), `${JSON.stringify(pointer, null, 1)}\n`)),

    sweep: () =>
      onDisk(root, async () => {
        for (const kind of DETECTOR_KINDS) {
          for (const name of await files.list(at(kind)))
            if (name.startsWith(PARTIAL)) await files.remove(at(kind, name));
        }
      }),
  };
}

function expectedOf({ validation }: TrainingReport): Pick<VersionInfo, 'expected'> {
  if (validation === undefined) return {};
  const { days, perDay, upperPerDay } = validation;
  return { expected: { days, perDay, upperPerDay } };
}

/** The tensors in the bytes of `weights.bin`. @throws SwatError `model-corrupt` */
export function tensorsOf(bytes: Buffer, { bytes: size, sha256: hash, layout }: Manifest['weights']): Tensors {
  if (bytes.length !== size) throw damaged(WEIGHTS, 'size');
  if (sha256(bytes) !== hash) throw damaged(WEIGHTS, 'sha256');
  return unpack(bytes, layout);
}

type Tensors = DetectorArtifact['tensors'];

/** Adds to an error about a file of a version which version it is, and the path of the file. */
async function placed<T>(folder: string, which: Record<string, string>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof SwatError)) throw cause;
    const { file = MANIFEST } = cause.details as { file?: string };
    const path = join(folder, file);
    throw new SwatError(cause.code, { path, ...which, ...cause.details }, { cause });
  }
}

/** Failures of the disk itself as `model-space`, with the system's own reason. */
async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SwatError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new SwatError('model-space', { folder, reason }, { cause });
  }
}
