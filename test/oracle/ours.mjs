// The same computations by the compiled kernels of the package.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const load = (name) => require(`../../dist/lib/kernels/${name}.js`);
const { createForward, glorotNetwork } = load('dense');
const { createRowForward } = load('row-forward');
const { createTrainer } = load('trainer');
export const { seeded, gaussian } = load('random');

/** A seeded network, and `count` batches of `rows` seeded normal rows. */
export function sample(widths, count, rows, seed) {
  const random = seeded(seed);
  const network = glorotNetwork(widths, random);
  network.forEach(({ bias }) => bias.forEach((_, index) => (bias[index] = 0.1 * gaussian(random))));
  const batches = Array.from({ length: count }, () =>
    Float32Array.from({ length: rows * widths[0] }, () => gaussian(random)),
  );
  return { network, batches };
}

export function predict(network, rows) {
  const count = rows.length / network[0].inputs;
  const forward = createForward(network, count);
  forward.activations[0].set(rows);
  return forward.run(count).slice();
}

/** One row by the kernel that scores: in WebAssembly, or (`engine` null) as without. */
export function predictRow(network, row, engine) {
  const forward = createRowForward(network, engine);
  forward.input.set(row);
  return forward.run();
}

export function train(network, batches, learningRate) {
  const width = network[0].inputs;
  const trainer = createTrainer(network, batches[0].length / width, { learningRate });
  const losses = batches.map((batch) => {
    trainer.input.set(batch);
    return trainer.step(trainer.input, batch.length / width);
  });
  trainer.settle();
  return losses;
}
