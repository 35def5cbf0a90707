import type { Node, NodeAPI } from 'node-red';
import type { AssetChecks } from '../../lib/check/asset-checks';
import { steadyClock } from '../../lib/platform/clock';
import type { StateEntry } from '../../lib/snapshot/file';
import { movingByAsset } from './moving';
import { keepState, type KeptState } from './state';

/** Keeps what the checks know over a restart, asset by asset: a whole state now and then, and what was taken since. */
export function keepChecks(node: Node, RED: NodeAPI, checks: AssetChecks): KeptState {
  const header = { kind: 'swat-check', version: 1, key: checks.stateKey };
  const owner = {
    keys: () => checks.assets(),
    full: (asset: string) => checks.full(asset),
    restore(asset: string, { full, deltas }: StateEntry) {
      checks.restore(asset, full);
      for (const delta of deltas) checks.replay(asset, delta);
    },
  };
  const takeOver = (asset: string, { full }: StateEntry): void => {
    checks.takeOver(asset, full, steadyClock());
    kept.change(asset);
  };
  const moving = movingByAsset({ ...owner, restore: takeOver }, (asset) => {
    checks.giveAway(asset);
  });
  const kept = keepState(node, RED, header, { ...owner, moving });
  checks.onTaken = (asset, delta) => kept.delta(asset, delta);
  checks.wantsTaken = (asset) => kept.wantsDelta(asset);
  checks.onForgotten = (asset) => kept.forget(asset);
  return kept;
}
