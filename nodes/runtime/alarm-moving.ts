import type { AlarmDesk } from '../../lib/alarm/desk';
import { fromBytes } from '../../lib/snapshot/json';
import type { Moving } from './moving';

/**
 * What of a `swat-alert` moves with an asset.
 * @param changed other alarms stand now
 */
export function alarmMoving({ assets }: AlarmDesk, changed: () => void): Moving {
  return {
    assets: () => assets.names(),
    capture: (asset) => assets.capture(asset).map(([key, state]) => [key, Buffer.from(JSON.stringify(state))]),
    restore(asset, parts) {
      assets.restore(asset, new Map([...parts].map(([key, bytes]) => [key, fromBytes(key, bytes)])));
      changed();
    },
    forget(asset) {
      assets.forget(asset);
      changed();
    },
  };
}
