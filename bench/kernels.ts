import { createPca, type PcaView } from '../lib/detect/pca';
import { glorotNetwork, type Network } from '../lib/kernels/dense';
import { growForest } from '../lib/kernels/forest';
import { createForestWalk } from '../lib/kernels/forest-walk';
import { gaussian, seeded } from '../lib/kernels/random';
import { createRowForward } from '../lib/kernels/row-forward';
import { createTrainer } from '../lib/kernels/trainer';
import { SWAT } from '../lib/plant/swat';
import { windowSchema } from '../lib/stream/schema';
import { compare, type Bench, type Variant } from './harness';

/** 51 tags, five statistics, and the default network. */
const WIDTHS = [255, 128, 64, 32, 64, 128, 255];
const FEATURES = WIDTHS[0];
const ROWS = 4096;
const BATCH = 64;
/** Rows of an epoch that the training figure is for. */
const EPOCH = 20_000;

/** What scoring a window costs in the kernels, and what training costs. */
export const kernelsBench: Bench = {
  name: 'kernels',
  run(short) {
    const random = seeded(5);
    const rows = Float32Array.from({ length: ROWS * FEATURES }, () => gaussian(random));
    const network = glorotNetwork(WIDTHS, random);
    const forward = compare(
      `forward pass of one row, ${WIDTHS.join('-')}`,
      'product',
      [forwardPass(network, rows), nestedArrays(network, rows)],
      short,
    );
    const training = compare(`one step of Adam, batch of ${BATCH}`, 'product', [trainingStep(network, rows)], short);
    const walk = compare('forest of 100 trees, score of one row', 'product', [forestScore(rows)], short);
    const growth = compare(`forest of 100 trees, grown on ${ROWS} rows`, 'product', [forestGrowth(rows)], short);
    const pca = compare('two PCAs, score of one row', 'product', [pcaScore(rows)], short);
    const epoch = (training.timings[0].medianNs * Math.ceil(EPOCH / BATCH)) / 1e9;
    return {
      comparisons: [forward, training, walk, growth, pca],
      figures: [
        {
          name: `training, one epoch of ${EPOCH} rows x ${FEATURES} features`,
          value: Number(epoch.toPrecision(3)),
          unit: 's',
        },
      ],
    };
  },
};

function forwardPass(network: Network, rows: Float32Array): Variant {
  const forward = createRowForward(network);
  let row = 0;
  const step = (): number => {
    const start = (row++ % ROWS) * FEATURES;
    forward.input.set(rows.subarray(start, start + FEATURES));
    return forward.run()[0];
  };
  return { name: 'product', run: (times) => repeat(step, times) };
}

/** The usual way: arrays of arrays, map and reduce. */
function nestedArrays(network: Network, rows: Float32Array): Variant {
  const layers = network.map(({ inputs, outputs, weights, bias }) =>
    Array.from({ length: outputs }, (_, o) => ({
      weights: [...weights.subarray(o * inputs, (o + 1) * inputs)],
      bias: bias[o],
    })),
  );
  let row = 0;
  const step = (): number => {
    const start = (row++ % ROWS) * FEATURES;
    const input = [...rows.subarray(start, start + FEATURES)];
    const output = layers.reduce(
      (values, layer, index) =>
        layer.map(({ weights, bias }) => {
          const sum = weights.reduce((total, weight, i) => total + weight * values[i], bias);
          return index < layers.length - 1 ? Math.max(0, sum) : sum;
        }),
      input,
    );
    return output[0];
  };
  return { name: 'nested arrays, map and reduce', run: (times) => repeat(step, times) };
}

function trainingStep(network: Network, rows: Float32Array): Variant {
  const copy = network.map((layer) => ({ ...layer, weights: layer.weights.slice(), bias: layer.bias.slice() }));
  const trainer = createTrainer(copy, BATCH, { learningRate: 1e-3 });
  let batch = 0;
  const step = (): number => {
    const start = (batch++ % (ROWS / BATCH)) * BATCH * FEATURES;
    trainer.input.set(rows.subarray(start, start + BATCH * FEATURES));
    return trainer.step(trainer.input, BATCH);
  };
  return { name: 'product', run: (times) => repeat(step, times) };
}

const everyRow = Uint32Array.from({ length: ROWS }, (_, row) => row);
const FOREST = { trees: 100, subsample: 256 };

function forestScore(rows: Float32Array): Variant {
  const walk = createForestWalk(growForest(rows, FEATURES, everyRow, FOREST, seeded(1)));
  let row = 0;
  const step = (): number => walk.score(rows, (row++ % ROWS) * FEATURES);
  return { name: 'product', run: (times) => repeat(step, times) };
}

function forestGrowth(rows: Float32Array): Variant {
  let seed = 0;
  const step = (): number => growForest(rows, FEATURES, everyRow, FOREST, seeded(seed++)).size.length;
  return { name: 'product', run: (times) => repeat(step, times) };
}

/** Components that 95 and 97 % of the variance of the simulated plant's windows take. */
const COMPONENTS = [53, 59];

/** What the shipped PCA computes with windows without raw samples; its numbers do not matter to the time. */
function pcaScore(rows: Float32Array): Variant {
  const directions = Float64Array.from(rows.subarray(0, COMPONENTS[1] * FEATURES));
  const views = COMPONENTS.map((count): PcaView => ({
    features: Int32Array.from({ length: FEATURES }, (_, index) => index),
    mean: new Float64Array(FEATURES),
    subspace: {
      width: FEATURES,
      directions: directions.slice(0, count * FEATURES),
      variances: new Float64Array(count).fill(1),
    },
    scale: new Float32Array(FEATURES).fill(1),
    centre: 0,
    spread: 1,
    weight: 0.5,
  }));
  const scaler = { mean: new Float32Array(FEATURES), spread: new Float32Array(FEATURES).fill(1) };
  const detector = createPca(windowSchema(SWAT, [60]), { scaler, views, topK: 3, speLimit: 1, t2Limit: 1 });
  const baseline = new Float64Array(FEATURES);
  let row = 0;
  const step = (): number => {
    const start = (row++ % ROWS) * FEATURES;
    return detector.score(rows.subarray(start, start + FEATURES), undefined, baseline);
  };
  return { name: 'product', run: (times) => repeat(step, times) };
}

function repeat(step: () => number, times: number): number {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += step();
  return sum;
}
