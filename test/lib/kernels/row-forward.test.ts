import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ACTIVATIONS } from '../../../lib/kernels/activation';
import { glorotNetwork, type Network } from '../../../lib/kernels/dense';
import { transpose } from '../../../lib/kernels/matrix';
import { seeded, type Random } from '../../../lib/kernels/random';
import { createRowForward, type RowForward } from '../../../lib/kernels/row-forward';
import { apart, inWasm } from './apart';

function noisy(
  widths: readonly number[],
  random: Random,
  activations: readonly (typeof ACTIVATIONS)[number][] = [],
): Network {
  return glorotNetwork(widths, random).map((layer, index) => ({
    ...layer,
    bias: layer.bias.map(() => random() - 0.5),
    ...(activations.length > 0 && { activation: activations[index % activations.length] }),
  }));
}

const run = (forward: RowForward, row: Float32Array): Float32Array => {
  forward.input.set(row);
  return forward.run().slice();
};

/** float32 sums, one layer after the other: relative to the greatest input or output, or to 1 where those are less. */
const ROUNDING = 1e-6;

describe('a forward pass over one row', () => {
  it('is in WebAssembly what it is without, whatever the widths and activations, and the same each time (property)', () => {
    const width = fc.integer({ min: 1, max: 70 });
    const activations = fc.array(fc.constantFrom(...ACTIVATIONS), { maxLength: 3 });
    const size = fc.constantFrom(1e-30, 1, 1e3, 1e30);
    fc.assert(
      fc.property(
        fc.array(width, { minLength: 2, maxLength: 5 }),
        activations,
        size,
        fc.nat(),
        (widths, functions, greatest, seed) => {
          const random = seeded(seed);
          const network = noisy(widths, random, functions);
          const [fast, again, plain] = [
            createRowForward(network),
            createRowForward(network),
            createRowForward(network, null),
          ];
          assert.ok(inWasm(fast.input) && !inWasm(plain.input));
          for (let row = 0; row < 3; row++) {
            const given = Float32Array.from({ length: widths[0] }, () => greatest * (random() - 0.5));
            const outputs = run(fast, given);
            // A difference shows where a saturated unit ends in 1 - 1, or SELU leaves next to nothing of huge sums.
            const scale = Math.max(1, ...given.map(Math.abs));
            const expected = run(plain, given);
            outputs.forEach((value, i) => {
              assert.ok(
                Math.abs(value - expected[i]) <= ROUNDING * scale || !Number.isFinite(expected[i]),
                `${value} ${expected[i]}`,
              );
            });
            assert.deepEqual(run(again, given), outputs);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is so at the size of a plant: 255 features', () => {
    const random = seeded(1);
    const network = noisy([255, 128, 64, 32, 64, 128, 255], random);
    const [fast, plain] = [createRowForward(network), createRowForward(network, null)];
    for (let row = 0; row < 20; row++) {
      const given = Float32Array.from({ length: 255 }, () => 100 * (random() - 0.5) ** 3);
      assert.ok(apart(run(fast, given), run(plain, given)) < ROUNDING);
    }
  });

  it('lets NaN and Infinity through as it does without, and forgets them with the next row', () => {
    const random = seeded(3);
    for (const widths of [
      [17, 5, 3],
      [1, 1],
      [40, 33, 31],
    ]) {
      const network = noisy(widths, random);
      const [fast, plain] = [createRowForward(network), createRowForward(network, null)];
      const ordinary = Float32Array.from({ length: widths[0] }, () => random());
      const before = run(fast, ordinary);
      for (const odd of [NaN, Infinity, -Infinity]) {
        const given = ordinary.with(0, odd);
        const [ours, theirs] = [run(fast, given), run(plain, given)];
        ours.forEach((value, i) => {
          assert.ok(Number.isFinite(theirs[i]) ? Math.abs(value - theirs[i]) < 1e-5 : Object.is(value, theirs[i]));
        });
        assert.deepEqual(run(fast, ordinary), before);
      }
    }
  });

  it('gives what the biases make of a row of zeros, and of a layer that is off altogether', () => {
    const random = seeded(4);
    const network = noisy([9, 21, 6], random);
    const off = network.map((layer, index) => (index === 0 ? { ...layer, bias: layer.bias.map(() => -100) } : layer));
    const ones = new Float32Array(9).fill(1);
    assert.deepEqual(run(createRowForward(off), ones), off[1].bias);
    const [fast, plain] = [createRowForward(network), createRowForward(network, null)];
    run(fast, ones);
    assert.ok(apart(run(fast, new Float32Array(9)), run(plain, new Float32Array(9))) < ROUNDING);
  });

  it('takes weights that stand input by input as they are', () => {
    const network = noisy([21, 35, 16, 21], seeded(6));
    const kernels = network.map((layer) => {
      const kernel = new Float32Array(layer.weights.length);
      transpose(layer.weights, kernel, layer.outputs, layer.inputs);
      return { ...layer, kernel, weights: new Float32Array(0) };
    });
    const row = Float32Array.from({ length: 21 }, (_, i) => i - 10);
    assert.deepEqual(run(createRowForward(kernels), row), run(createRowForward(network), row));
  });
});
