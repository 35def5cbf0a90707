import { join } from 'node:path';
import type { Node } from 'node-red';
import type { DetectorKind } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import { requireSchema } from '../../lib/model/compatible';
import { RecentWindows } from '../../lib/model/recent';
import { createStore, type ModelStore } from '../../lib/model/store';
import { createAudit, type Audit, type By, NOBODY } from './model-audit';
import { systemClock } from '../../lib/platform/clock';
import { disk } from '../../lib/platform/files';
import type { Uploads } from '../../lib/platform/uploads';
import { PACKAGE_FOLDER, productVersion } from '../../lib/platform/product';

/** The config node `swat-model` as other nodes see it: `RED.nodes.getNode(id) as ModelNode | null`. */
export interface ModelNode extends Node {
  /** `undefined` when its settings are unusable. */
  readonly model: Model | undefined;
  /** Files that were uploaded to learn from; `undefined` when its settings are unusable. */
  readonly uploads: Uploads | undefined;
}

/** One model of this process: its versions, and who must know when another one is put in force. */
export interface Model {
  readonly store: ModelStore;
  /** Detector kinds in training now. */
  readonly busy: Set<DetectorKind>;
  /** Who did what with the versions, when and why. */
  readonly trail: Audit;
  /**
   * Adds a line to the audit trail.
   * @throws SwatError `trail-write`, `trail-foreign`: what was done stands all the same
   */
  audit: Audit['add'];
  /** Puts a version in force, tells all that use the model, and notes who wanted it. */
  activate(kind: DetectorKind, version: string, by?: By): Promise<void>;
  /** Puts the version before in force, tells all that use the model, and notes who wanted it. */
  rollback(kind: DetectorKind, by?: By): Promise<string>;
  /** Deletes a version and notes who wanted it. @throws SwatError `model-in-use`, `model-in-shadow`, `model-shipped`, `version-missing` */
  remove(kind: DetectorKind, version: string, by: By): Promise<void>;
  /**
   * Chooses the candidate that runs beside the active version, or none, and notes who wanted it.
   * @throws SwatError `model-schema` with the difference, `shadow-active` for the version in force
   */
  setShadow(kind: DetectorKind, version: string | undefined, by: By): Promise<void>;
  /** Calls `listener` when another candidate was chosen, or none; returns how to stop that. */
  onShadow(listener: (kind: DetectorKind) => void): () => void;
  /** A detector that can say how the candidate does there; returns how to take it away. */
  report(kind: DetectorKind, summary: () => object | undefined): () => void;
  /** How the candidate does, by detector node; at most 100. */
  shadowSummaries(kind: DetectorKind): object[];
  /** The windows that came last to the detectors of a kind. */
  recent(kind: DetectorKind): RecentWindows;
  /** Folder of files that come and go: exports, and networks that wait for calibration. */
  readonly exchange: string;
  /** Calls `listener` after each activation; returns how to stop that. */
  onActivated(listener: (kind: DetectorKind, version: string) => void): () => void;
}

const opened = new Map<string, Model>();

/**
 * The model in a folder; the same one for every node that names the same folder, so that two of them cannot train at
 * once.
 * @param shipped whether the reference model of the simulated plant stands in until something is activated
 */
export function openModel(folder: string, shipped: boolean): Model {
  const reference = shipped ? join(PACKAGE_FOLDER, 'models') : undefined;
  const key = `${folder}\n${reference ?? ''}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const store = createStore({ files: disk, folder, reference, product: productVersion() });
  const trail = createAudit(folder);
  const listeners = new Set<(kind: DetectorKind, version: string) => void>();
  const tell = (kind: DetectorKind, version: string): void => listeners.forEach((listener) => listener(kind, version));
  const shadowListeners = new Set<(kind: DetectorKind) => void>();
  const reporters = new Map<() => object | undefined, DetectorKind>();
  const recent = new Map<DetectorKind, RecentWindows>();
  const model: Model = {
    store,
    exchange: join(folder, 'exchange'),
    async remove(kind, version, by) {
      await store.remove(kind, version);
      await trail.add({ action: 'delete', kind, version, ...by });
    },
    async setShadow(kind, version, by) {
      if (version !== undefined) {
        const [candidate, inForce] = [await store.load(kind, version), await store.load(kind)];
        if (inForce.version === version) throw new SwatError('shadow-active', { version });
        requireSchema(version, candidate.artifact.schema, inForce.artifact.schema);
      }
      await store.setShadow(kind, version);
      shadowListeners.forEach((listener) => listener(kind));
      await trail.add({ action: 'shadow', kind, ...(version !== undefined && { version }), ...by });
    },
    onShadow(listener) {
      shadowListeners.add(listener);
      return () => shadowListeners.delete(listener);
    },
    report(kind, summary) {
      reporters.set(summary, kind);
      return () => reporters.delete(summary);
    },
    shadowSummaries: (kind) =>
      [...reporters]
        .filter(([, of]) => of === kind)
        .slice(0, 100)
        .flatMap(([summary]) => summary() ?? []),
    recent(kind) {
      const known = recent.get(kind) ?? new RecentWindows();
      recent.set(kind, known);
      return known;
    },
    busy: new Set(),
    trail,
    audit: (entry) => trail.add(entry),
    async activate(kind, version, by = NOBODY) {
      await store.activate(kind, version, systemClock());
      tell(kind, version);
      await trail.add({ action: 'activate', kind, version, ...by });
    },
    async rollback(kind, by = NOBODY) {
      const version = await store.rollback(kind, systemClock());
      tell(kind, version);
      await trail.add({ action: 'rollback', kind, version, ...by });
      return version;
    },
    onActivated(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  opened.set(key, model);
  return model;
}
