/** A line from one span of numbers to another; a span without a length stands in the middle. */
export function scale(from, to, first, last) {
  if (!(to > from)) return () => (first + last) / 2;
  return (value) => first + ((last - first) * (value - from)) / (to - from);
}

/** Steps of time that a clock shows, s. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400];

/** Places for the marks of a time axis, at most so many: whole steps of the local clock. Times in ms. */
export function timeTicks(from, to, most) {
  const step = (STEPS.find((each) => (to - from) / (each * 1000) <= most) ?? 86_400 * Math.ceil((to - from) / 86_400_000 / most)) * 1000; // prettier-ignore
  const shift = new Date(to).getTimezoneOffset() * 60_000;
  const ticks = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to; at += step) ticks.push(at);
  return { ticks, step };
}

/** Round places for the marks of a value axis: 1, 2 or 5 times a power of ten apart. */
export function valueTicks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const ticks = [];
  for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at += 1) ticks.push(at * step || 0);
  return ticks;
}

/** Buckets that come more seldom than this leave gaps, ms. */
const SELDOM = 60_000;
/** How far buckets are usually apart, by their list: asked for with every move of a pointer. */
const usuals = new WeakMap();

/** How long a bucket holds: as long as it is, or until the next one usually comes, where data comes more seldom. All in ms. */
export function paceOf(buckets, step) {
  if (!usuals.has(buckets)) {
    const apart = buckets.slice(1).map(([time], index) => time - buckets[index][0]);
    usuals.set(buckets, apart.sort((a, b) => a - b)[apart.length >> 1] ?? step);
  }
  const usual = usuals.get(buckets);
  return usual > SELDOM ? step : Math.max(step, usual);
}

/** What lies between a value and what was expected of it, where it was outside: `[time, low, high]`. */
export function offBand(values, pace, expected) {
  return expected.flatMap(([time, low, high]) => {
    const last = bucketAt(values, pace, time)?.[3];
    if (last === undefined || (last >= low && last <= high)) return [];
    return [last > high ? [time, high, last] : [time, last, low]];
  });
}

/** Buckets as stretches without a gap: a bucket that is missing ends one. Each bucket begins with its time, ms. */
export function stretches(buckets, step) {
  const all = [];
  let last = -Infinity;
  for (const bucket of buckets) {
    if (bucket[0] - last > step * 1.5) all.push([]);
    all.at(-1).push(bucket);
    last = bucket[0];
  }
  return all;
}

/** The path of a line through the last values; a bucket alone is a dot. */
export function linePath(buckets, step, x, y) {
  return stretches(buckets, step)
    .map((each) => `M${each.map(([time, , , last]) => `${x(time + step / 2)} ${y(last)}`).join('L')}h0.01`)
    .join('');
}

/** The path of a value that holds until the next one. */
export function stepPath(buckets, step, x, y) {
  return stretches(buckets, step)
    .map((each) => `M${each.map(([time, , , last]) => `${x(time)} ${y(last)}H${x(time + step)}`).join('L')}`)
    .join('');
}

/** The path around what lies between the lows and the highs, and so many px around it. */
export function areaPath(buckets, step, x, y, around = 0) {
  return stretches(buckets, step)
    .map((each) => {
      const over = each.flatMap(([time, , high]) => [x(time), x(time + step)].map((at) => `${at} ${y(high) - around}`));
      const under = each.flatMap(([time, low]) => [x(time), x(time + step)].map((at) => `${at} ${y(low) + around}`));
      return `M${[...over, ...under.reverse()].join('L')}Z`;
    })
    .join('');
}

/** The bucket at a time; `undefined` in a gap. */
export function bucketAt(buckets, step, time) {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (buckets[middle][0] <= time) low = middle + 1;
    else high = middle;
  }
  const found = buckets[low - 1];
  return found !== undefined && found[0] + step > time ? found : undefined;
}
