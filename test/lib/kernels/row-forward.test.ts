import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ACTIVATIONS } from '../../../lib/kernels/activation';
import { createForward, glorotNetwork, type Network } from '../../../lib/kernels/dense';
import type { WasmEngine } from '../../../lib/kernels/dense-wasm';
import { seeded, type Random } from '../../../lib/kernels/random';
import { createRowForward, type RowForward } from '../../../lib/kernels/row-forward';

const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: WasmEngine };

/** A memory of WebAssembly is whole pages of 64 KiB, all of which one array would hardly be. */
const inWasm = ({ input }: RowForward): boolean => input.buffer.byteLength % 65_536 === 0;

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

function holdToPlain(network: Network, forward: RowForward, random: Random): void {
  const plain = createForward(network);
  for (let row = 0; row < 3; row++) {
    plain.activations[0].forEach((_, i, values) => (values[i] = forward.input[i] = 100 * (random() - 0.5) ** 3));
    assert.deepEqual([...forward.run()], [...plain.run(1)]);
  }
}

describe('a forward pass over one row', () => {
  it('runs in WebAssembly and is that of many rows to the bit, whatever the widths and activations (property)', () => {
    const width = fc.integer({ min: 1, max: 70 });
    const activations = fc.array(fc.constantFrom(...ACTIVATIONS), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(width, { minLength: 2, maxLength: 5 }), activations, fc.nat(), (widths, functions, seed) => {
        const random = seeded(seed);
        const network = noisy(widths, random, functions);
        const forward = createRowForward(network);
        assert.ok(inWasm(forward));
        holdToPlain(network, forward, random);
      }),
      { numRuns: 200 },
    );
  });

  it('is so at the size of a plant, and does not mind numbers that are none', () => {
    const random = seeded(1);
    const network = noisy([255, 128, 64, 32, 64, 128, 255], random);
    const forward = createRowForward(network);
    assert.ok(inWasm(forward));
    holdToPlain(network, forward, random);
    network[0].weights[3] = Infinity;
    network[1].weights[5] = NaN;
    holdToPlain(network, createRowForward(network), random);
  });

  it('goes on in plain JavaScript where there is no room for a memory, or where the kernel gives other numbers', () => {
    const random = seeded(2);
    const network = noisy([20, 7, 20], random);
    const full: WasmEngine = {
      Module: engine.Module,
      Instance: engine.Instance,
      Memory: function () {
        throw new RangeError('could not allocate memory');
      } as unknown as WasmEngine['Memory'],
    };
    const wrong: WasmEngine = {
      Module: engine.Module,
      Memory: engine.Memory,
      Instance: function () {
        return { exports: { f: () => undefined } };
      } as unknown as WasmEngine['Instance'],
    };
    for (const without of [full, wrong]) {
      const forward = createRowForward(network, without);
      assert.ok(!inWasm(forward));
      holdToPlain(network, forward, random);
    }
  });
});
