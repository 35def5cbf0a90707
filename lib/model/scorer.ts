import { ratioOf } from '../detect/calibration';
import type { DetectorScore, RatioKind } from '../detect/detector';
import { driftOf, type DriftReference } from '../detect/drift';
import { excludedTagsOf } from '../detect/excluded';
import { detectorOf } from '../detect/load';
import { rebase, type Deviation } from '../detect/rebase';
import { zScores } from '../detect/scaler';
import { copyOf, follow, newTrack, paceOf, remembers, smooth, type Track } from '../detect/track';
import type { WindowSchema } from '../stream/schema';
import type { StoredModel } from './shelf';
import { createTracks, type Tracks } from './tracks';

/** A window to be scored. */
export interface ScoredWindow {
  readonly asset: string;
  /** Finite, in the order of the schema, in units. */
  readonly features: readonly number[];
  /** Names of the tags whose data is bad. */
  readonly bad: readonly string[];
  readonly restarted?: 'gap' | 'rewind' | undefined;
}

/** A model version that places windows on the ratio scale. */
export interface Scorer {
  readonly version: string;
  readonly origin: StoredModel['origin'];
  readonly schema: WindowSchema;
  readonly threshold: number;
  /**
   * The score of a window of {@link schema}, the next one of its asset. Tags with bad data take no part, nor do those that the
   * model was trained without; when half of the others or more are bad, the score is not ready. Blame is only put from ratio 1 on. A gap restarts the smoothing, a rewind forgets
   * the asset.
   */
  score(window: ScoredWindow): DetectorScore;
  /**
   * Scores windows one after the other as if they came next of an asset, or of one that is new: nothing is remembered of them here.
   */
  trial(asset?: string): (window: Omit<ScoredWindow, 'asset'>) => DetectorScore;
  /** What is remembered of each asset; nothing by a model that looks at each window by itself. */
  readonly tracks: Tracks;
  /** How far the slow baseline may move, in standard deviations; 0 where there is none. */
  readonly travel: number;
  /** What drift is told by; `undefined` for a version that was trained without. */
  readonly drift: DriftReference | undefined;
  /** The features of a window in standard deviations from training. The array is used again for the next one. */
  standardised(features: readonly number[]): Float64Array;
  /** Moves the baseline of one tag of an asset that is followed; see {@link rebase}. */
  rebase(asset: string, tag: number, to?: Deviation): number;
}

/** What stands in a message while there is nothing to score with, or nothing that can be scored. */
export function notReady(ratioKind: RatioKind, version = '', threshold = 0): DetectorScore {
  return { score: 0, threshold, ratio: 0, ratioKind, ready: false, model: version };
}

/**
 * Makes a scorer of a model version. What it remembers of an asset starts afresh.
 * @param leak only for research: the share of its rate that the slow baseline keeps over the threshold
 * @throws SwatError `model-invalid` when its numbers make no detector
 */
export function createScorer(
  { version, origin, artifact }: Pick<StoredModel, 'version' | 'origin' | 'artifact'>,
  ratioKind: RatioKind,
  leak = 0,
): Scorer {
  const { calibration, schema, settings } = artifact;
  const { threshold } = calibration;
  const detector = detectorOf(artifact);
  const pace = paceOf(settings, 1, leak);
  const tracks = createTracks(version, schema.features.length, pace);
  const following = remembers(pace);
  const z = new Float64Array(pace.rate > 0 ? schema.features.length : 0);
  const positions = new Map(schema.tags.map((tag, index) => [tag.name, index]));
  const excluded: ReadonlySet<number> = new Set(
    excludedTagsOf(settings).flatMap((name) => schema.tags.flatMap((tag, index) => (tag.name === name ? [index] : []))),
  );
  const left = schema.tags.length - excluded.size;

  const positionsOf = (names: readonly string[]): Set<number> => {
    const found = new Set(excluded);
    for (const name of names) {
      const position = positions.get(name);
      if (position !== undefined) found.add(position);
    }
    return found;
  };

  /** Positions of the features of these tags. */
  const featuresOf = (tags: ReadonlySet<number> | undefined): Set<number> | undefined =>
    tags && new Set(schema.features.flatMap(({ tag }, index) => (tags.has(tag) ? [index] : [])));

  /** The score of a window that is the next one of a track. */
  const scored = ({ features, bad, restarted }: Omit<ScoredWindow, 'asset'>, trackOf: () => Track): DetectorScore => {
    const ignored = bad.length + excluded.size === 0 ? undefined : positionsOf(bad);
    if (bad.length > 0 && ignored !== undefined && (ignored.size - excluded.size) * 2 >= left)
      return notReady(ratioKind, version, threshold);
    const track = following ? trackOf() : undefined;
    if (track !== undefined && restarted === 'gap') track.smoothed = Number.NaN;
    let baseline = track?.baseline;
    let raw = detector.score(features, ignored, baseline);
    // What was normal in training stays normal: a frozen baseline that has moved away from it must not lock itself out.
    if (leak === 0 && raw > threshold && baseline?.some((moved) => moved !== 0) === true) {
      const before = detector.score(features, ignored);
      if (before < raw) [raw, baseline] = [before, undefined];
      else detector.score(features, ignored, baseline);
    }
    const statistics = detector.statistics?.();
    const score = track === undefined ? raw : smooth(track, raw, pace);
    const ratio = ratioOf(calibration, ratioKind, score);
    const result: DetectorScore = { score, threshold, ratio, ratioKind, ready: true, model: version };
    if (statistics !== undefined) Object.assign(result, statistics);
    if (ratio >= 1) result.contributions = detector.explain(features, ignored, 5, baseline);
    if (track !== undefined) {
      if (pace.rate > 0) zScores(detector.scaler, features, z);
      follow(track, z, pace, ratio >= 1, featuresOf(ignored));
    }
    return result;
  };

  return {
    version,
    origin,
    schema,
    threshold,
    tracks,
    travel: pace.rate > 0 ? pace.travel : 0,
    drift: driftOf(artifact),
    standardised(features) {
      if (z.length > 0) zScores(detector.scaler, features, z);
      return z;
    },
    rebase: (asset, tag, to) => rebase(tracks.of(asset), schema, tag, pace, to),
    score(window) {
      const { asset } = window;
      if (window.restarted === 'rewind') tracks.reset(asset);
      return scored(window, () => tracks.of(asset));
    },
    trial(asset) {
      const known = asset === undefined ? undefined : tracks.get(asset);
      const own = known === undefined ? newTrack(schema.features.length, pace) : copyOf(known);
      return (window) => scored(window, () => own);
    },
  };
}
