import type { DetectorKind, DetectorScore, RatioKind } from '../../lib/detect/detector';
import { trackModel } from '../../lib/detect/track-bytes';
import { SwatError } from '../../lib/errors';
import { requireSchema } from '../../lib/model/compatible';
import { createScorer, notReady, type Scorer } from '../../lib/model/scorer';
import type { ModelStore } from '../../lib/model/store';
import { resolveSchema } from '../../lib/stream/schema';
import type { WindowPayload } from '../../lib/stream/window';

/** Scores windows with the version in force. */
export interface Scoring {
  readonly scorer: Scorer | undefined;
  /** Whether the version in force was looked for yet. */
  readonly loaded: boolean;
  /** Reads the version in force again; until that is done the one before scores. Never rejects: see `problem`. */
  reload(): Promise<void>;
  /** Why there is no scorer, where that is an error and not just an untrained detector. */
  readonly problem: unknown;
  /**
   * Gives back what was remembered of an asset before a restart; if the version in force is not read yet, once it is. What
   * another version has remembered is dropped.
   */
  resume(asset: string, saved: Uint8Array): void;
  /** Takes the place of what is remembered of an asset. @throws SwatError `moved-model` {saved, active}, `snapshot-corrupt` */
  takeOver(asset: string, saved: Uint8Array): void;
  forget(asset: string): void;
  /** The assets of which anything is remembered. */
  remembered(): Iterable<string>;
  /** What is remembered of an asset, to be saved. */
  saved(asset: string): Uint8Array | undefined;
  /** The score of a window, not ready where {@link refusal} has a reason or there is no model. */
  score(window: WindowPayload): DetectorScore;
  /** Why the model in force cannot score this window. */
  refusal(window: WindowPayload): SwatError | undefined;
}

/** Lets a scorer go on with what was remembered of an asset, unless that is of no use to it. */
function handOver(scorer: Scorer, asset: string, saved: Uint8Array | undefined): void {
  try {
    if (saved !== undefined) scorer.tracks.restore(asset, saved);
  } catch {
    // It starts afresh, as for an asset that is new.
  }
}

/** Scores windows that are only tried: not ready where they do not fit the version, or there is none. */
export type TrialScores = (window: WindowPayload) => DetectorScore;

/** Whether a version can score a window. */
function fitsTo(scorer: Scorer, { schema, features }: WindowPayload): boolean {
  return scorer.schema.id === schema && features.length === scorer.schema.features.length;
}

/** Scores as of windows that come next of an asset, or of one that is new; nothing is remembered of them. */
export function trialScores(scorer: Scorer | undefined, ratioKind: RatioKind, asset?: string): TrialScores {
  const trial = scorer?.trial(asset);
  return (window) =>
    scorer !== undefined && trial !== undefined && fitsTo(scorer, window)
      ? trial({ features: window.features, bad: window.quality.bad, restarted: window.restarted })
      : notReady(ratioKind, scorer?.version, scorer?.threshold);
}

/**
 * Scoring that has read nothing yet.
 * @param pinned the version to score with, whichever is in force
 */
export function createScoring(kind: DetectorKind, store: ModelStore, ratioKind: RatioKind, pinned?: string): Scoring {
  let scorer: Scorer | undefined;
  let problem: unknown;
  let turn = 0;
  let loaded = false;
  const waiting = new Map<string, Uint8Array>();

  /** Where a damaged version is the only one, rolling back is no remedy. */
  const withRemedy = async (cause: unknown): Promise<unknown> => {
    if (!(cause instanceof SwatError) || cause.code !== 'model-corrupt') return cause;
    const sound = (await store.list(kind).catch(() => [])).some(
      ({ version, problem: broken }) => broken === undefined && version !== cause.details.version,
    );
    return sound ? cause : new SwatError('model-corrupt-only', cause.details, { cause });
  };

  return {
    get scorer() {
      return scorer;
    },
    get loaded() {
      return loaded;
    },
    get problem() {
      return problem;
    },
    async reload() {
      turn += 1;
      const mine = turn;
      let next: Scorer | undefined;
      let trouble: unknown;
      try {
        const wanted = pinned ?? (await store.active(kind));
        const stored = wanted === undefined ? undefined : await store.load(kind, pinned);
        next = stored && createScorer(stored, ratioKind);
      } catch (cause) {
        trouble = await withRemedy(cause);
      }
      // A later reload has overtaken this one.
      if (mine !== turn) return;
      if (next !== undefined) {
        for (const asset of scorer?.tracks.assets() ?? []) handOver(next, asset, scorer?.tracks.snapshot(asset));
        for (const [asset, saved] of waiting) handOver(next, asset, saved);
        waiting.clear();
      }
      [scorer, problem, loaded] = [next, trouble, true];
    },
    remembered: () => scorer?.tracks.assets() ?? waiting.keys(),
    saved: (asset) => (scorer === undefined ? waiting.get(asset) : scorer.tracks.snapshot(asset)),
    resume(asset, saved) {
      if (scorer === undefined) waiting.set(asset, saved);
      else handOver(scorer, asset, saved);
    },
    takeOver(asset, saved) {
      this.forget(asset);
      if (scorer?.tracks.restore(asset, saved) === true) return;
      throw new SwatError('moved-model', { saved: trackModel(saved), active: scorer?.version ?? '-' });
    },
    forget(asset) {
      waiting.delete(asset);
      scorer?.tracks.reset(asset);
    },
    score: (window) =>
      scorer !== undefined && fitsTo(scorer, window)
        ? scorer.score({
            asset: window.asset,
            features: window.features,
            bad: window.quality.bad,
            restarted: window.restarted,
          })
        : notReady(ratioKind, scorer?.version, scorer?.threshold),
    refusal(window) {
      if (scorer === undefined || fitsTo(scorer, window)) return undefined;
      const given = resolveSchema(window.schema);
      if (given === undefined) return new SwatError('window-unknown', { schema: window.schema.slice(0, 32) });
      if (given.features.length !== window.features.length) return new SwatError('window-type', { found: 'object' });
      // The shipped model of the simulated plant has nothing to say of other plants: as if there were none.
      if (scorer.origin === 'reference') return undefined;
      try {
        requireSchema(scorer.version, scorer.schema, given);
      } catch (cause) {
        if (cause instanceof SwatError) return cause;
        throw cause;
      }
      return undefined;
    },
  };
}
