import type { Node } from 'node-red';
import type { StateHeader } from '../../lib/snapshot/file';
import type { KeptOwner } from './state';

/** The state of one asset by the names of its parts. */
export type Parts = ReadonlyMap<string, Uint8Array>;

/**
 * What of a node's state belongs to single assets, and moves with them when another process takes them over (see
 * `swat-kafka-in`). What is the node's own, such as its model or its counters, does not.
 */
export interface Moving {
  /** Every asset of which anything is known. */
  assets(): Iterable<string>;
  /** All that is known of an asset; nothing for one that is unknown. The arrays are not changed afterwards. */
  capture(asset: string): Iterable<readonly [part: string, data: Uint8Array]>;
  /**
   * Takes the place of what is known of an asset.
   * @throws SwatError where some of it cannot be used: that part starts afresh, then
   */
  restore(asset: string, parts: Parts): void;
  /** Silently: nothing is told, nothing is cleared. */
  forget(asset: string): void;
  /** Where there is more to wait for than what was saved, such as the model; never rejects. */
  ready?(): Promise<unknown>;
}

/** A node whose state is kept. */
interface Owned {
  readonly node: Node;
  readonly header: StateHeader;
  readonly moving: Moving;
  readonly ready: Promise<unknown>;
}

const owners = new Map<string, Owned>();

/** Notes that a node has state that moves with assets; returns how to end that. */
export function movesWithAssets(owned: Owned): () => void {
  owners.set(owned.node.id, owned);
  return () => {
    // A deploy may have put another node in its place already.
    if (owners.get(owned.node.id) === owned) owners.delete(owned.node.id);
  };
}

/** All nodes with state that moves with assets. */
export function movingOwners(): Iterable<Owned> {
  return owners.values();
}

/** The name of the only part of a state that is kept by asset as it is. */
const WHOLE = '';

/** How state moves whose keys are names of assets. */
export function movingByAsset(
  owner: Pick<KeptOwner, 'keys' | 'full' | 'restore'>,
  forget: (asset: string) => void,
): Moving {
  return {
    assets: () => owner.keys(),
    capture(asset) {
      const full = owner.full(asset);
      return full === undefined ? [] : [[WHOLE, full]];
    },
    restore(asset, parts) {
      const full = parts.get(WHOLE);
      if (full === undefined) forget(asset);
      else owner.restore(asset, { full, deltas: [] });
    },
    forget,
  };
}
