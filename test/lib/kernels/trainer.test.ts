import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createForward, glorotNetwork, type Network } from '../../../lib/kernels/dense';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { createTrainer } from '../../../lib/kernels/trainer';
import { apart } from './apart';
import { fixture } from './fixtures';

interface Frozen {
  learningRate: number;
  network: { inputs: number; outputs: number; weights: number[]; bias: number[] }[];
  batches: number[][];
  predicted: number[];
  losses: number[];
  kernels: number[][];
}
const frozen = fixture('tfjs.json') as Frozen;

const initial = (): Network =>
  frozen.network.map(({ inputs, outputs, weights, bias }) => ({
    inputs,
    outputs,
    weights: Float32Array.from(weights),
    bias: Float32Array.from(bias),
  }));

function near(ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): void {
  assert.equal(ours.length, theirs.length);
  for (let i = 0; i < ours.length; i++) {
    assert.ok(Math.abs(ours[i] - theirs[i]) <= tolerance, `${i}: ${ours[i]} against ${theirs[i]}`);
  }
}

describe('dense kernels against frozen results of TensorFlow.js', () => {
  it('predict the same, in a batch and row by row', () => {
    const rows = frozen.batches[0];
    const forward = createForward(initial(), 8);
    forward.activations[0].set(rows);
    near(forward.run(8), frozen.predicted, 1e-6);
    const single = createForward(initial());
    for (let row = 0; row < 8; row++) {
      single.activations[0].set(rows.slice(5 * row, 5 * row + 5));
      near(single.run(1), frozen.predicted.slice(5 * row, 5 * row + 5), 1e-6);
    }
  });

  it('lose the same at every step of Adam, and end with the same weights', () => {
    const network = initial();
    const trainer = createTrainer(network, 8, { learningRate: frozen.learningRate });
    const losses = frozen.batches.map((batch) => {
      trainer.input.set(batch);
      return trainer.step(trainer.input, 8);
    });
    trainer.settle();
    near(losses, frozen.losses, 1e-5);
    assert.ok(losses[24] < losses[0]);
    network.forEach(({ inputs, outputs, weights, bias }, index) => {
      const turned = Float32Array.from(weights, (_, at) => weights[(at % outputs) * inputs + Math.floor(at / outputs)]);
      near(turned, frozen.kernels[2 * index], 1e-5);
      near(bias, frozen.kernels[2 * index + 1], 1e-5);
    });
  });
});

describe('the trainer', () => {
  it('has the gradients that finite differences give', () => {
    const random = seeded(11);
    const network = glorotNetwork([7, 5, 3, 5, 7], random);
    network.forEach(({ bias }) => bias.forEach((_, i) => (bias[i] = 0.3 * gaussian(random))));
    const rows = Float32Array.from({ length: 6 * 7 }, () => gaussian(random));
    const targets = Float32Array.from(rows, (value) => value + 0.1);
    // A step of rate 0 leaves the weights alone and the gradients behind.
    const trainer = createTrainer(network, 6, { learningRate: 0 });
    trainer.input.set(rows);
    trainer.step(targets, 6);
    const gradients = trainer.gradients();
    const forward = createForward(network, 6);
    forward.activations[0].set(rows);
    const loss = () => forward.run(6).reduce((sum, value, i) => sum + (value - targets[i]) ** 2, 0) / targets.length;
    const step = 1e-3;
    network.forEach((layer, index) => {
      for (const part of ['weights', 'bias'] as const) {
        const values = layer[part];
        for (let i = 0; i < values.length; i++) {
          const kept = values[i];
          values[i] = kept + step;
          const width = values[i];
          const above = loss();
          values[i] = kept - step;
          const slope = (above - loss()) / (width - values[i]);
          values[i] = kept;
          const gradient = gradients[index][part][i];
          assert.ok(Math.abs(slope - gradient) < 2e-3 * Math.max(1, Math.abs(slope)), `${part} ${index} ${i}`);
        }
      }
    });
  });

  it('takes a batch that is not full, and ignores what stands behind it', () => {
    const run = (behind: number) => {
      const network = glorotNetwork([4, 2, 4], seeded(1));
      const trainer = createTrainer(network, 8, { learningRate: 0.01 });
      trainer.input.fill(behind);
      trainer.input.set([1, 2, 3, 4, -1, 0, 1, 0.5, 2, 2, -2, 1]);
      const losses = [trainer.step(trainer.input, 3), trainer.step(trainer.input, 3)];
      trainer.settle();
      return [...losses, ...network[0].weights];
    };
    assert.deepEqual(run(0), run(1e30));
  });

  it('takes in WebAssembly the steps that it takes without, whatever widths and rows, and the same each time (property)', () => {
    const width = fc.integer({ min: 1, max: 40 });
    const shape = fc.tuple(fc.array(width, { minLength: 2, maxLength: 4 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(shape, fc.boolean(), fc.constantFrom(1e-12, 1, 1e9), fc.nat(), ([widths, rows], own, size, seed) => {
        const run = (engine?: null) => {
          const random = seeded(seed);
          const network = glorotNetwork(own ? [...widths, widths[0]] : widths, random);
          const trainer = createTrainer(network, rows, { learningRate: 1e-3 }, engine);
          const given = Float32Array.from({ length: rows * widths[0] }, () => size * gaussian(random));
          const last = network[network.length - 1].outputs;
          const targets = Float32Array.from({ length: rows * last }, () => size * gaussian(random));
          trainer.input.set(given);
          const losses = [rows, Math.ceil(rows / 2)].map((count) => trainer.step(own ? trainer.input : targets, count));
          const gradients = trainer.gradients();
          trainer.settle();
          return { losses, gradients, network };
        };
        const [ours, again, theirs] = [run(), run(), run(null)];
        assert.deepEqual(again, ours);
        // Of what is left of output and target where they cancel.
        assert.ok(apart(ours.losses, theirs.losses) < 1e-5);
        ours.network.forEach((layer, index) => {
          for (const part of ['weights', 'bias'] as const) {
            // The second step's gradients: what rounding did to the first step's weights is in them.
            const [gradient, expected] = [ours.gradients[index][part], theirs.gradients[index][part]];
            assert.ok(apart(gradient, expected) < 1e-4, `gradient of ${part} ${index}`);
            near(layer[part], theirs.network[index][part], 2e-5);
          }
        });
      }),
      { numRuns: 60, examples: [[[[27, 1], 1], false, 1e-12, 2062654319]] },
    );
  });

  it('has a loss that is no number where the rows have one, as without', () => {
    for (const odd of [NaN, Infinity]) {
      const losses = [undefined, null].map((engine) => {
        const trainer = createTrainer(glorotNetwork([5, 3, 5], seeded(1)), 4, { learningRate: 1e-3 }, engine);
        trainer.input.fill(1).set([odd], 7);
        return trainer.step(trainer.input, 4);
      });
      assert.ok(
        losses.every((loss) => !Number.isFinite(loss)),
        losses.join(),
      );
    }
  });

  it('draws initial weights within the bounds of Glorot and Bengio', () => {
    const [layer] = glorotNetwork([40, 20], seeded(5));
    const limit = Math.sqrt(6 / 60);
    const most = layer.weights.reduce((greatest, weight) => Math.max(greatest, Math.abs(weight)), 0);
    assert.ok(most <= limit && most > 0.95 * limit);
    assert.ok(layer.bias.every((value) => value === 0));
  });

  it('learns to pass through data of low rank', () => {
    const random = seeded(2);
    const network = glorotNetwork([6, 4, 2, 4, 6], random);
    const trainer = createTrainer(network, 32, { learningRate: 0.01 });
    let loss = 0;
    for (let step = 0; step < 600; step++) {
      for (let row = 0; row < 32; row++) {
        const a = gaussian(random);
        for (let i = 0; i < 6; i++) trainer.input[row * 6 + i] = i < 3 ? a : -a;
      }
      loss = trainer.step(trainer.input, 32);
    }
    assert.ok(loss < 0.02, String(loss));
  });
});
