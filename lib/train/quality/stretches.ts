import { quantileOf } from '../../detect/calibration';
import type { TimeRange } from '../exclusions';

/** A stretch of the record that is unlike the rest, and the tags in which it is. */
export interface OddStretch {
  readonly range: TimeRange;
  readonly tags: readonly string[];
}

interface Course {
  readonly name: string;
  readonly trend: { readonly min: readonly number[]; readonly max: readonly number[] };
  readonly std: number;
}

/** A stretch is odd this far beyond where nine of ten stretches lie, in times of their spread. */
const BEYOND = 4;
/** What is odd in more stretches than this share, or returns more often, is no oddity, but how the plant is run. */
const RARE = 0.1;
const RETURNS = 2;
const MOST = 10;
const LEAST_STRETCHES = 20;

/**
 * Stretches in which some tag goes far beyond where it usually stays: neighbours are put together, the ten with the most tags
 * are given. It looks at extremes only: what attack or fault is within the usual range is for the trained detector to see.
 */
export function oddStretches(
  courses: readonly Course[],
  starts: readonly number[],
  ends: readonly number[],
): OddStretch[] {
  if (starts.length < LEAST_STRETCHES) return [];
  const names = starts.map(() => new Set<string>());
  for (const { name, trend, std } of courses) {
    const below = oddOf(trend.min, std, -1);
    const odd = oddOf(trend.max, std, 1).map((isOdd, at) => isOdd || below[at]);
    const returns = odd.filter((isOdd, at) => isOdd && (at === 0 || !odd[at - 1])).length;
    if (returns > RETURNS || odd.filter(Boolean).length > RARE * starts.length) continue;
    odd.forEach((isOdd, at) => isOdd && names[at].add(name));
  }
  const found: { range: TimeRange; tags: Set<string> }[] = [];
  names.forEach((tags, at) => {
    if (tags.size === 0) return;
    const before = at > 0 && names[at - 1].size > 0 ? found.at(-1) : undefined;
    if (before === undefined) found.push({ range: [starts[at], ends[at]], tags: new Set(tags) });
    else {
      before.range = [before.range[0], ends[at]];
      for (const tag of tags) before.tags.add(tag);
    }
  });
  return found
    .sort((a, b) => b.tags.size - a.tags.size || a.range[0] - b.range[0])
    .slice(0, MOST)
    .map(({ range, tags }) => ({ range, tags: [...tags] }));
}

function oddOf(values: readonly number[], std: number, sign: 1 | -1): boolean[] {
  const turned = values.map((value) => value * sign);
  const known = Float64Array.from(turned.filter((value) => !Number.isNaN(value))).sort();
  if (known.length === 0 || std === 0) return values.map(() => false);
  const [low, high] = [quantileOf(known, 0.1), quantileOf(known, 0.9)];
  const spread = Math.max(high - low, std / 2);
  return turned.map((value) => value > high + BEYOND * spread);
}
