// Writes test/fixtures/tfjs.json: what TensorFlow.js makes of a tiny autoencoder, for tests that run without it.
import { writeFileSync } from 'node:fs';
import { sample } from './ours.mjs';
import * as tfjs from './tfjs.mjs';

const RATE = 0.01;
const { network, batches } = sample([5, 4, 2, 4, 5], 25, 8, 3);
const initial = network.map(({ inputs, outputs, weights, bias }) => ({
  inputs,
  outputs,
  weights: [...weights],
  bias: [...bias],
}));
const model = tfjs.modelOf(network, RATE);
const fixture = {
  source: 'TensorFlow.js 4.22.0, cpu backend; written by test/oracle/freeze-tfjs.mjs',
  learningRate: RATE,
  network: initial,
  batches: batches.map((batch) => [...batch]),
  predicted: [...tfjs.predict(model, batches[0], 5)],
  losses: await tfjs.train(model, batches, 5),
  kernels: tfjs.weightsOf(model).map((values) => [...values]),
};
writeFileSync(new URL('../fixtures/tfjs.json', import.meta.url), `${JSON.stringify(fixture)}\n`);
