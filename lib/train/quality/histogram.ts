/** Bars of a histogram: 30, or one for each of fewer different values. */
const BARS = 30;

export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** How often values came, in equally wide bars from the least to the greatest; NaN is passed over. `null` of no value. */
export function histogramOf(values: Float64Array): Histogram | null {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return null;
  const from = known.reduce((least, value) => Math.min(least, value), Infinity);
  const to = known.reduce((most, value) => Math.max(most, value), -Infinity);
  if (from === to) return { from, to, counts: [known.length] };
  const counts = new Array<number>(BARS).fill(0);
  for (const value of known) {
    const bar = Math.floor(((value - from) / (to - from)) * BARS);
    counts[Math.min(Math.max(bar, 0), BARS - 1)] += 1;
  }
  return { from, to, counts };
}

/** Between two modes, bars are lower than this share of the lower one's highest. */
const VALLEY = 0.2;
/** A mode holds at least this share of all values. */
const SHARE = 0.1;

/** Centres of the values that clearly form groups of their own; empty when there is one group only. */
export function modesOf({ from, to, counts }: Histogram): number[] {
  if (counts.length < BARS) return [];
  const smooth = counts.map(
    (count, bar) => ((counts.at(bar - 1) ?? 0) * Number(bar > 0) + 2 * count + (counts[bar + 1] ?? 0)) / 4,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  const groups: { peak: number; mass: number; sum: number; valley: number }[] = [];
  let group = { peak: 0, mass: 0, sum: 0, valley: Infinity };
  smooth.forEach((height, bar) => {
    const falls = height <= VALLEY * group.peak;
    if (falls) group.valley = Math.min(group.valley, height);
    if (group.valley < Infinity && height > group.valley / VALLEY && height > VALLEY * group.peak) {
      groups.push(group);
      group = { peak: 0, mass: 0, sum: 0, valley: Infinity };
    }
    group.peak = Math.max(group.peak, height);
    group.mass += counts[bar];
    group.sum += counts[bar] * (bar + 0.5);
  });
  groups.push(group);
  const large = groups.filter(({ mass }) => mass >= SHARE * total);
  if (large.length < 2) return [];
  return large.map(({ sum, mass }) => from + ((to - from) * (sum / mass)) / BARS);
}
