import type { Node, NodeAPI } from 'node-red';
import type { AssetChecks } from '../../lib/check/asset-checks';
import { keepState, type KeptState } from './state';

/** Keeps what the checks know over a restart, asset by asset: a whole state now and then, and what was taken since. */
export function keepChecks(node: Node, RED: NodeAPI, checks: AssetChecks): KeptState {
  const header = { kind: 'swat-check', version: 1, key: checks.stateKey };
  const kept = keepState(node, RED, header, {
    keys: () => checks.assets(),
    full: (asset) => checks.full(asset),
    restore(asset, { full, deltas }) {
      checks.restore(asset, full);
      for (const delta of deltas) checks.replay(asset, delta);
    },
  });
  checks.onTaken = (asset, delta) => kept.delta(asset, delta);
  checks.wantsTaken = (asset) => kept.wantsDelta(asset);
  checks.onForgotten = (asset) => kept.forget(asset);
  return kept;
}
