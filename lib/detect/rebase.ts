import type { WindowSchema } from '../stream/schema';
import type { Track, TrackPace } from './track';

/** Windows that the deviation of now looks back over, at most. */
const MOST_WINDOWS = 3600;
/** Windows after which it can be relied on, and of calm after which a detector that goes over its threshold begins it anew. */
export const ENOUGH_WINDOWS = 60;

/**
 * How far each feature of one asset is from training, in standard deviations: the mean since the detector went over its
 * threshold after a minute of calm, else of the latest windows. 8 bytes a feature.
 */
export class Deviation {
  readonly z: Float64Array;
  windows = 0;
  #calm = 0;

  constructor(features: number) {
    this.z = new Float64Array(features);
  }

  /** The latest window was over the threshold. */
  get over(): boolean {
    return this.windows > 0 && this.#calm === 0;
  }

  take(z: Float64Array, over: boolean): void {
    if (over && this.#calm >= ENOUGH_WINDOWS) this.windows = 0;
    this.#calm = over ? 0 : this.#calm + 1;
    this.windows += 1;
    const share = Math.max(1 / MOST_WINDOWS, 1 / this.windows);
    for (let i = 0; i < this.z.length; i++) this.z[i] += share * (z[i] - this.z[i]);
  }
}

/**
 * Moves the baseline of one tag's features to where they are now, no further from training than the baseline may travel; without
 * a deviation, back to training. No other tag's is touched.
 * @returns how many features moved; 0 where no baseline is kept
 */
export function rebase(
  track: Track,
  { features }: WindowSchema,
  tag: number,
  { travel }: TrackPace,
  to?: Deviation,
): number {
  let moved = 0;
  for (let i = 0; i < track.baseline.length; i++) {
    if (features[i].tag !== tag) continue;
    const wanted = to === undefined ? 0 : to.z[i];
    track.baseline[i] = Math.max(-travel, Math.min(travel, wanted));
    moved += 1;
  }
  return moved;
}

/** How far the baseline of a tag has moved: that of its furthest feature, in standard deviations. */
export interface Moved {
  readonly tag: string;
  readonly statistic: string;
  readonly by: number;
}

/** The tags whose baseline has moved furthest, at most so many. */
export function furthest({ baseline }: Readonly<Track>, { tags, features }: WindowSchema, most: number): Moved[] {
  const found = new Map<number, number>();
  for (let i = 0; i < baseline.length; i++) {
    const { tag } = features[i];
    const before = found.get(tag);
    if (before === undefined || Math.abs(baseline[i]) > Math.abs(baseline[before])) found.set(tag, i);
  }
  return [...found]
    .map(([tag, i]) => ({ tag: tags[tag].name, statistic: features[i].statistic, by: baseline[i] }))
    .sort((a, b) => Math.abs(b.by) - Math.abs(a.by))
    .slice(0, most);
}
