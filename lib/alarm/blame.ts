import { DETECTOR_KINDS, type Contribution } from '../detect/detector';
import { MOST_TAGS, type Scores } from './scores';

/**
 * The tags to blame for a window, most guilty first, each once, at most five. Detectors that measure a deviation come
 * first, by share; an isolation forest cannot tell seen from expected as well, so its tags only fill what is left.
 */
export function blame(scores: Scores): Contribution[] {
  const named = (forest: boolean): Contribution[] =>
    DETECTOR_KINDS.filter((kind) => (kind === 'iforest') === forest)
      .flatMap((kind) => scores[kind]?.contributions ?? [])
      .sort((a, b) => b.share - a.share);
  const byTag = new Map<string, Contribution>();
  for (const contribution of [...named(false), ...named(true)]) {
    if (byTag.size < MOST_TAGS && !byTag.has(contribution.tag)) byTag.set(contribution.tag, contribution);
  }
  return [...byTag.values()];
}
