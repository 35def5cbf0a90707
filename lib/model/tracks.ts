import { readTrack, writeTrack } from '../detect/track-bytes';
import { newTrack, type Track, type TrackPace } from '../detect/track';

/** Assets that are followed at once; the one that was scored longest ago is forgotten first. */
export const MOST_TRACKS = 10_000;

/** What a model version remembers of each asset: at most {@link MOST_TRACKS}, 8 bytes a feature each. */
export interface Tracks {
  /** Names of the assets that are followed, the one scored longest ago first. */
  assets(): IterableIterator<string>;
  /** What is remembered of an asset; `undefined` where nothing is. */
  get(asset: string): Readonly<Track> | undefined;
  /** The same as bytes, for {@link restore}. */
  snapshot(asset: string): Uint8Array | undefined;
  /**
   * Puts back what was remembered of an asset.
   * @returns false, and nothing is changed, where another version has remembered it
   * @throws SwatError `snapshot-corrupt`
   */
  restore(asset: string, saved: Uint8Array): boolean;
  /** Forgets one asset, or all. */
  reset(asset?: string): void;
}

/** The tracks as a scorer uses them. */
export interface OpenTracks extends Tracks {
  /** The track of an asset; a new one where there is none. */
  of(asset: string): Track;
}

/** Tracks of nothing yet. */
export function createTracks(version: string, features: number, pace: TrackPace): OpenTracks {
  const tracks = new Map<string, Track>();
  let latest = '';
  const put = (asset: string, track: Track): void => {
    tracks.delete(asset);
    tracks.set(asset, track);
    latest = asset;
    const idlest = tracks.keys().next();
    if (tracks.size > MOST_TRACKS && idlest.done !== true) tracks.delete(idlest.value);
  };
  return {
    assets: () => tracks.keys(),
    get: (asset) => tracks.get(asset),
    of(asset) {
      const known = tracks.get(asset);
      const track = known ?? newTrack(features, pace);
      if (known === undefined || asset !== latest) put(asset, track);
      return track;
    },
    snapshot(asset) {
      const track = tracks.get(asset);
      return track === undefined ? undefined : writeTrack(track, version);
    },
    restore(asset, saved) {
      const track = newTrack(features, pace);
      if (!readTrack(saved, version, track)) return false;
      put(asset, track);
      return true;
    },
    reset(asset) {
      if (asset === undefined) tracks.clear();
      else tracks.delete(asset);
    },
  };
}
