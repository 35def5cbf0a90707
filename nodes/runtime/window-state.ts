import type { Node, NodeAPI } from 'node-red';
import { steadyClock } from '../../lib/platform/clock';
import type { StateEntry } from '../../lib/snapshot/file';
import type { AssetWindows } from '../../lib/stream/windows';
import { movingByAsset } from './moving';
import { keepState, type KeptState } from './state';

/**
 * Keeps the windows of a node over a restart, asset by asset: a whole state now and then, and what was taken since.
 * @param fresh nothing that was saved before is of use: the plant has only just been learned
 */
export function keepWindows<C>(node: Node, RED: NodeAPI, windows: AssetWindows<C>, fresh: boolean): KeptState {
  const header = { kind: 'swat-window', version: 1, key: windows.stateKey };
  const owner = {
    keys: () => windows.assets(),
    full: (asset: string) => windows.full(asset),
    restore(asset: string, { full, deltas }: StateEntry) {
      windows.restore(asset, full);
      for (const delta of deltas) windows.replay(asset, delta);
    },
  };
  const takeOver = (asset: string, { full }: StateEntry): void => {
    windows.takeOver(asset, full, steadyClock());
    kept.change(asset);
  };
  const moving = movingByAsset({ ...owner, restore: takeOver }, (asset) => {
    windows.giveAway(asset);
  });
  const kept = keepState(node, RED, header, { ...owner, moving }, { fresh });
  windows.onTaken = (asset, delta) => kept.delta(asset, delta);
  windows.wantsTaken = (asset) => kept.wantsDelta(asset);
  windows.onForgotten = (asset) => kept.forget(asset);
  return kept;
}
