import { ratioOf } from '../detect/calibration';
import type { DetectorScore, RatioKind } from '../detect/detector';
import { detectorOf } from '../detect/load';
import type { WindowSchema } from '../stream/schema';
import type { StoredModel } from './shelf';

/** A model version that places windows on the ratio scale. */
export interface Scorer {
  readonly version: string;
  readonly origin: StoredModel['origin'];
  readonly schema: WindowSchema;
  readonly threshold: number;
  /**
   * The score of a window of {@link schema}. Tags with bad data take no part; when half of them or more are bad, the score is
   * not ready. Blame is only put from ratio 1 on.
   * @param features finite, in the order of the schema, in units
   * @param bad names of the tags whose data is bad
   */
  score(features: readonly number[], bad: readonly string[]): DetectorScore;
}

/** What stands in a message while there is nothing to score with, or nothing that can be scored. */
export function notReady(ratioKind: RatioKind, version = '', threshold = 0): DetectorScore {
  return { score: 0, threshold, ratio: 0, ratioKind, ready: false, model: version };
}

/**
 * Makes a scorer of a model version.
 * @throws SwatError `model-invalid` when its numbers make no detector
 */
export function createScorer(
  { version, origin, artifact }: Pick<StoredModel, 'version' | 'origin' | 'artifact'>,
  ratioKind: RatioKind,
): Scorer {
  const { calibration, schema } = artifact;
  const { threshold } = calibration;
  const detector = detectorOf(artifact);
  const positions = new Map(schema.tags.map((tag, index) => [tag.name, index]));

  const positionsOf = (names: readonly string[]): Set<number> => {
    const found = new Set<number>();
    for (const name of names) {
      const position = positions.get(name);
      if (position !== undefined) found.add(position);
    }
    return found;
  };

  return {
    version,
    origin,
    schema,
    threshold,
    score(features, bad) {
      const ignored = bad.length === 0 ? undefined : positionsOf(bad);
      if (ignored !== undefined && ignored.size * 2 >= schema.tags.length)
        return notReady(ratioKind, version, threshold);
      const score = detector.score(features, ignored);
      const ratio = ratioOf(calibration, ratioKind, score);
      const result: DetectorScore = { score, threshold, ratio, ratioKind, ready: true, model: version };
      if (ratio >= 1) result.contributions = detector.explain(features, ignored);
      return result;
    },
  };
}
