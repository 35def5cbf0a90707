import { activate, type Activation } from './activation';
import { createForward, type Layer, type Network } from './dense';
import { Layout, openSimd, type Simd, type WasmEngine } from './simd';

/** A forward pass over one row. */
export interface RowForward {
  /** The row. */
  readonly input: Float32Array;
  /** @returns the last layer's activations. Used again by every run: copy what must last. */
  run(): Float32Array;
}

/** Outputs of a layer are whole groups of so many float32. */
const GROUP = 16;
/** Bytes that describe a layer to `forwardRow`. */
const ENTRY = 28;

/**
 * A forward pass over one row through a network as it is now: later changes of its weights do not count. They must be finite: inputs
 * of 0 are skipped. With WebAssembly SIMD sums are kept in float32, without in float64: outputs then differ by less than
 * 1e-6 of the greatest number on the way. Either way the same row gives the same numbers, to the bit. The memory of its own
 * holds the weights: 4 bytes each, outputs rounded up to 16.
 */
export function createRowForward(network: Network, engine?: WasmEngine | null): RowForward {
  const layout = new Layout();
  const { open } = planForward(layout, network);
  const simd = openSimd(layout, engine);
  return simd === undefined ? plainForward(network) : open(simd);
}

/** The same in TypeScript, summed in float64. */
export function plainForward(network: Network): RowForward {
  const forward = createForward(network);
  return { input: forward.activations[0], run: () => forward.run(1) };
}

/** Where a forward pass in WebAssembly has its row and its outputs; it is opened once there is a memory. */
export interface ForwardPlan {
  readonly input: number;
  readonly output: number;
  readonly open: (simd: Simd) => RowForward;
}

/** Reserves what a forward pass needs of a memory: row and outputs in whole groups of 16 float32. */
export function planForward(layout: Layout, network: Network): ForwardPlan {
  const floats = (count: number): number => layout.reserve(4 * count);
  const layers = network.map((layer, index) => {
    const width = GROUP * Math.ceil(layer.outputs / GROUP);
    const { activation = index === network.length - 1 ? 'linear' : 'relu' } = layer;
    const weights = floats(layer.inputs * width);
    return { layer, activation, width, weights, bias: floats(width), output: floats(width) };
  });
  const input = floats(network[0].inputs);
  const list = layout.reserve(8 * Math.max(...network.map(({ inputs }) => inputs)) + 32);
  const orders = layout.reserve(16 * 16);
  const table = layout.reserve(ENTRY * layers.length);

  const open = ({ kernels, buffer }: Simd): RowForward => {
    const view = (at: number, length: number): Float32Array => new Float32Array(buffer, at, length);
    new Uint8Array(buffer, orders, 16 * 16).set(lanesToFront());
    const runs: Run[] = [];
    layers.forEach(({ layer, activation, width, weights, bias, output }, index) => {
      pack(layer, width, view(weights, layer.inputs * width));
      view(bias, layer.outputs).set(layer.bias);
      const before = index === 0 ? undefined : layers[index - 1];
      const going = before !== undefined && isPlain(before.activation);
      const from = before?.output ?? input;
      const at = table + ENTRY * index;
      new Int32Array(buffer, at, 6).set([from, weights, bias, output, layer.inputs, 4 * width]);
      view(at + 24, 1)[0] = going && before.activation === 'relu' ? 0 : -Infinity;
      if (!going) runs.push({ table: at, count: 0, output: view(output, 0), activation: 'linear' });
      const run = runs[runs.length - 1];
      run.count += 1;
      run.output = view(output, layer.outputs);
      run.activation = activation;
    });
    const { output: result } = runs[runs.length - 1];
    return {
      input: view(input, network[0].inputs),
      run() {
        for (const { table: first, count, output, activation } of runs) {
          kernels.forwardRow(first, count, list, orders);
          if (activation !== 'linear') activate(output, output.length, activation);
        }
        return result;
      },
    };
  };
  return { input, output: layers[layers.length - 1].output, open };
}

/** Layers that `forwardRow` goes through at once, and what the outputs of the last of them end in. */
interface Run {
  readonly table: number;
  count: number;
  output: Float32Array;
  activation: Activation;
}

/** What `forwardRow` does itself, with the inputs of the next layer. */
function isPlain(activation: Activation): boolean {
  return activation === 'relu' || activation === 'linear';
}

/** Weights as `forwardRow` reads them; what fills a row is 0. */
function pack(layer: Layer, width: number, out: Float32Array): void {
  const { inputs, outputs, kernel } = layer;
  if (kernel !== undefined) {
    for (let i = 0; i < inputs; i++) out.set(kernel.subarray(i * outputs, (i + 1) * outputs), i * width);
    return;
  }
  const { weights } = layer;
  for (let output = 0; output < outputs; output++) {
    for (let i = 0; i < inputs; i++) out[i * width + output] = weights[output * inputs + i];
  }
}

/** For each choice of four lanes of 4 bytes, the bytes that bring the chosen ones to the front; 255 for none. */
function lanesToFront(): Uint8Array {
  const orders = new Uint8Array(16 * 16).fill(255);
  for (let choice = 0; choice < 16; choice++) {
    let at = 16 * choice;
    for (let lane = 0; lane < 4; lane++) {
      if (((choice >> lane) & 1) === 0) continue;
      for (let byte = 0; byte < 4; byte++) orders[at++] = 4 * lane + byte;
    }
  }
  return orders;
}
