import type { DetectorKind, DetectorScore, RatioKind } from '../../lib/detect/detector';
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
  /** The score of a window, not ready where {@link refusal} has a reason or there is no model. */
  score(window: WindowPayload): DetectorScore;
  /** Why the model in force cannot score this window. */
  refusal(window: WindowPayload): SwatError | undefined;
}

/** Scoring that has read nothing yet. */
export function createScoring(kind: DetectorKind, store: ModelStore, ratioKind: RatioKind): Scoring {
  let scorer: Scorer | undefined;
  let problem: unknown;
  let turn = 0;
  let loaded = false;
  const fits = (window: WindowPayload): boolean =>
    scorer?.schema.id === window.schema && window.features.length === scorer.schema.features.length;

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
        const stored = (await store.active(kind)) && (await store.load(kind));
        next = stored && createScorer(stored, ratioKind);
      } catch (cause) {
        trouble = await withRemedy(cause);
      }
      // A later reload has overtaken this one.
      if (mine !== turn) return;
      [scorer, problem, loaded] = [next, trouble, true];
    },
    score: (window) =>
      scorer !== undefined && fits(window)
        ? scorer.score(window.features, window.quality.bad)
        : notReady(ratioKind, scorer?.version, scorer?.threshold),
    refusal(window) {
      if (scorer === undefined || fits(window)) return undefined;
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
