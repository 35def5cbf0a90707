import type { Layer } from './layer';
import type { Past } from './past';
import type { Band, Bucket } from './reader';

/** How a span of time is shown: on which grid it is read, and how long its buckets are. */
export interface Scale {
  readonly layer: Layer;
  /** Length of a bucket, ms: a multiple of the grid's. */
  readonly step: number;
}

/** Lengths of buckets that are tried, each a bucket of the grid longer. */
const MOST_TRIES = 1000;

/**
 * The scale on which a span fits into so many buckets: of the grids that reach back far enough, the coarsest whose buckets are
 * not longer than need be, else the finest.
 * @param points at least 2
 */
export function scaleOf(past: Past, from: number, to: number, points: number): Scale {
  const wanted = (to - from) / points;
  const begin = Math.max(from, past.first ?? from);
  const reaching = past.layers.filter(({ start }) => start !== undefined && start <= begin);
  const fine = reaching.filter(({ resolution }) => resolution.step <= wanted);
  const layer = fine.at(-1) ?? reaching.at(0) ?? past.layers[past.layers.length - 1];
  const unit = layer.resolution.step;
  const units = (length: number): number => Math.max(1, Math.ceil(length / unit)) * unit;
  let step = units(wanted);
  // Buckets begin at multiples of their length: where the span does not, it touches one more.
  const tooMany = (): boolean => Math.floor(to / step) - Math.floor(from / step) + 1 > points;
  for (let left = MOST_TRIES; left > 0 && tooMany(); left -= 1) step += unit;
  // Long enough wherever they begin, for a span of ages.
  if (tooMany()) step = units((to - from) / (points - 1));
  return { layer, step };
}

/** A trace in a span, made coarser: each bucket has the lowest and the highest of all that it stands for. */
export function bucketsOf(past: Past, name: string, { layer, step }: Scale, from: number, to: number): Bucket[] {
  const buckets: [number, number, number, number][] = [];
  let current: [number, number, number, number] | undefined;
  past.each(name, layer, from, to, (time, low, high, last) => {
    const begin = Math.floor(time / step) * step;
    if (current?.[0] !== begin) {
      current = [begin, low, high, last];
      buckets.push(current);
      return;
    }
    if (low < current[1]) current[1] = low;
    if (high > current[2]) current[2] = high;
    current[3] = last;
  });
  for (const bucket of buckets) for (let i = 1; i < 4; i += 1) bucket[i] = shortened(bucket[i]);
  return buckets;
}

/** The same without the last value. */
export function bandsOf(past: Past, name: string, scale: Scale, from: number, to: number): Band[] {
  return bucketsOf(past, name, scale, from, to).map(([time, low, high]) => [time, low, high]);
}

/** Powers of ten that a number has exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const DIGITS = 7;

/** A number of 32 bits as it is written with seven digits: 522.1, not 522.0999755859375. */
export function shortened(value: number): number {
  if (Number.isInteger(value)) return value;
  const power = POWERS[DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)))] as number | undefined;
  return power === undefined ? Number(value.toPrecision(DIGITS)) : Math.round(value * power) / power;
}
