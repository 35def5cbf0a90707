import { ADAM, MOMENT_FLUSH, type AdamSettings } from './adam';
import type { Layer, Network } from './dense';
import { Layout, openSimd, type WasmEngine } from './simd';
import type { Trainer } from './trainer';

/** Rows that stand side by side in a panel. */
const PANEL = 8;
const LANES = 4 * PANEL;
const padded = (count: number): number => PANEL * Math.ceil(count / PANEL);

/** A layer in the memory: widths rounded up to whole panels, what they gain is 0 and stays so. */
interface Place {
  readonly layer: Layer;
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly bias: number;
  readonly output: number;
}

/**
 * A {@link Trainer} in WebAssembly SIMD, all sums in float32 but that of the loss; `undefined` where it cannot run. The memory
 * of its own takes 16 bytes a weight (it, its gradient, two moments) and the activations of a batch.
 */
export function createWasmTrainer(
  network: Network,
  batch: number,
  settings: AdamSettings,
  engine?: WasmEngine | null,
): Trainer | undefined {
  const layout = new Layout();
  const floats = (count: number): number => layout.reserve(4 * count);
  const columns = padded(batch);
  const last = network.length - 1;
  const width = network[0].inputs;
  const outputs = network[last].outputs;
  const widest = Math.max(padded(width), ...network.map((layer) => padded(layer.outputs)));
  const [rows, targetRows] = [floats(batch * width), floats(batch * outputs)];
  const [input, target] = [floats(columns * padded(width)), floats(columns * padded(outputs))];
  const deltas = [floats(columns * widest), floats(columns * widest)];
  const [inputTurned, deltaTurned, zeros] = [floats(columns * widest), floats(columns * widest), floats(widest)];
  const values = layout.size;
  const places = network.map((layer): Place => {
    const shape = { layer, inputs: padded(layer.inputs), outputs: padded(layer.outputs) };
    return { ...shape, weights: floats(shape.inputs * shape.outputs), bias: floats(shape.outputs), output: 0 };
  });
  const bytes = layout.size - values;
  const [gradients, first, second] = [layout.reserve(bytes), layout.reserve(bytes), layout.reserve(bytes)];
  const placed = places.map((place) => ({ ...place, output: floats(columns * place.outputs) }));
  const simd = openSimd(layout, engine);
  if (simd === undefined) return undefined;
  const { kernels, buffer } = simd;
  const view = (at: number, length: number): Float32Array => new Float32Array(buffer, at, length);
  placed.forEach((place) => eachRow(place, buffer, 0, (inside, outside) => inside.set(outside)));

  const forward = (count: number, panels: number): void => {
    let from = input;
    let height = padded(width);
    kernels.toPanels(rows, from, count, width, height);
    for (const { layer, inputs, outputs: next, weights, bias, output } of placed) {
      const floor = layer === network[last] ? -Infinity : 0;
      const [panel, outPanel] = [LANES * height, LANES * next];
      kernels.multiply(
        weights,
        4 * inputs,
        4,
        from,
        panel,
        output,
        outPanel,
        LANES,
        bias,
        next,
        panels,
        layer.inputs,
        floor,
      );
      from = output;
      height = next;
    }
  };

  const backward = (panels: number): void => {
    const depth = PANEL * panels;
    for (let index = last, delta = deltas[0], other = deltas[1]; index >= 0; index--) {
      const { layer, inputs, outputs: height, weights, bias } = placed[index];
      const from = index === 0 ? input : placed[index - 1].output;
      kernels.transposePanels(from, inputTurned, inputs, panels, LANES, LANES * depth);
      kernels.transposePanels(delta, deltaTurned, height, panels, 4 * height, LANES);
      const to = gradients + weights - values;
      kernels.multiply(deltaTurned, 4, 4 * height, inputTurned, LANES * depth, to, LANES, 4 * inputs, zeros, height, inputs / PANEL, depth, -Infinity); // prettier-ignore
      kernels.sumRows(delta, gradients + bias - values, height, panels);
      if (index === 0) return;
      const [panel, outPanel] = [LANES * height, LANES * inputs];
      kernels.multiply(weights, 4, 4 * inputs, delta, panel, other, outPanel, LANES, zeros, inputs, panels, layer.outputs, -Infinity); // prettier-ignore
      kernels.gate(other, from, outPanel * panels);
      [delta, other] = [other, delta];
    }
  };

  const given = view(rows, batch * width);
  const { learningRate, beta1, beta2, epsilon } = { ...ADAM, ...settings };
  let [power1, power2] = [1, 1];
  return {
    input: given,
    step(targets, count) {
      const panels = Math.ceil(count / PANEL);
      forward(count, panels);
      let wanted = input;
      if (targets !== given) {
        view(targetRows, count * outputs).set(targets.subarray(0, count * outputs));
        kernels.toPanels(targetRows, target, count, outputs, padded(outputs));
        wanted = target;
      }
      const { output } = placed[last];
      const scale = 2 / (count * outputs);
      const loss =
        kernels.errors(output, wanted, deltas[0], padded(outputs), outputs, count, scale) / (count * outputs);
      backward(panels);
      power1 *= beta1;
      power2 *= beta2;
      const [rate, correction] = [learningRate / (1 - power1), 1 / (1 - power2)];
      kernels.adam(values, gradients, first, second, bytes, beta1, 1 - beta1, beta2, 1 - beta2, rate, correction, epsilon, MOMENT_FLUSH); // prettier-ignore
      return loss;
    },
    gradients: () =>
      placed.map((place) => {
        const { inputs, outputs: count } = place.layer;
        const layer = { ...place.layer, weights: new Float32Array(inputs * count), bias: new Float32Array(count) };
        eachRow({ ...place, layer }, buffer, gradients - values, (inside, outside) => outside.set(inside));
        return layer;
      }),
    settle() {
      placed.forEach((place) => eachRow(place, buffer, 0, (inside, outside) => outside.set(inside)));
    },
  };
}

/** Every row of a layer's weights, and its bias, inside the memory (moved by `offset` bytes) and outside. */
function eachRow(
  { layer, inputs, weights, bias }: Place,
  buffer: ArrayBuffer,
  offset: number,
  use: (inside: Float32Array, outside: Float32Array) => void,
): void {
  for (let row = 0; row < layer.outputs; row++) {
    const inside = new Float32Array(buffer, weights + offset + 4 * inputs * row, layer.inputs);
    use(inside, layer.weights.subarray(row * layer.inputs, (row + 1) * layer.inputs));
  }
  use(new Float32Array(buffer, bias + offset, layer.outputs), layer.bias);
}
