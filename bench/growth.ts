import { glorotNetwork } from '../lib/kernels/dense';
import { growForest } from '../lib/kernels/forest';
import { createForestWalk } from '../lib/kernels/forest-walk';
import { gaussian, seeded } from '../lib/kernels/random';
import { createRowForward } from '../lib/kernels/row-forward';
import { createPlant, type Plant } from '../lib/plant/dictionary';
import { WindowFeatures } from '../lib/stream/features';
import { AssetWindows } from '../lib/stream/windows';
import { collectGarbage } from '../test/harness/garbage';
import { grow, exponent, type Bench, type Growth, type Variant } from './harness';

const TAGS = 51;
const STATISTICS = 5;
const LENGTH = 60;
/** Hidden layers of the default network. */
const HIDDEN = [128, 64, 32];
/** Frames or rows that are gone through again and again. */
const ROWS = 256;

/** How costs grow: tags, length of the window, assets, trees, layers. */
export const growthBench: Bench = {
  name: 'growth',
  async run(short) {
    const pick = (sizes: readonly number[]): readonly number[] => (short ? [sizes[0], sizes[2]] : sizes);
    const tags = pick([10, 30, 100, 300, 1000]);
    return {
      how:
        'In a plain process, sizes in turn, round by round; medians. A sample is a frame object of numbers that goes through the ' +
        'windows of an asset; a row is the features of a window. The exponent is fitted by least squares to the logarithms: 0 is the ' +
        'same at every size, 1 in proportion.',
      growths: [
        await grow('a sample through the window', 'tags', tags, (count) => samples(count, LENGTH, 1), short),
        await grow('forward pass of the autoencoder', 'tags', tags, (count) => forward(widths(count, HIDDEN)), short),
        await grow('score of the isolation forest', 'tags', tags, (count) => forest(count, 100), short),
        await grow(
          'features of a sample',
          'samples of the window',
          pick([60, 120, 300, 600, 1200, 3600]),
          features,
          short,
        ),
        await grow(
          'a sample through the window',
          'assets',
          pick([1, 10, 100, 1000, 10_000]),
          (count) => samples(TAGS, LENGTH, count),
          short,
        ),
        memory(pick([10, 30, 100, 300, 1000])),
        await grow(
          'score of the isolation forest',
          'trees',
          pick([25, 50, 100, 200, 400]),
          (trees) => forest(TAGS, trees),
          short,
        ),
        await grow(
          'forward pass of the autoencoder',
          'hidden layers of 128',
          pick([1, 2, 4, 8]),
          (layers) => forward(widths(TAGS, layersOf(layers))),
          short,
        ),
      ],
    };
  },
};

function layersOf(count: number): number[] {
  return new Array<number>(count).fill(128);
}

/** The hidden widths, then as many back, as {@link HIDDEN} stands for. */
function widths(tags: number, hidden: readonly number[]): number[] {
  const back = hidden === HIDDEN ? hidden.slice(0, -1).reverse() : [];
  return [tags * STATISTICS, ...hidden, ...back, tags * STATISTICS];
}

function plantOf(tags: number): Plant {
  const names = Array.from({ length: tags }, (_, index) => `TAG${index}`);
  return createPlant(
    'growth',
    names.map((name) => ({ name, stage: 'P1', kind: 'sensor' as const, unit: '', low: -1e6, high: 1e6 })),
  );
}

/** Frames of every asset in turn through its window, all windows full. */
function samples(tags: number, length: number, assets: number): Variant['run'] {
  const plant = plantOf(tags);
  const windows = fullWindows(plant, length, assets);
  const frames = framesOf(plant);
  let turn = length * assets;
  return repeat(() => {
    const second = Math.floor(turn / assets);
    const { windows: due } = windows.accept(
      `asset-${turn++ % assets}`,
      frames[second % ROWS],
      1000 * second,
      1000 * second,
    );
    return due.length === 0 ? 0 : due[0].features[0];
  });
}

function fullWindows(plant: Plant, length: number, assets: number): AssetWindows {
  const settings = { lengths: [length], stride: 1, maxAgeMs: 10_000, maxAssets: assets, idleMs: 3_600_000 };
  const windows = new AssetWindows(plant, settings);
  const frames = framesOf(plant);
  for (let second = 0; second < length; second += 1)
    for (let asset = 0; asset < assets; asset += 1)
      windows.accept(`asset-${asset}`, frames[second % ROWS], 1000 * second, 1000 * second);
  return windows;
}

function framesOf({ tags }: Plant): Record<string, number>[] {
  const random = seeded(11);
  return Array.from({ length: ROWS }, () => Object.fromEntries(tags.map(({ name }) => [name, gaussian(random)])));
}

function features(length: number): Variant['run'] {
  const random = seeded(11);
  const frames = Array.from({ length: ROWS }, () => Float64Array.from({ length: TAGS }, () => gaussian(random)));
  const window = new WindowFeatures(TAGS, [length]);
  let time = 0;
  const step = (): number => {
    window.push(frames[time++ % ROWS]);
    return window.full ? window.read()[0] : 0;
  };
  for (let i = 0; i < length; i++) step();
  return repeat(step);
}

function forward(layers: readonly number[]): Variant['run'] {
  const pass = createRowForward(glorotNetwork(layers, seeded(5)));
  pass.input.set(rowsOf(layers[0]).subarray(0, layers[0]));
  return repeat(() => pass.run()[0]);
}

function forest(tags: number, trees: number): Variant['run'] {
  const width = tags * STATISTICS;
  const rows = rowsOf(width);
  const every = Uint32Array.from({ length: ROWS }, (_, row) => row);
  const walk = createForestWalk(growForest(rows, width, every, { trees, subsample: 256 }, seeded(1)));
  let row = 0;
  return repeat(() => walk.score(rows, (row++ % ROWS) * width));
}

function rowsOf(width: number): Float32Array {
  const random = seeded(5);
  return Float32Array.from({ length: ROWS * width }, () => gaussian(random));
}

/** What the full windows of so many assets keep, after a collection. */
function memory(sizes: readonly number[]): Growth {
  const plant = plantOf(TAGS);
  const points = sizes.map((assets) => {
    const before = used();
    const windows = fullWindows(plant, LENGTH, assets);
    const value = (used() - before) / 1e6;
    // Must still be there when it is measured.
    if (windows.most < assets) throw new Error('no room for all assets');
    return { size: assets, value };
  });
  return { title: 'memory of the windows', of: 'assets', unit: 'MB', points, exponent: exponent(points) };
}

function used(): number {
  for (let pass = 0; pass < 2; pass += 1) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function repeat(step: () => number): Variant['run'] {
  return (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum += step();
    return sum;
  };
}
