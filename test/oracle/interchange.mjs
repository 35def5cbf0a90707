// Models in TensorFlow.js layers format, both ways: ours loaded by TensorFlow.js, and one that it has made loaded by us.
import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const load = (path) => require(`../../dist/${path}.js`);
const { readTfjs } = load('lib/model/tfjs-read');
const { writeTfjs } = load('lib/model/tfjs-write');
const { networkArtifact, NETWORK_REPORT, WIDTH } = load('test/lib/model/network');
const { createForward } = load('lib/kernels/dense');
const { transpose } = load('lib/kernels/matrix');
const { gaussian, seeded } = load('lib/kernels/random');

const ROWS = 20;

function rowsOf(width) {
  const random = seeded(11);
  return Float32Array.from({ length: ROWS * width }, () => gaussian(random));
}

function oursPredict(layers, rows) {
  const network = layers.map(({ inputs, outputs, kernel, bias, activation }) => {
    const weights = new Float32Array(kernel.length);
    transpose(kernel, weights, inputs, outputs);
    return { inputs, outputs, weights, bias, activation };
  });
  const forward = createForward(network, ROWS);
  forward.activations[0].set(rows);
  return forward.run(ROWS).slice();
}

function theirsPredict(model, rows, width) {
  return model.predict(tf.tensor2d(rows, [ROWS, width])).dataSync();
}

/** Calls `check(what, ours, theirs, tolerance)` for each round trip. */
export async function interchange(check) {
  for (const activations of [undefined, 'tanh,sigmoid', 'elu,selu', 'softplus,relu']) {
    const files = new Map(
      writeTfjs(networkArtifact(5, activations), NETWORK_REPORT, '1').map(({ name, bytes }) => [
        name,
        Buffer.from(bytes),
      ]),
    );
    const json = files.get('tfjs/model.json');
    const weights = files.get('tfjs/weights.bin');
    const { modelTopology, weightsManifest } = JSON.parse(json.toString());
    const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length);
    const model = await tf.loadLayersModel(
      tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }),
    );
    const rows = rowsOf(WIDTH);
    const ours = oursPredict(
      readTfjs(json, () => weights),
      rows,
    );
    check(
      `our export in TensorFlow.js, ${activations ?? 'relu,linear'}`,
      ours,
      theirsPredict(model, rows, WIDTH),
      1e-5,
    );
  }
  for (const activation of ['relu', 'tanh', 'sigmoid', 'elu', 'selu', 'softplus', 'linear']) {
    const width = 12;
    const model = tf.sequential();
    model.add(tf.layers.dense({ inputShape: [width], units: 5, activation }));
    model.add(tf.layers.dropout({ rate: 0.2 }));
    model.add(tf.layers.dense({ units: width }));
    let saved;
    await model.save(tf.io.withSaveHandler((artifacts) => ((saved = artifacts), { modelArtifactsInfo: {} })));
    const topology = typeof saved.modelTopology === 'string' ? JSON.parse(saved.modelTopology) : saved.modelTopology;
    const json = {
      format: 'layers-model',
      modelTopology: topology,
      weightsManifest: [{ paths: ['w'], weights: saved.weightSpecs }],
    };
    const layers = readTfjs(Buffer.from(JSON.stringify(json)), () => Buffer.from(saved.weightData));
    const rows = rowsOf(width);
    check(
      `a model of TensorFlow.js in ours, ${activation}`,
      oursPredict(layers, rows),
      theirsPredict(model, rows, width),
      1e-5,
    );
  }
}
