import { gaussian, seeded } from '../lib/kernels/random';
import { createPlant, type Plant } from '../lib/plant/dictionary';
import { WindowFeatures } from '../lib/stream/features';
import { AssetWindows } from '../lib/stream/windows';
import { compare, type Bench, type Comparison, type Variant } from './harness';
import { mapReduce, typedTwoPass, type Features } from './naive';

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
      const variants = [
        product(frames, length),
        other('two passes, typed arrays', typedTwoPass(TAGS, length), frames, length),
        other('map and reduce', mapReduce(TAGS, length), frames, length),
      ];
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

/** Another way to the same features, from one frame to the next. */
function other(name: string, of: Features, frames: readonly Float64Array[], length: number): Variant {
  let time = 0;
  const step = (): number => of(frames[time++ % FRAMES])?.[0] ?? 0;
  for (let i = 0; i < length; i++) step();
  return { name, run: (times) => repeat(step, times) };
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
