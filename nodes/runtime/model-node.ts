import { join } from 'node:path';
import type { Node } from 'node-red';
import type { DetectorKind } from '../../lib/detect/detector';
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
  const model: Model = {
    store,
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
