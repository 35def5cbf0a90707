import assert from 'node:assert/strict';
import { MOMENT_FLUSH } from '../../../lib/kernels/adam';
import { Layout, openSimd, type WasmEngine } from '../../../lib/kernels/simd';
import { engine } from './apart';

const layout = (): Layout => {
  const made = new Layout();
  made.reserve(100_000);
  return made;
};
/** The engine of the machine with a part of it replaced. */
const but = (part: Partial<WasmEngine>): WasmEngine => ({
  validate: (bytes) => engine.validate(bytes),
  Module: engine.Module,
  Memory: engine.Memory,
  Instance: engine.Instance,
  ...part,
});

describe('the kernels in WebAssembly', () => {
  it('stand on zeros in whole pages, each part at a whole cache line', () => {
    const made = layout();
    assert.equal(made.reserve(4), 100_032);
    assert.equal(made.reserve(4), 100_096);
    const simd = openSimd(made);
    assert.equal(simd?.buffer.byteLength, 2 * 65_536);
    assert.ok(new Uint8Array(simd.buffer).every((byte) => byte === 0));
  });

  it('are left alone where there is none, where it has no SIMD, where no memory is to be had, and where it is forbidden', () => {
    const refuse = function (): never {
      throw new RangeError('could not allocate memory');
    };
    assert.ok(openSimd(layout(), but({})));
    assert.equal(openSimd(layout(), null), undefined);
    assert.equal(openSimd(layout(), but({ validate: () => false })), undefined);
    assert.equal(openSimd(layout(), but({ Memory: refuse as unknown as WasmEngine['Memory'] })), undefined);
    assert.equal(openSimd(layout(), but({ Module: refuse as unknown as WasmEngine['Module'] })), undefined);
  });

  it('make a moment of Adam 0 that is so small that it would only slow down every later step', () => {
    const small = new Layout();
    const [values, gradients, first, second] = [1, 2, 3, 4].map(() => small.reserve(16));
    const { kernels, buffer } = openSimd(small)!;
    const view = (at: number) => new Float32Array(buffer, at, 4);
    view(first).set([1e-31, -1e-31, 1e-20, NaN]);
    view(second).set([1e-35, 1e-40, 1e-20, NaN]);
    kernels.adam(values, gradients, first, second, 16, 0.5, 0.5, 0.5, 0.5, 1e-3, 1, 1e-7, MOMENT_FLUSH);
    assert.deepEqual([...view(first)], [0, 0, Math.fround(1e-20) / 2, NaN].map(Math.fround));
    assert.deepEqual([...view(second)], [0, 0, Math.fround(1e-20) / 2, NaN].map(Math.fround));
  });
});
