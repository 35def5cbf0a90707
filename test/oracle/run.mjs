// Holds the dense kernels to TensorFlow.js, and the PCA detector to its references where their data is at hand (SWAT_DATA).
// Needs `npm ci` in this folder and `npm run build` in the root.
import { engines } from './engine.mjs';
import { interchange } from './interchange.mjs';
import * as ours from './ours.mjs';
import { compareWith, dataFolder } from './references.mjs';
import * as tfjs from './tfjs.mjs';

const RATE = 1e-3;
let passed = 0;
let failed = 0;

function tell(what, apart, tolerance) {
  const good = apart <= tolerance;
  if (good) passed++;
  else failed++;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${what}: ${apart.toExponential(1)} apart, ${tolerance} allowed`);
}

function check(what, ours, theirs, tolerance) {
  let worst = 0;
  ours.forEach((value, index) => {
    const apart = Math.abs(value - theirs[index]) / Math.max(1, Math.abs(theirs[index]));
    worst = Math.max(worst, Number.isFinite(apart) ? apart : Infinity);
  });
  tell(what, ours.length === theirs.length ? worst : Infinity, tolerance);
}

for (const [widths, steps, rows] of [
  [[3, 2, 3], 60, 7],
  [[45, 23, 12, 6, 12, 23, 45], 40, 64],
  [[255, 128, 64, 32, 64, 128, 255], 20, 64],
]) {
  const name = widths.join('-');
  const { network, batches } = ours.sample(widths, steps, rows, 7);
  const model = tfjs.modelOf(network, RATE);
  check(`forward ${name}`, ours.predict(network, batches[0]), tfjs.predict(model, batches[0], widths[0]), 1e-5);
  const one = batches[0].subarray(0, widths[0]);
  const theirRow = tfjs.predict(model, one, widths[0]);
  check(`forward of one row ${name}`, ours.predictRow(network, one), theirRow, 1e-5);
  check(`the same without WebAssembly ${name}`, ours.predictRow(network, one, null), theirRow, 1e-5);
  const theirLosses = await tfjs.train(model, batches, widths[0]);
  check(`losses of ${steps} Adam steps ${name}`, ours.train(network, batches, RATE), theirLosses, 1e-5);
  const theirs = tfjs.weightsOf(model);
  network.forEach((layer, index) => {
    check(`weights of layer ${index} ${name}`, tfjs.turned(layer), theirs[2 * index], 1e-4);
    check(`bias of layer ${index} ${name}`, layer.bias, theirs[2 * index + 1], 1e-4);
  });
}
await interchange(check);
await engines(check);
const folder = dataFolder();
if (folder === undefined) console.log('no data of the reference detectors (SWAT_DATA): the PCA is not held to them');
else compareWith(folder, tell);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
