import { detailOf } from '../../lib/errors';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { disk } from '../../lib/platform/files';
import { readStateFile, type StateEntry, type StateFile, type StateHeader } from '../../lib/snapshot/file';
import { StateLog, type StateOwner } from '../../lib/snapshot/log';
import { movesWithAssets, type Moving } from './moving';
import { stateFile } from './node-files';
import { inUse } from './state-sweep';
import { words, worded } from './words';

/** What changed is saved so often, ms. */
export const SAVE_MS = 500;

/** A node's state as it is kept: by key, mostly an asset. */
export interface KeptOwner extends StateOwner {
  /** Takes back what was saved of a key. @throws SwatError when it cannot be used; the key then starts afresh */
  restore(key: string, entry: StateEntry): void;
  /** What of it moves with an asset to another process. */
  readonly moving?: Moving;
}

/** The state of one node between restarts. */
export interface KeptState {
  /** Resolves, never rejects, once what was saved has been taken back. */
  readonly ready: Promise<void>;
  readonly isReady: boolean;
  /** The whole state of a key is to be saved. */
  change(key: string): void;
  /** Whether {@link delta} would be of use now. */
  wantsDelta(key: string): boolean;
  /** Adds to what is saved of a key. */
  delta(key: string, data: Uint8Array): void;
  forget(key: string): void;
  /** Saves now; resolves, never rejects, once it would outlive a power cut, or after `patienceMs`. */
  save(patienceMs: number): Promise<void>;
  /** Saves and lets go; call on close. What changes afterwards is not saved. */
  close(): Promise<void>;
}

/** Nothing is kept: there is no user directory to keep it in. */
const UNKEPT: KeptState = {
  ready: Promise.resolve(),
  isReady: true,
  change: () => undefined,
  wantsDelta: () => false,
  delta: () => undefined,
  forget: () => undefined,
  save: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/**
 * Keeps the state of a node in `swat/state/<type>-<id>.state` of the user directory: reads it back, and saves what has
 * changed twice a second. A disk that fails is one error of the node and one line when it works again; the node goes on.
 * `fresh`: what was saved before is of no use, and is not even read.
 */
export function keepState(
  node: Node,
  RED: NodeAPI,
  header: StateHeader,
  owner: KeptOwner,
  { fresh = false }: { readonly fresh?: boolean } = {},
): KeptState {
  const { moving } = owner;
  const moves = (ready: Promise<void>): (() => void) =>
    moving === undefined ? () => undefined : movesWithAssets({ node, header, moving, ready });
  const userDir: unknown = RED.settings.userDir;
  if (typeof userDir !== 'string' || userDir === '') {
    const stays = moves(UNKEPT.ready);
    const close = (): Promise<void> => {
      stays();
      return Promise.resolve();
    };
    return { ...UNKEPT, close };
  }
  const folder = join(userDir, 'swat', 'state');
  const path = join(folder, stateFile(node.type, node.id));
  inUse(folder, path);
  const watcher = {
    failed: (error: Error) => node.error(worded(RED, error).message),
    recovered: () => node.log(words(RED, 'status.state-recovered')),
  };
  let log: StateLog | undefined;
  const early = new Set<string>();
  const timer = setInterval(() => {
    if (log?.busy === false) void log.flush();
  }, SAVE_MS);

  const begin = (refused: readonly string[], restored?: Extract<StateFile, { found: 'restored' }>): void => {
    const known = restored && { size: restored.size, keys: sizesOf(restored.entries) };
    log = new StateLog(disk, path, header, owner, watcher, known);
    for (const key of [...refused, ...early]) log.change(key);
  };
  const read = async (): Promise<void> => {
    const file = await readStateFile(disk, path, header).catch((cause: unknown) => {
      node.warn(words(RED, 'sentences.state-unreadable', { path, detail: detailOf(cause) }));
      return undefined;
    });
    const restored = file?.found === 'restored' ? file : undefined;
    // What this version cannot read may be of use to a person, or to a later one.
    if (file === undefined || file.found === 'damaged' || file.found === 'newer')
      await disk.move(path, `${path}.set-aside`).catch(() => undefined);
    const refused = restored === undefined ? [] : restore(owner, restored.entries);
    tell(node, RED, path, file, refused);
    begin(refused, restored);
  };
  // Where there is nothing to read, nothing need wait.
  let isReady = fresh || !existsSync(path);
  if (isReady) begin([]);
  const ready = isReady
    ? Promise.resolve()
    : read().then(() => {
        isReady = true;
      });
  const stays = moves(ready);

  return {
    ready,
    get isReady() {
      return isReady;
    },
    change(key) {
      if (log === undefined) early.add(key);
      else log.change(key);
    },
    wantsDelta: (key) => log?.wantsDelta(key) ?? false,
    delta: (key, data) => log?.delta(key, data),
    forget: (key) => log?.forget(key),
    async save(patienceMs) {
      let timeout: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timeout = setTimeout(resolve, patienceMs)));
      await Promise.race([log?.flush(true), late]);
      clearTimeout(timeout);
    },
    async close() {
      clearInterval(timer);
      stays();
      await ready;
      await log?.close();
    },
  };
}

function sizesOf(entries: ReadonlyMap<string, StateEntry>): [key: string, bytes: number][] {
  return [...entries].map(([key, { full }]) => [key, full.byteLength]);
}

/** Gives each entry back to its owner; returns the keys of those that it could not use. */
function restore(owner: KeptOwner, entries: ReadonlyMap<string, StateEntry>): string[] {
  const refused: string[] = [];
  for (const [key, entry] of entries) {
    try {
      owner.restore(key, entry);
    } catch {
      refused.push(key);
    }
  }
  return refused;
}

function tell(node: Node, RED: NodeAPI, path: string, file: StateFile | undefined, refused: readonly string[]): void {
  if (file === undefined || file.found === 'none') return;
  if (file.found !== 'restored') node.warn(words(RED, `sentences.state-${file.found}`, { path }));
  else if (file.cut > 0) node.warn(words(RED, 'sentences.state-cut', { path, bytes: file.cut }));
  if (refused.length > 0) {
    const names = refused.slice(0, 5).join(', ');
    node.warn(words(RED, 'sentences.state-refused', { path, count: refused.length, names }));
  }
}
