import { DETECTOR_KINDS, type Contribution } from '../detect/detector';
import { MOST_TAGS, type Scores } from './scores';

/**
 * The tags to blame for one window or several, most guilty first, each once, at most five. A share is the mean of the
 * windows that blame anything: what was wrong from the first of them outweighs what only followed from it. The rest of
 * a contribution is the latest one's. Detectors that measure a deviation come first; an isolation forest cannot tell
 * seen from expected as well, so its tags only fill what is left, and share in what the others leave of the whole.
 */
export function blame(...windows: readonly Scores[]): Contribution[] {
  const named = (forest: boolean): Contribution[] =>
    DETECTOR_KINDS.filter((kind) => (kind === 'iforest') === forest)
      .flatMap((kind) => meanShares(windows.map((scores) => scores[kind]?.contributions ?? [])))
      .sort((a, b) => b.share - a.share);
  const measured = firstOfEach(named(false), []);
  const whole = Math.max(1, sumOf(measured));
  const told = measured.map((each) => ({ ...each, share: each.share / whole }));
  const rest = Math.max(0, 1 - sumOf(told));
  const filling = firstOfEach(named(true), told);
  return [...told, ...filling.map((each) => ({ ...each, share: told.length === 0 ? each.share : each.share * rest }))];
}

/** Of each tag that is not there yet the first, as many as there is room for. */
function firstOfEach(from: readonly Contribution[], there: readonly Contribution[]): Contribution[] {
  const known = new Set(there.map(({ tag }) => tag));
  const found: Contribution[] = [];
  for (const each of from) {
    if (known.size >= MOST_TAGS || known.has(each.tag)) continue;
    known.add(each.tag);
    found.push(each);
  }
  return found;
}

function sumOf(contributions: readonly Contribution[]): number {
  return contributions.reduce((sum, { share }) => sum + share, 0);
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
