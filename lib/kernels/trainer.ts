import { createAdam, type AdamSettings } from './adam';
import { createForward, type Network } from './dense';
import { multiplyTransposed, transpose } from './matrix';
import type { WasmEngine } from './simd';
import { createWasmTrainer } from './wasm-trainer';

/** Fits a network, one minibatch a step. */
export interface Trainer {
  /** Rows go here before a step, row-major; at most the trainer's batch size. */
  readonly input: Float32Array;
  /**
   * One step of Adam on the mean squared error against `targets` (rows x outputs), by back propagation.
   * @returns the loss before the step
   */
  step(targets: Float32Array, rows: number): number;
  /** Puts what was learned into the network; until then it may be as before. */
  settle(): void;
  /** A copy of the gradients of the last step, per layer, in the shapes of its weights and bias. */
  gradients(): readonly { readonly weights: Float32Array; readonly bias: Float32Array }[];
}

/**
 * A trainer of `network` for batches of up to `batch` rows. Everything it needs is allocated here. With WebAssembly SIMD sums
 * are kept in float32, without in float64; either way the same steps give the same weights, to the bit.
 * @param engine that of the machine unless set, `null` for none
 */
export function createTrainer(
  network: Network,
  batch: number,
  settings: AdamSettings,
  engine?: WasmEngine | null,
): Trainer {
  return createWasmTrainer(network, batch, settings, engine) ?? createPlainTrainer(network, batch, settings);
}

function createPlainTrainer(network: Network, batch: number, settings: AdamSettings): Trainer {
  const forward = createForward(network, batch);
  const { activations } = forward;
  const deltas = network.map((layer) => new Float32Array(batch * layer.outputs));
  const gradients = network.map((layer) => ({
    weights: new Float32Array(layer.weights.length),
    bias: new Float32Array(layer.outputs),
  }));
  const widest = Math.max(...network.map((layer) => Math.max(layer.inputs, layer.outputs)));
  const deltaTurned = new Float32Array(batch * widest);
  const inputTurned = new Float32Array(batch * widest);
  const weightsTurned = new Float32Array(Math.max(...network.map((layer) => layer.weights.length)));
  const adam = createAdam(
    network.flatMap((layer) => [layer.weights, layer.bias]),
    settings,
  );

  const backward = (rows: number) => {
    for (let index = network.length - 1; index >= 0; index--) {
      const { inputs, outputs, weights } = network[index];
      const delta = deltas[index];
      transpose(delta, deltaTurned, rows, outputs);
      transpose(activations[index], inputTurned, rows, inputs);
      multiplyTransposed(deltaTurned, inputTurned, gradients[index].weights, outputs, inputs, rows);
      sumRows(deltaTurned, gradients[index].bias, outputs, rows);
      if (index === 0) return;
      transpose(weights, weightsTurned, outputs, inputs);
      multiplyTransposed(delta, weightsTurned, deltas[index - 1], rows, inputs, outputs);
      gate(deltas[index - 1], activations[index], rows * inputs);
    }
  };

  return {
    input: activations[0],
    settle: () => undefined,
    gradients: () => gradients.map(({ weights, bias }) => ({ weights: weights.slice(), bias: bias.slice() })),
    step(targets, rows) {
      const out = forward.run(rows);
      const count = rows * network[network.length - 1].outputs;
      const delta = deltas[network.length - 1];
      for (let i = 0; i < count; i++) delta[i] = (2 * (out[i] - targets[i])) / count;
      const loss = meanSquare(out, targets, count);
      backward(rows);
      adam.next();
      gradients.forEach((gradient, index) => {
        adam.update(2 * index, gradient.weights);
        adam.update(2 * index + 1, gradient.bias);
      });
      return loss;
    },
  };
}

function meanSquare(out: Float32Array, targets: Float32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (out[i] - targets[i]) ** 2;
  return sum / count;
}

function sumRows(a: Float32Array, out: Float32Array, rows: number, cols: number): void {
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let col = 0; col < cols; col++, at++) sum += a[at];
    out[row] = sum;
  }
}

/** The derivative of the ReLU: nothing flows back through a unit that was off. */
function gate(delta: Float32Array, activation: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) if (activation[i] <= 0) delta[i] = 0;
}
