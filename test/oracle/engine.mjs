// The engine of TensorFlow.js held to the built-in one: with @tensorflow/tfjs-node where it can be loaded (from the folder
// TFJS_NODE, or from here), else with plain @tensorflow/tfjs, which has the same interface.
import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const load = (path) => require(`../../dist/${path}.js`);
const { builtIn } = load('lib/detect/engine');
const { tfjsEngine } = load('lib/detect/tfjs-engine');
const { fitDetector } = load('lib/detect/fit');
const { fitNetwork } = load('lib/detect/fit-network');
const { readFitSettings } = load('lib/detect/settings');
const { gaussian, seeded } = load('lib/kernels/random');
const { BLOCK_ROWS, ROW_HEAD } = load('lib/train/rows');
const { startTraining } = load('lib/train/trainer');
const { tryEngine } = load('lib/train/try-engine');
const { simulate, windowsOf } = load('test/lib/detect/process');

const HOOKS = { progress: () => undefined, cancelled: () => false };
const folders = [process.env.TFJS_NODE, fileURLToPath(new URL('.', import.meta.url))].filter((folder) => folder);

/** Loss of every epoch, and the weights that came of it. */
function learn(engine, rows, width, settings) {
  const losses = [];
  const choice = Uint32Array.from({ length: rows.length / width }, (_, row) => row);
  const { network } = fitNetwork(rows, width, choice, settings, settings.seed, engine, (...[, , , loss, last]) => {
    if (last) losses.push(loss);
  });
  return { losses, weights: network.flatMap(({ weights, bias }) => [...weights, ...bias]) };
}

/** Rows in which a third of the columns follows from the others. */
function correlated(count, width, seed) {
  const random = seeded(seed);
  const rows = Float32Array.from({ length: count * width }, () => gaussian(random));
  for (let at = 0; at < rows.length; at += 3) rows[at] = 0.6 * rows[at + 1] - 0.8 * rows[at + 2];
  return rows;
}

/** The rows as they lie in a collection. */
function collected({ schema, rows, count, times, stride }) {
  const width = schema.features.length;
  const blocks = Array.from({ length: Math.ceil(count / BLOCK_ROWS) }, (_, block) => {
    const numbers = new Float64Array(new SharedArrayBuffer(8 * BLOCK_ROWS * (ROW_HEAD + width)));
    for (let row = block * BLOCK_ROWS; row < Math.min((block + 1) * BLOCK_ROWS, count); row++)
      numbers.set(
        [times[row], 0, ...rows.subarray(row * width, (row + 1) * width)],
        (row % BLOCK_ROWS) * (ROW_HEAD + width),
      );
    return numbers;
  });
  return { schema, stride, count, blocks, assets: [''] };
}

/** A whole training: in the training thread where the engine can be loaded there, else here. */
async function trained(settings, data, here) {
  if (here !== undefined) return fitDetector('autoencoder', data, settings, HOOKS, here).artifact;
  const job = { kind: 'autoencoder', settings, engineFolders: folders, data: collected(data) };
  return (await startTraining(job, () => undefined).result).artifact;
}

/** Calls `check(what, ours, theirs, tolerance)`, and says which module ran. */
export async function engines(check) {
  const problem = await tryEngine('tfjs-node', folders).catch((error) => error);
  let theirs;
  if (problem === undefined) {
    const { loadEngine } = load('lib/train/engines');
    theirs = loadEngine('tfjs-node', folders);
    console.log('the engine was run with @tensorflow/tfjs-node');
  } else {
    theirs = tfjsEngine(tf);
    const why =
      problem.code === 'engine-missing' ? 'is not installed here' : `does not work here (${problem.details.detail})`;
    console.log(`@tensorflow/tfjs-node ${why}: the engine was run with @tensorflow/tfjs, backend ${tf.getBackend()}`);
  }
  for (const [count, width, batch, hidden] of [
    [400, 6, 64, [4, 2]],
    [500, 45, 32, [128, 64, 32]],
    [300, 255, 64, [128, 64, 32]],
  ]) {
    const settings = readFitSettings('autoencoder', { epochs: 5, batch, hidden: [...hidden] });
    const rows = correlated(count, width, 5);
    const mine = learn(builtIn, rows, width, settings);
    const other = learn(theirs, rows, width, settings);
    check(`losses of 5 epochs, ${width} features`, mine.losses, other.losses, 1e-5);
    check(`weights after 5 epochs, ${width} features`, mine.weights, other.weights, 1e-4);
  }
  const before = tf.memory().numTensors;
  learn(tfjsEngine(tf), correlated(80, 6, 1), 6, readFitSettings('autoencoder', { epochs: 2, hidden: [2] }));
  check('tensors left behind', [before], [tf.memory().numTensors], 0);

  const data = windowsOf(simulate(6000, 1), 60, 10);
  const settings = readFitSettings('autoencoder', { epochs: 5, folds: 3, hidden: [8, 4] });
  const mine = await trained(settings, data);
  const there = { ...settings, engine: 'tfjs-node' };
  const other = await trained(there, data, problem === undefined ? undefined : theirs);
  check(
    'names of what is saved',
    [Object.keys(mine.tensors).join() === Object.keys(other.tensors).join() ? 1 : 0],
    [1],
    0,
  );
  check('threshold of a training', [mine.calibration.threshold], [other.calibration.threshold], 1e-4);
  check(
    'residual scale of a training',
    mine.tensors['residual.scale'].data,
    other.tensors['residual.scale'].data,
    1e-3,
  );
}
