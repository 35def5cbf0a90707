import { createPca, type PcaView } from '../lib/detect/pca';
import { glorotNetwork, type Network } from '../lib/kernels/dense';
import { growForest } from '../lib/kernels/forest';
import { createForestWalk } from '../lib/kernels/forest-walk';
import { createProjection } from '../lib/kernels/projection';
import { gaussian, seeded } from '../lib/kernels/random';
import { createRowForward } from '../lib/kernels/row-forward';
import { createTrainer } from '../lib/kernels/trainer';
import { SWAT } from '../lib/plant/swat';
import { windowSchema } from '../lib/stream/schema';
import { compare, type Bench, type Variant } from './harness';
import { mlForest, onnxPredict, tfjsBackends, tfjsPredict, tfjsStep, type Backend } from './peers';
import { startSklearn } from './sklearn';
import { wholeChain } from './whole-chain';

/** 51 tags, five statistics, and the default network. */
const WIDTHS = [255, 128, 64, 32, 64, 128, 255];
const FEATURES = WIDTHS[0];
const ROWS = 10_000;
const BATCH = 64;
/** Rows of an epoch that the training figure is for. */
const EPOCH = 20_000;

/** What scoring a window costs in the kernels, and what training costs, beside peers in the same run. */
export const kernelsBench: Bench = {
  name: 'kernels',
  async run(short) {
    const random = seeded(5);
    const rows = Float32Array.from({ length: ROWS * FEATURES }, () => gaussian(random));
    const network = glorotNetwork(WIDTHS, random);
    const row = (index: number) => rowsAt(rows, index, 1);
    const batch = (index: number) => rowsAt(rows, index, BATCH);
    const backends = tfjsBackends();
    const onnx = await onnxPredict(network, row);
    const lists = Array.from({ length: ROWS }, (_, index) => [...row(index)]);
    const ml = mlForest(lists);
    // What takes long is left out of a short run.
    const sklearn = short ? undefined : await startSklearn([WIDTHS.slice(1, -1), BATCH, FEATURES, ROWS, FOREST.trees, FOREST.subsample]); // prettier-ignore
    try {
      const forward = await compare(
        `forward pass of one row, ${WIDTHS.join('-')}`,
        'product',
        [
          forwardPass('product', network, rows),
          forwardPass(PLAIN, network, rows, null),
          nestedArrays(network, rows),
          ...(await tfjsVariants(backends, (backend) => tfjsPredict(backend, network, row))),
          ...variant('onnxruntime-node', onnx),
        ],
        short,
      );
      const training = await compare(
        `one step of Adam, batch of ${BATCH}`,
        'product',
        [
          trainingStep('product', network, rows),
          trainingStep(PLAIN, network, rows, null),
          ...(await tfjsVariants(backends, (backend) => tfjsStep(backend, network, BATCH, batch))),
          ...variant('scikit-learn', sklearn?.step),
        ],
        short,
      );
      const walk = await compare(
        'forest of 100 trees, score of one row',
        'product',
        [
          forestScore('product', rows),
          forestScore(PLAIN, rows, null),
          ...variant('ml-isolation-forest', ml?.score),
          ...variant('scikit-learn', sklearn?.score),
        ],
        short,
      );
      const growth = await compare(
        `forest of 100 trees, grown on ${ROWS} rows`,
        'product',
        [
          forestGrowth(rows),
          ...variant('ml-isolation-forest', short ? undefined : ml?.grow),
          ...variant('scikit-learn', sklearn?.grow),
        ],
        short,
      );
      const along = await compare(
        `residual of ${FEATURES} features, ${COMPONENTS[1]} directions`,
        'product',
        [projection('product', rows), projection(PLAIN, rows, null)],
        short,
      );
      const chain = await wholeChain(short);
      const pca = await compare('two PCAs, score of one row', 'product', [pcaScore(rows)], short);
      const epoch = (training.timings[0].medianNs * Math.ceil(EPOCH / BATCH)) / 1e9;
      const missing = [
        ...(backends.length > 0 ? [] : ['TensorFlow.js']),
        ...(ml === undefined ? ['ml-isolation-forest'] : []),
        ...(onnx === undefined ? ['onnxruntime-node'] : []),
        ...(sklearn === undefined && !short ? ['scikit-learn'] : []),
      ];
      return {
        how:
          `Everything in one thread. TensorFlow.js: \`model.predict\`, and the steps of its own Adam. onnxruntime-node: \`session.run\`. ` +
          `scikit-learn: in a process of its own, \`MLPRegressor.partial_fit\` and \`IsolationForest\`. ml-isolation-forest grows every tree ` +
          `on all rows. Not installed here: ${missing.join(', ') || 'nothing'}; torch is not compared, its package is of gigabytes.`,
        comparisons: [forward, training, walk, growth, along, pca, chain],
        figures: [
          {
            name: `training, one epoch of ${EPOCH} rows x ${FEATURES} features`,
            value: Number(epoch.toPrecision(3)),
            unit: 's',
          },
        ],
      };
    } finally {
      sklearn?.end();
    }
  },
};

/** The same in TypeScript, as it runs where there is no WebAssembly. */
const PLAIN = 'product, without WebAssembly';

/** The `index`th `count` rows, from the beginning again after the last. */
function rowsAt(rows: Float32Array, index: number, count: number): Float32Array {
  const start = (index % Math.floor(ROWS / count)) * count * FEATURES;
  return rows.subarray(start, start + count * FEATURES);
}

function variant(name: string, run: Variant['run'] | undefined): Variant[] {
  return run === undefined ? [] : [{ name, run }];
}

async function tfjsVariants(
  backends: readonly Backend[],
  prepare: (backend: Backend) => Promise<Variant['run']>,
): Promise<Variant[]> {
  const variants: Variant[] = [];
  for (const backend of backends) variants.push({ name: `tfjs ${backend}`, run: await prepare(backend) });
  return variants;
}

function forwardPass(name: string, network: Network, rows: Float32Array, engine?: null): Variant {
  const forward = createRowForward(network, engine);
  let row = 0;
  const step = (): number => {
    forward.input.set(rowsAt(rows, row++, 1));
    return forward.run()[0];
  };
  return { name, run: (times) => repeat(step, times) };
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

function trainingStep(name: string, network: Network, rows: Float32Array, engine?: null): Variant {
  const copy = network.map((layer) => ({ ...layer, weights: layer.weights.slice(), bias: layer.bias.slice() }));
  const trainer = createTrainer(copy, BATCH, { learningRate: 1e-3 }, engine);
  let batch = 0;
  const step = (): number => {
    trainer.input.set(rowsAt(rows, batch++, BATCH));
    return trainer.step(trainer.input, BATCH);
  };
  return { name, run: (times) => repeat(step, times) };
}

const everyRow = Uint32Array.from({ length: ROWS }, (_, row) => row);
const FOREST = { trees: 100, subsample: 256 };

function forestScore(name: string, rows: Float32Array, engine?: null): Variant {
  const walk = createForestWalk(growForest(rows, FEATURES, everyRow, FOREST, seeded(1)), engine);
  let row = 0;
  const step = (): number => walk.score(rows, (row++ % ROWS) * FEATURES);
  return { name, run: (times) => repeat(step, times) };
}

function forestGrowth(rows: Float32Array): Variant {
  let seed = 0;
  const step = (): number => growForest(rows, FEATURES, everyRow, FOREST, seeded(seed++)).size.length;
  return { name: 'product', run: (times) => repeat(step, times) };
}

/** Components that 95 and 97 % of the variance of the simulated plant's windows take. */
const COMPONENTS = [53, 59];

function projection(name: string, rows: Float32Array, engine?: null): Variant {
  const directions = Float64Array.from(rows.subarray(0, COMPONENTS[1] * FEATURES), (value) => value / 16);
  const subspace = { width: FEATURES, directions, variances: new Float64Array(COMPONENTS[1]).fill(1) };
  const along = createProjection(subspace, 0, engine);
  let row = 0;
  const step = (): number => {
    along.values.set(rowsAt(rows, row++, 1));
    return along.run();
  };
  return { name, run: (times) => repeat(step, times) };
}

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
