import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tfjsEngine, type TensorFlow } from '../lib/detect/tfjs-engine';
import type { Network } from '../lib/kernels/dense';
import { onnxModel } from './onnx';
import type { Variant } from './harness';

/** Where peers may be installed: beside the oracle, or by hand, as CONTRIBUTING.md says. */
const FOLDERS = [join('test', 'oracle'), join('.work', 'peers')].map((folder) => join(__dirname, '..', '..', folder));

/** A batch, or a row, standing in one array with others: the `index`th of them. */
export type Rows = (index: number) => Float32Array;

/** What a peer does so many times. */
type Work = Variant['run'];

interface Layers {
  predict(rows: object): { dataSync(): Float32Array; dispose(): void };
  setWeights(weights: readonly object[]): void;
}
interface Tfjs extends TensorFlow {
  sequential(): Layers & { add(layer: object): void };
  readonly layers: { dense(settings: object): object };
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  enableProdMode(): void;
}

/** TensorFlow.js, one backend at a time: it is switched over before each of them is timed. */
export const TFJS = ['cpu', 'wasm'] as const;
export type Backend = (typeof TFJS)[number];

/** The backends of TensorFlow.js that are here. */
export function tfjsBackends(): readonly Backend[] {
  if (find('@tensorflow/tfjs') === undefined) return [];
  return find('@tensorflow/tfjs-backend-wasm') === undefined ? ['cpu'] : TFJS;
}

/** `model.predict` of one row. */
export async function tfjsPredict(backend: Backend, network: Network, row: Rows): Promise<Work> {
  const predict = await tfjsModel(backend, network);
  return onTfjs(backend, (index) => predict(row(index).slice())[0]);
}

/** `model.predict` of a row as it is called in a loop; the backend is that of {@link onTfjs}. */
export async function tfjsModel(backend: Backend, network: Network): Promise<(row: Float32Array) => Float32Array> {
  const tf = await tfjs(backend);
  const model = tf.sequential();
  network.forEach(({ inputs, outputs }, index) => {
    const activation = index < network.length - 1 ? 'relu' : 'linear';
    model.add(tf.layers.dense({ inputShape: [inputs], units: outputs, activation }));
  });
  model.setWeights(
    network.flatMap(({ inputs, outputs, weights, bias }) => {
      const kernel = Float32Array.from(weights, (_, at) => weights[(at % outputs) * inputs + Math.floor(at / outputs)]);
      return [tf.tensor2d(kernel, [inputs, outputs]), tf.tensor1d(bias)];
    }),
  );
  const width = network[0].inputs;
  return (row) => tf.tidy(() => model.predict(tf.tensor2d(row, [1, width])).dataSync());
}

/** Work that is done with so a backend, time after time. */
export function onTfjs(backend: Backend, work: (index: number) => number): Work {
  let index = 0;
  return async (times) => {
    await tfjs(backend);
    return repeated(times, () => work(index++));
  };
}

/** One step of its Adam on a batch; the engine is the one that the product can train with. */
export async function tfjsStep(backend: Backend, network: Network, rows: number, batch: Rows): Promise<Work> {
  const tf = await tfjs(backend);
  const stepper = tfjsEngine(tf)(network, rows, { learningRate: 1e-3 });
  return onTfjs(backend, (index) => {
    stepper.input.set(batch(index));
    return stepper.step(rows);
  });
}

interface OnnxRuntime {
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => object;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{ run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>> }>;
  };
}

/** One row in onnxruntime-node, in the thread that asks; `undefined` where it is not installed. */
export async function onnxPredict(network: Network, row: Rows): Promise<Work | undefined> {
  const onnx = find('onnxruntime-node') as OnnxRuntime | undefined;
  if (onnx === undefined) return undefined;
  const session = await onnx.InferenceSession.create(onnxModel(network), { intraOpNumThreads: 1 });
  let index = 0;
  return async (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const x = new onnx.Tensor('float32', row(index++), [1, network[0].inputs]);
      sum += (await session.run({ x })).y.data[0];
    }
    return sum;
  };
}

interface MlForest {
  readonly IsolationForest: new (settings: { readonly nEstimators: number }) => {
    train(rows: readonly number[][]): void;
    predict(rows: readonly number[][]): number[];
  };
}

/** Growing a forest and scoring one row in ml-isolation-forest, 100 trees; `undefined` where it is not installed. */
export function mlForest(rows: readonly number[][]):
  | {
      readonly grow: Work;
      readonly score: Work;
      /** The score of a row as it is called in a loop. */
      readonly predict: () => (row: number[]) => number;
    }
  | undefined {
  const found = find('ml-isolation-forest') as MlForest | undefined;
  if (found === undefined) return undefined;
  const grown = () => {
    const forest = new found.IsolationForest({ nEstimators: 100 });
    forest.train(rows);
    return forest;
  };
  let forest: ReturnType<typeof grown> | undefined;
  let index = 0;
  return {
    grow: (times) => repeated(times, () => ((forest = grown()), 1)),
    score: (times) => {
      const with100 = (forest ??= grown());
      return repeated(times, () => with100.predict([rows[index++ % rows.length]])[0]);
    },
    predict: () => {
      const with100 = (forest ??= grown());
      return (row) => with100.predict([row])[0];
    },
  };
}

function find(name: string): unknown {
  for (const folder of FOLDERS) {
    try {
      return createRequire(join(folder, 'package.json'))(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

async function tfjs(backend: Backend): Promise<Tfjs> {
  const tf = find('@tensorflow/tfjs') as Tfjs;
  tf.enableProdMode();
  if (backend === 'wasm') find('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(backend);
  await tf.ready();
  return tf;
}

function repeated(times: number, work: () => number): number {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += work();
  return sum;
}
