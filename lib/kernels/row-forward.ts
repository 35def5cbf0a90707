import { activate } from './activation';
import { createForward, type Network } from './dense';
import { Layout, openSimd, type WasmEngine } from './simd';

/** A forward pass over one row. */
export interface RowForward {
  /** The row. */
  readonly input: Float32Array;
  /** @returns the last layer's activations. Used again by every run: copy what must last. */
  run(): Float32Array;
}

/** Outputs that `denseRow` computes side by side. */
const BLOCK = 16;

/**
 * A forward pass over one row through a network as it is now: later changes of its weights do not count. With WebAssembly SIMD
 * sums are kept in float32, without in float64: outputs then differ by about 1e-6 of the greatest one. Either way the same
 * row gives the same numbers, to the bit. The memory of its own holds the weights: 4 bytes each, widths rounded up to 16.
 */
export function createRowForward(network: Network, engine?: WasmEngine | null): RowForward {
  return wasmForward(network, engine) ?? plainForward(network);
}

function plainForward(network: Network): RowForward {
  const forward = createForward(network);
  return { input: forward.activations[0], run: () => forward.run(1) };
}

function wasmForward(network: Network, engine?: WasmEngine | null): RowForward | undefined {
  const layout = new Layout();
  const reserve = (floats: number): number => layout.reserve(4 * floats);
  const first = reserve(network[0].inputs);
  const last = network.length - 1;
  const layers = network.map((layer, index) => {
    const blocks = Math.ceil(layer.outputs / BLOCK);
    const { activation = index === last ? 'linear' : 'relu' } = layer;
    const weights = reserve(blocks * BLOCK * layer.inputs);
    const [bias, output] = [reserve(blocks * BLOCK), reserve(blocks * BLOCK)];
    return { layer, activation, floor: activation === 'relu' ? 0 : -Infinity, blocks, weights, bias, output };
  });
  const simd = openSimd(layout, engine);
  if (simd === undefined) return undefined;
  const { kernels, buffer } = simd;
  const view = (at: number, length: number): Float32Array => new Float32Array(buffer, at, length);
  const outputs = layers.map(({ layer, weights, bias, blocks, output }) => {
    pack(layer.weights, layer.inputs, layer.outputs, view(weights, blocks * BLOCK * layer.inputs));
    view(bias, layer.outputs).set(layer.bias);
    return view(output, layer.outputs);
  });
  return {
    input: view(first, network[0].inputs),
    run() {
      for (let i = 0, from = first; i <= last; i++) {
        const { layer, weights, bias, output, blocks, floor, activation } = layers[i];
        kernels.denseRow(from, weights, bias, output, layer.inputs, blocks, floor);
        if (activation !== 'relu' && activation !== 'linear') activate(outputs[i], layer.outputs, activation);
        from = output;
      }
      return outputs[last];
    },
  };
}

/** Weights as `denseRow` reads them; what fills the last block is 0. */
function pack(weights: Float32Array, inputs: number, outputs: number, out: Float32Array): void {
  for (let output = 0; output < outputs; output++) {
    const lane = output % BLOCK;
    const block = (output - lane) * inputs;
    for (let i = 0; i < inputs; i++) out[block + i * BLOCK + lane] = weights[output * inputs + i];
  }
}
