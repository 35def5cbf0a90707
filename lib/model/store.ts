import type { DetectorArtifact } from '../detect/artifact';
import type { DetectorKind } from '../detect/detector';
import { SwatError } from '../errors';
import type { ConfinedFiles } from '../platform/files';
import { writeBundle, type NativeBundle, type TfjsBundle } from './bundle';
import { createShelf, type Shelf, type StoredModel, type VersionInfo } from './shelf';
import type { TrainingReport } from './training-report';
import { NO_POINTER, pointTo, type Pointer } from './pointer';

/** The versions of one model: of each detector kind, which there are and which is in force. */
export interface ModelStore {
  /** Versions, newest first, at most 200; damaged ones are listed with their `problem`; `previous` is the one to roll back to. */
  list(kind: DetectorKind): Promise<(VersionInfo & { active: boolean; shadow?: true; previous?: true })[]>;
  /** The version in force: the activated one, else the reference's, else none. */
  active(kind: DetectorKind): Promise<{ version: string; origin: VersionInfo['origin']; chosen: boolean } | undefined>;
  /**
   * Reads a version, or the one in force.
   * @throws SwatError `model-missing` (there is none), `version-missing` (not this one), `version-unnamed` (an empty name), `model-corrupt`, `model-pointer` (active.json), `model-foreign`, `model-newer`, `model-space`
   */
  load(kind: DetectorKind, version?: string): Promise<StoredModel>;
  /** Writes a new version, whole or not at all, and returns its id. It is not in force until activated. */
  save(artifact: DetectorArtifact, report: TrainingReport, now: number): Promise<string>;
  /** Puts a version in force after reading all of it. */
  activate(kind: DetectorKind, version: string, now: number): Promise<void>;
  /**
   * Puts the version in force that was so before; returns it.
   * @throws SwatError `model-no-previous`
   */
  rollback(kind: DetectorKind, now: number): Promise<string>;
  /**
   * A version as one file: see {@link readBundle}.
   * @throws SwatError `bundle-too-large`, and what {@link load} throws
   */
  exportVersion(kind: DetectorKind, version: string): Promise<Buffer>;
  /**
   * Keeps a version of a bundle, which was checked when it was read; it is not in force until activated.
   * @throws SwatError `model-exists` {kind, version}, `model-space`
   */
  importVersion(bundle: NativeBundle | TfjsBundle, now: number): Promise<string>;
  /** The candidate that runs beside the active version, kept over restarts. */
  shadow(kind: DetectorKind): Promise<string | undefined>;
  /** Chooses a candidate, after reading all of it, or none. @throws SwatError as {@link load} */
  setShadow(kind: DetectorKind, version: string | undefined): Promise<void>;
  /** @throws SwatError `model-in-use` for the version in force, `model-in-shadow`, `model-shipped` for one of the package */
  remove(kind: DetectorKind, version: string): Promise<void>;
  /** Clears away what an interrupted save left behind. Call once on start. */
  sweep(): Promise<void>;
}

export interface StoreOptions {
  readonly files: ConfinedFiles;
  /** The model's own folder: `<folder>/<kind>/<version>/`. */
  readonly folder: string;
  /** A folder of the same layout that is only read: its newest version is in force while nothing was activated. */
  readonly reference?: string | undefined;
  /** Version of the product, kept in each manifest. */
  readonly product: string;
}

/** Opens the model in a folder; the folder need not exist. */
export function createStore({ files, folder, reference, product }: StoreOptions): ModelStore {
  const own = createShelf(files, folder, 'local');
  const shipped = reference === undefined ? undefined : createShelf(files, reference, 'reference');
  let last: Promise<unknown> = Promise.resolve();
  /** Changes of the pointer come one after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const shelfOf = async (kind: DetectorKind, version: string): Promise<Shelf> => {
    if (version === '') throw new SwatError('version-unnamed', { kind });
    for (const shelf of [own, shipped]) if (shelf && (await shelf.has(kind, version))) return shelf;
    throw new SwatError('version-missing', { kind, version, folder });
  };
  const active: ModelStore['active'] = async (kind) => {
    const { active: version } = await own.pointer(kind);
    if (version !== undefined) return { version, origin: (await shelfOf(kind, version)).origin, chosen: true };
    const newest = shipped && (await shipped.versions(kind))[0];
    return newest === undefined ? undefined : { version: newest, origin: 'reference', chosen: false };
  };
  const load: ModelStore['load'] = async (kind, version) => {
    const wanted = version ?? (await active(kind))?.version;
    if (wanted === undefined) throw new SwatError('model-missing', { kind, version: '-', folder });
    return (await shelfOf(kind, wanted)).load(kind, wanted);
  };
  /** What was in force, as far as it can be told: a broken pointer must not stand in the way of a new one. */
  const before = async (kind: DetectorKind): Promise<[Pointer, string | undefined]> => {
    try {
      const pointer = await own.pointer(kind);
      return [pointer, pointer.active ?? (await active(kind))?.version];
    } catch {
      return [NO_POINTER, undefined];
    }
  };
  const point = async (kind: DetectorKind, version: string, now: number): Promise<void> => {
    await load(kind, version);
    const [pointer, inForce] = await before(kind);
    await own.point(kind, pointTo(pointer, version, inForce, now));
  };

  return {
    active,
    load,
    async list(kind) {
      const inForce = await active(kind).catch(() => undefined);
      const all = [...(await own.list(kind)), ...((await shipped?.list(kind)) ?? [])];
      all.sort((a, b) => (a.version < b.version ? 1 : -1));
      const { shadow, previous } = await own.pointer(kind).catch(() => NO_POINTER);
      return all.map((info) => ({
        ...info,
        active: info.version === inForce?.version,
        ...(info.version === shadow && { shadow: true as const }),
        ...(info.version === previous && { previous: true as const }),
      }));
    },
    save: (artifact, report, now) => own.save(artifact, report, now, product),
    activate: (kind, version, now) => inTurn(() => point(kind, version, now)),
    rollback: (kind, now) =>
      inTurn(async () => {
        const { previous } = await own.pointer(kind);
        if (previous === undefined) throw new SwatError('model-no-previous', { kind });
        await point(kind, previous, now);
        return previous;
      }),
    async exportVersion(kind, version) {
      const shelf = await shelfOf(kind, version);
      const { artifact, report } = await shelf.load(kind, version);
      return writeBundle(await shelf.raw(kind, version), artifact, report, product);
    },
    async importVersion(bundle, now) {
      const { artifact, report } = bundle;
      if (bundle.form === 'tfjs') return own.save(artifact, report, now, product);
      await own.adopt(artifact.kind, bundle.version, bundle.raw);
      return bundle.version;
    },
    async shadow(kind) {
      return (await own.pointer(kind)).shadow;
    },
    setShadow: (kind, version) =>
      inTurn(async () => {
        if (version !== undefined) await load(kind, version);
        const [pointer] = await before(kind);
        await own.point(kind, { ...pointer, shadow: version });
      }),
    remove: (kind, version) =>
      inTurn(async () => {
        if (version === '') throw new SwatError('version-unnamed', { kind });
        const pointer = await own.pointer(kind);
        if (pointer.active === version) throw new SwatError('model-in-use', { kind, version });
        if (pointer.shadow === version) throw new SwatError('model-in-shadow', { kind, version });
        if (!(await own.has(kind, version)) && (await shipped?.has(kind, version)) === true)
          throw new SwatError('model-shipped', { kind, version });
        await own.remove(kind, version);
      }),
    sweep: () => own.sweep(),
  };
}
