import type { Modes } from './detector-modes';
import type { Scoring } from './detector-scoring';
import { DRIFT_KEY, type Watch } from './detector-watch';
import type { Moving } from './moving';

/** Parts of what is known of an asset: its tracks by version (of the version in force without one), its mode, its drift. */
const TRACK = 'track/';
const MODE = 'mode';
const DRIFT = 'drift';

/**
 * What of a detector moves with an asset: what its versions remember of it.
 * @param loaded resolves once the version in force is read
 * @param changed what is known of an asset is another
 */
export function detectorMoving(
  scoring: Scoring,
  modes: Modes,
  watch: Watch,
  loaded: () => Promise<unknown>,
  changed: (asset: string) => void,
): Moving {
  const scorings = new Map([['', scoring], ...modes.versions]);
  const forget = (asset: string): void => {
    for (const each of scorings.values()) each.forget(asset);
    modes.takeMode(asset, undefined);
    watch.forget(asset);
    changed(asset);
  };
  return {
    *assets() {
      for (const each of scorings.values()) yield* each.remembered();
      yield* modes.followed();
      for (const key of watch.keys()) yield key.slice(DRIFT_KEY.length);
    },
    *capture(asset) {
      for (const [version, each] of scorings) {
        const track = each.saved(asset);
        if (track !== undefined) yield [TRACK + version, track];
      }
      const mode = modes.modeOf(asset);
      if (mode !== undefined) yield [MODE, mode];
      const drift = watch.saved(DRIFT_KEY + asset);
      if (drift !== undefined) yield [DRIFT, drift];
    },
    restore(asset, parts) {
      forget(asset);
      modes.takeMode(asset, parts.get(MODE));
      const drift = parts.get(DRIFT);
      if (drift !== undefined) watch.resume(DRIFT_KEY + asset, drift);
      let problem: unknown;
      for (const [version, each] of scorings) {
        const track = parts.get(TRACK + version);
        try {
          if (track !== undefined) each.takeOver(asset, track);
        } catch (cause) {
          problem ??= cause;
        }
      }
      changed(asset);
      if (problem !== undefined) throw problem as Error;
    },
    forget,
    ready: loaded,
  };
}
