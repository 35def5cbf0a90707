import { bucketAt, lastUntil } from './trend-scale.js';

/** Two expectations no farther apart than this are one, where no verdict between them said otherwise; ms. */
const SAME = 60_000;

/**
 * The expectations as they hold: each until the next one, where verdicts came less often than the buckets of a picture are long.
 * A verdict between two of them that expected nothing is a gap.
 */
export function carried(expected, step, score) {
  const whole = [];
  expected.forEach((band, index) => {
    whole.push(band);
    const next = expected[index + 1]?.[0] ?? -Infinity;
    if (next - band[0] <= step * 1.5 || next - band[0] > SAME) return;
    if (lastUntil(score, next - 1)?.[0] > band[0]) return;
    for (let time = band[0] + step; time < next; time += step) whole.push([time, band[1], band[2]]);
  });
  return whole;
}

/** What lies between the value and what was expected of it, where it was outside: `[time, low, high]`. */
export function off(values, expected, step) {
  return expected.flatMap(([time, low, high]) => {
    const last = bucketAt(values, step, time)?.[3];
    if (last === undefined || (last >= low && last <= high)) return [];
    return [last > high ? [time, high, last] : [time, last, low]];
  });
}
