import { gaussian, seeded } from '../lib/kernels/random';
import { createPlant, type Plant } from '../lib/plant/dictionary';
import { WindowFeatures } from '../lib/stream/features';
import { AssetWindows } from '../lib/stream/windows';
import { compare, type Bench, type Comparison, type Variant } from './harness';

const TAGS = 51;
const LENGTHS = [60, 600, 3600];
/** Frames that are gone through again and again. */
const FRAMES = 4096;

/** What a sample costs: the five statistics of 51 tags, from one frame to the next, at three window lengths. */
export const windowBench: Bench = {
  name: 'window',
  async run(short) {
    const frames = signal();
    const comparisons: Comparison[] = [];
    for (const length of LENGTHS) {
      const title = `features of one sample, ${TAGS} tags, window of ${length}`;
      const variants = [product(frames, length), typedTwoPass(frames, length), mapReduce(frames, length)];
      comparisons.push(await compare(title, 'product', variants, short));
    }
    const title = `one frame object to one window payload, ${TAGS} tags, window of 60`;
    const variants = [{ ...product(frames, 60), name: 'features alone' }, wholePath(frames)];
    comparisons.push(await compare(title, 'features alone', variants, short));
    return { comparisons };
  },
};

/** Noise on levels, drifts and steps: the everyday case. */
function signal(): Float64Array[] {
  const random = seeded(11);
  return Array.from({ length: FRAMES }, (_, time) =>
    Float64Array.from({ length: TAGS }, (_unused, tag) => {
      if (tag % 2 === 1) return Math.floor(time / (50 + tag)) % 2;
      return 100 * tag + 20 * Math.sin(time / (30 + tag)) + gaussian(random);
    }),
  );
}

function product(frames: readonly Float64Array[], length: number): Variant {
  const features = new WindowFeatures(TAGS, [length]);
  let time = 0;
  const step = (): number => {
    features.push(frames[time++ % FRAMES]);
    return features.full ? features.read()[0] : 0;
  };
  for (let i = 0; i < length; i++) step();
  return { name: 'product', run: (times) => repeat(step, times) };
}

/** Two passes over typed arrays, one ring per tag: careful code that does all the work anew for every sample. */
function typedTwoPass(frames: readonly Float64Array[], length: number): Variant {
  const rings = Array.from({ length: TAGS }, () => new Float64Array(length));
  const middle = (length - 1) / 2;
  const spread = (length * (length * length - 1)) / 12;
  let time = 0;
  const step = (): number => {
    const frame = frames[time % FRAMES];
    const slot = time++ % length;
    const out = new Array<number>(TAGS * 5);
    for (let tag = 0; tag < TAGS; tag++) {
      const ring = rings[tag];
      ring[slot] = frame[tag];
      let sum = 0;
      let min = Infinity;
      let max = -Infinity;
      for (let i = 0; i < length; i++) {
        const value = ring[i];
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
      const mean = sum / length;
      let squares = 0;
      let moment = 0;
      for (let i = 0, at = slot + 1 === length ? 0 : slot + 1; i < length; i++) {
        const d = ring[at] - mean;
        squares += d * d;
        moment += (i - middle) * d;
        if (++at === length) at = 0;
      }
      out[tag * 5] = mean;
      out[tag * 5 + 1] = Math.sqrt(squares / length);
      out[tag * 5 + 2] = min;
      out[tag * 5 + 3] = max;
      out[tag * 5 + 4] = moment / spread;
    }
    return out[0];
  };
  for (let i = 0; i < length; i++) step();
  return { name: 'two passes, typed arrays', run: (times) => repeat(step, times) };
}

/** The usual function node: an array of frames, shifted and pushed, and map and reduce for each tag. */
function mapReduce(frames: readonly Float64Array[], length: number): Variant {
  const buffer: Float64Array[] = [];
  const middle = (length - 1) / 2;
  const spread = (length * (length * length - 1)) / 12;
  let time = 0;
  const step = (): number => {
    buffer.push(frames[time++ % FRAMES]);
    if (buffer.length > length) buffer.shift();
    if (buffer.length < length) return 0;
    const features = Array.from({ length: TAGS }, (_, tag) => {
      const values = buffer.map((frame) => frame[tag]);
      const mean = values.reduce((sum, value) => sum + value, 0) / length;
      const variance = values.map((value) => (value - mean) ** 2).reduce((sum, value) => sum + value, 0) / length;
      const moment = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
      return [mean, Math.sqrt(variance), Math.min(...values), Math.max(...values), moment / spread];
    }).flat();
    return features[0];
  };
  for (let i = 0; i < length; i++) step();
  return { name: 'map and reduce', run: (times) => repeat(step, times) };
}

/** All that swat-window does with a frame besides taking and sending the message. */
function wholePath(frames: readonly Float64Array[]): Variant {
  const plant = plantOf();
  const settings = { lengths: [60], stride: 1, maxAgeMs: 10_000, maxAssets: 1000, idleMs: 3_600_000 };
  const windows = new AssetWindows(plant, settings);
  const objects = frames.map((frame) => Object.fromEntries(plant.tags.map((tag, i) => [tag.name, frame[i]])));
  let time = 0;
  const step = (): number => {
    const at = time++;
    const { windows: due } = windows.accept('plant', objects[at % FRAMES], 1000 * at, 1000 * at);
    return due.length === 0 ? 0 : due[0].features[0];
  };
  return { name: 'frame object to payload', run: (times) => repeat(step, times) };
}

function plantOf(): Plant {
  return createPlant(
    'bench',
    Array.from({ length: TAGS }, (_, i) => ({
      name: `TAG${i}`,
      stage: 'P1',
      kind: 'sensor' as const,
      unit: '',
      low: -1e6,
      high: 1e6,
    })),
  );
}

function repeat(step: () => number, times: number): number {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += step();
  return sum;
}
