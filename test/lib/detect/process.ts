import type { Dataset } from '../../../lib/detect/dataset';
import { gaussian, seeded } from '../../../lib/kernels/random';
import type { Tag } from '../../../lib/plant/dictionary';
import { windowSchema, type WindowSchema } from '../../../lib/stream/schema';

const tag = (name: string, kind: Tag['kind'], low: number, high: number, unit: string): Tag => ({
  name,
  stage: 'P1',
  kind,
  low,
  high,
  unit,
});

/** A tank with a filling valve, its flows, and slow water quality: six tags, one of them never moving. */
export const TAGS: readonly Tag[] = [
  tag('LIT1', 'sensor', 0, 1200, 'mm'),
  tag('FIT1', 'sensor', 0, 5, 'm3/h'),
  tag('MV1', 'actuator', 0, 2, ''),
  tag('FIT2', 'sensor', 0, 5, 'm3/h'),
  tag('AIT1', 'sensor', 0, 14, 'pH'),
  tag('P2', 'actuator', 0, 2, ''),
];

/** Runs the process for `samples` seconds; every run with another seed is fresh data of the same process. */
export function simulate(samples: number, seed: number): Float64Array[] {
  const random = seeded(seed);
  let level = 500 + 300 * random();
  let open = random() < 0.5;
  let demand = 0;
  let acid = 0;
  return Array.from({ length: samples }, () => {
    if (level < 500) open = true;
    if (level > 800) open = false;
    demand = 0.99 * demand + 0.02 * gaussian(random);
    acid = 0.995 * acid + 0.004 * gaussian(random);
    const inflow = (open ? 4 : 0) + 0.02 * gaussian(random);
    const outflow = 2 + demand + 0.02 * gaussian(random);
    level += 2 * (inflow - outflow);
    return Float64Array.of(level + gaussian(random), inflow, open ? 2 : 1, outflow, 8.3 + acid, 1);
  });
}

/** Sixteen slow sensors that follow four hidden causes. */
export const SLOW_TAGS = Array.from({ length: 16 }, (_, index) => tag(`T${index}`, 'sensor', -5, 5, ''));

/** Runs the slow process: first-order noise whose memory is about a minute, the same mix of causes for every seed. */
export function simulateSlow(samples: number, seed: number): Float64Array[] {
  const fixed = seeded(99);
  const mix = SLOW_TAGS.map(() => Float64Array.from({ length: 4 }, () => gaussian(fixed)));
  const random = seeded(seed);
  const causes = new Float64Array(4);
  const own = new Float64Array(SLOW_TAGS.length);
  const slower = (value: number) => 0.985 * value + 0.17 * gaussian(random);
  return Array.from({ length: samples }, () => {
    causes.forEach((value, index) => (causes[index] = slower(value)));
    own.forEach((value, index) => (own[index] = slower(value)));
    return Float64Array.from(mix, (row, index) => row.reduce((sum, w, i) => sum + w * causes[i], 0) + own[index]);
  });
}

/** Windows of `length` samples, one every `stride`, as a training set; plain two-pass statistics, and raw samples. */
export function windowsOf(
  frames: readonly Float64Array[],
  length: number,
  stride: number,
  tags = TAGS,
  lags = 0,
): Dataset {
  const schema = windowSchema({ tags }, [length], lags);
  const count = Math.floor((frames.length - length) / stride) + 1;
  const rows = new Float64Array(count * schema.features.length);
  for (let row = 0; row < count; row++) {
    rows.set(statisticsOf(frames.slice(row * stride, row * stride + length), schema), row * schema.features.length);
  }
  const times = Float64Array.from({ length: count }, (_, row) => (row * stride + length - 1) * 1000);
  return { schema, rows, count, times, stride };
}

function statisticsOf(frames: readonly Float64Array[], schema: WindowSchema): number[] {
  const n = frames.length;
  const raw = schema.features.filter(({ statistic }) => statistic === 'first');
  const statistics = schema.tags.flatMap((_, position) => {
    const values = frames.map((frame) => frame[position]);
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    const middle = (n - 1) / 2;
    const spread = values.reduce((sum, __, i) => sum + (i - middle) ** 2, 0);
    const slope = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
    return [mean, std, Math.min(...values), Math.max(...values), slope];
  });
  return [...statistics, ...raw.map(({ tag: position, length }) => frames[n - length][position])];
}

/** One row of a data set. */
export function rowOf(data: Dataset, row: number): number[] {
  const width = data.schema.features.length;
  return [...data.rows.subarray(row * width, (row + 1) * width)];
}

const MOVES = { mean: 1, std: 1 / 4, min: 1, max: 1, slope: 1 / 60, first: 1 } as const;

/** A row in which tags went wild: level moved by `by`, and restless and drifting besides. */
export function shifted(data: Dataset, row: number, moves: Readonly<Record<string, number>>): number[] {
  const features = rowOf(data, row);
  data.schema.features.forEach(({ tag: position, statistic }, index) => {
    features[index] += MOVES[statistic] * (moves[data.schema.tags[position].name] ?? 0);
  });
  return features;
}
