import { DETECTOR_KINDS, type Contribution } from '../detect/detector';
import { MOST_TAGS, type Scores } from './scores';

/**
 * The tags to blame for one window or several, most guilty first, each once, at most five. A share is the mean of the
 * windows that blame anything: what was wrong from the first of them outweighs what only followed from it. The rest of
 * a contribution is the latest one's. Detectors that measure a deviation come first; an isolation forest cannot tell
 * seen from expected as well, so its tags only fill what is left.
 */
export function blame(...windows: readonly Scores[]): Contribution[] {
  const named = (forest: boolean): Contribution[] =>
    DETECTOR_KINDS.filter((kind) => (kind === 'iforest') === forest)
      .flatMap((kind) => meanShares(windows.map((scores) => scores[kind]?.contributions ?? [])))
      .sort((a, b) => b.share - a.share);
  const byTag = new Map<string, Contribution>();
  for (const contribution of [...named(false), ...named(true)]) {
    if (byTag.size < MOST_TAGS && !byTag.has(contribution.tag)) byTag.set(contribution.tag, contribution);
  }
  return [...byTag.values()];
}

function meanShares(windows: readonly (readonly Contribution[])[]): Contribution[] {
  const blaming = windows.filter((contributions) => contributions.length > 0);
  if (blaming.length === 1) return [...blaming[0]];
  const byTag = new Map<string, { share: number; latest: Contribution }>();
  for (const latest of blaming.flat()) {
    byTag.set(latest.tag, { share: (byTag.get(latest.tag)?.share ?? 0) + latest.share, latest });
  }
  return [...byTag.values()].map(({ share, latest }) => ({ ...latest, share: share / blaming.length }));
}
