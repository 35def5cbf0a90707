import { createForward, finishLayer, type Network } from './dense';
import { BLOCK, layerModule, type LayerKernel, type WasmEngine } from './dense-wasm';

/** A forward pass over one row. */
export interface RowForward {
  /** The row. */
  readonly input: Float32Array;
  /** @returns the last layer's activations. Used again by every run: copy what must last. */
  run(): Float32Array;
}

const PAGE = 65_536;
const { WebAssembly: found } = globalThis as { readonly WebAssembly?: WasmEngine };
let compiled: object | undefined;

/**
 * A forward pass over one row through a network as it is now: later changes of its weights do not count. Runs in WebAssembly
 * where the engine has 128-bit SIMD, else in plain JavaScript; both give the same numbers to the bit.
 */
export function createRowForward(network: Network, engine = found): RowForward {
  const plain = plainForward(network);
  try {
    const fast = engine && wasmForward(network, engine);
    return fast !== undefined && same(plain, fast) ? fast : plain;
  } catch {
    // No SIMD, no room for another memory, or WebAssembly is not allowed here: slower, and the same.
    return plain;
  }
}

function plainForward(network: Network): RowForward {
  const forward = createForward(network);
  return { input: forward.activations[0], run: () => forward.run(1) };
}

function wasmForward(network: Network, engine: WasmEngine): RowForward {
  let size = 0;
  const reserve = (floats: number): number => {
    const at = size;
    size += 4 * BLOCK * Math.ceil(floats / BLOCK);
    return at;
  };
  const first = reserve(network[0].inputs);
  const layers = network.map((layer) => {
    const blocks = Math.ceil(layer.outputs / BLOCK);
    return { layer, blocks, weights: reserve(blocks * BLOCK * layer.inputs), output: reserve(layer.outputs) };
  });
  const pages = Math.ceil(size / PAGE);
  const memory = new engine.Memory({ initial: pages, maximum: pages });
  compiled ??= new engine.Module(layerModule());
  const kernel = new engine.Instance(compiled, { m: { m: memory } }).exports.f as LayerKernel;
  const view = (at: number, length: number): Float32Array => new Float32Array(memory.buffer, at, length);
  const outputs = layers.map(({ layer, blocks, weights, output }) => {
    pack(layer.weights, layer.inputs, layer.outputs, view(weights, blocks * BLOCK * layer.inputs));
    return view(output, layer.outputs);
  });
  const last = layers.length - 1;
  return {
    input: view(first, network[0].inputs),
    run() {
      for (let i = 0, from = first; i <= last; i++) {
        const { layer, blocks, weights, output } = layers[i];
        kernel(from, weights, output, layer.inputs, blocks);
        finishLayer(layer, outputs[i], 1, i === last);
        from = output;
      }
      return outputs[last];
    },
  };
}

/** Weights as a {@link LayerKernel} reads them; what fills the last block is 0. */
function pack(weights: Float32Array, inputs: number, outputs: number, out: Float32Array): void {
  for (let output = 0; output < outputs; output++) {
    const lane = output % BLOCK;
    const block = (output - lane) * inputs;
    for (let i = 0; i < inputs; i++) out[block + i * BLOCK + lane] = weights[output * inputs + i];
  }
}

/** Whether both give the same of a row: a machine that keeps numbers the other way round does not. */
function same(one: RowForward, other: RowForward): boolean {
  for (const { input } of [one, other]) for (let i = 0; i < input.length; i++) input[i] = Math.sin(i + 1);
  const [expected, given] = [one.run(), other.run()];
  return expected.every((value, i) => Object.is(value, given[i]));
}
