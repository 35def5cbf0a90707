import type { Node, NodeAPI } from 'node-red';
import type { AssetWindows } from '../../lib/stream/windows';
import { keepState, type KeptState } from './state';

/**
 * Keeps the windows of a node over a restart, asset by asset: a whole state now and then, and what was taken since.
 * @param fresh nothing that was saved before is of use: the plant has only just been learned
 */
export function keepWindows<C>(node: Node, RED: NodeAPI, windows: AssetWindows<C>, fresh: boolean): KeptState {
  const header = { kind: 'swat-window', version: 1, key: windows.stateKey };
  const kept = keepState(
    node,
    RED,
    header,
    {
      keys: () => windows.assets(),
      full: (asset) => windows.full(asset),
      restore(asset, { full, deltas }) {
        windows.restore(asset, full);
        for (const delta of deltas) windows.replay(asset, delta);
      },
    },
    { fresh },
  );
  windows.onTaken = (asset, delta) => kept.delta(asset, delta);
  windows.wantsTaken = (asset) => kept.wantsDelta(asset);
  windows.onForgotten = (asset) => kept.forget(asset);
  return kept;
}
