import type { DriftState } from '../../lib/detect/drift-watch';
import { unknownTags } from '../../lib/detect/drift';
import { furthest } from '../../lib/detect/rebase';
import type { ScorerFor } from './detector-modes';
import { DEFAULT_ASSET } from './window-words';

/** What is remembered of an asset that the version has scored. */
export interface SeenAsset {
  readonly asset: string;
  readonly version: string;
  /** `undefined` for a version that was trained without a reference for drift. */
  readonly drift: Readonly<DriftState> | undefined;
  /** Its latest window was over the threshold. */
  readonly over: boolean;
}

/** The slow baseline: of the frozen asset that has moved furthest, else of the one that has. `asset` is empty for the usual one. */
type LiveBaseline =
  | { readonly state: 'off' | 'waiting' }
  | {
      readonly state: 'following' | 'frozen';
      readonly asset: string;
      readonly tag: string;
      /** Standard deviations, and the most that they may be. */
      readonly by: number;
      readonly travel: number;
    };

/** Drift of what comes. Times are event times, ms. */
type LiveDrift =
  | { readonly state: 'unknown'; readonly reason: 'no-model' | 'untold' | 'waiting' }
  | { readonly state: 'ok'; readonly blockMs: number; readonly unknown: readonly string[] }
  | { readonly state: 'drifted'; readonly found: readonly FoundDrift[] };

interface FoundDrift {
  readonly asset: string;
  readonly of: 'input' | 'score';
  /** Of the input: the tags, at most five. */
  readonly tags: readonly string[];
  readonly since: number;
}

/** What a dialog shows of a detector at work, while it is open. */
export interface Live {
  readonly baseline: LiveBaseline;
  readonly drift: LiveDrift;
}

/** Drifts that are shown, at most. */
const MOST_FOUND = 3;

/** How a detector stands now. */
export function liveOf(seen: Iterable<SeenAsset>, scorerFor: ScorerFor): Live {
  const now = [...seen].filter(({ asset, version }) => scorerFor(asset)?.version === version);
  return { baseline: baselineOf(now, scorerFor), drift: driftNow(now, scorerFor) };
}

/** What has drifted: the name of the tag that has furthest, `''` where only the score has, `undefined` for nothing. */
export function driftedNow(seen: Iterable<SeenAsset>, scorerFor: ScorerFor): string | undefined {
  for (const { asset, version, drift } of seen) {
    if (drift === undefined || Math.max(...drift.since) < 0 || scorerFor(asset)?.version !== version) continue;
    return drift.since[0] >= 0 ? (drift.tags[0] ?? '') : '';
  }
  return undefined;
}

function baselineOf(now: readonly SeenAsset[], scorerFor: ScorerFor): LiveBaseline {
  const usual = scorerFor('');
  let worst: Extract<LiveBaseline, { by: number }> | undefined;
  for (const { asset, over } of now) {
    const scorer = scorerFor(asset);
    const track = scorer?.tracks.get(asset);
    if (scorer === undefined || scorer.travel === 0 || track === undefined) continue;
    const [moved] = furthest(track, scorer.schema, 1);
    const state = over ? 'frozen' : 'following';
    const further = worst === undefined || Math.abs(moved.by) / scorer.travel > Math.abs(worst.by) / worst.travel;
    if (worst === undefined || (worst.state === state ? further : state === 'frozen'))
      worst = { state, asset: named(asset), tag: moved.tag, by: moved.by, travel: scorer.travel };
  }
  return worst ?? { state: usual?.travel === 0 ? 'off' : 'waiting' };
}

function driftNow(now: readonly SeenAsset[], scorerFor: ScorerFor): LiveDrift {
  const usual = scorerFor('');
  const found = now.flatMap(({ asset, drift }): FoundDrift[] => {
    if (drift === undefined) return [];
    const { since, tags } = drift;
    const each = { asset: named(asset), since: since[0] };
    return [
      ...(since[0] >= 0 ? [{ ...each, of: 'input' as const, tags }] : []),
      ...(since[1] >= 0 ? [{ ...each, of: 'score' as const, tags: [], since: since[1] }] : []),
    ];
  });
  if (found.length > 0) return { state: 'drifted', found: found.slice(0, MOST_FOUND) };
  if (usual === undefined) return { state: 'unknown', reason: 'no-model' };
  if (usual.drift === undefined) return { state: 'unknown', reason: 'untold' };
  if (!now.some(({ drift }) => (drift?.blocks ?? 0) > 0)) return { state: 'unknown', reason: 'waiting' };
  return { state: 'ok', blockMs: usual.drift.blockMs, unknown: unknownTags(usual.drift, usual.schema) };
}

function named(asset: string): string {
  return asset === DEFAULT_ASSET ? '' : asset;
}
