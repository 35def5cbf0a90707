import { activate, type Activation } from './activation';
import { multiplyTransposed, transpose } from './matrix';
import type { Random } from './random';

/** One fully connected layer. `weights` is row-major, outputs x inputs: each output's weights stand together. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  /** The same input by input, inputs x outputs, of a network that is only run: a forward pass in WebAssembly takes them as they stand. */
  readonly kernel?: Float32Array;
  readonly bias: Float32Array;
  /** Of a network made elsewhere. Such a network is only run, never trained. */
  readonly activation?: Activation | undefined;
}

/** A layer as models keep it: of a network that is only run. */
export class StoredLayer implements Layer {
  #weights: Float32Array | undefined;

  constructor(
    readonly inputs: number,
    readonly outputs: number,
    readonly kernel: Float32Array,
    readonly bias: Float32Array,
    readonly activation: Activation | undefined,
  ) {}

  /** Only the plain forward pass asks for them. */
  get weights(): Float32Array {
    if (this.#weights === undefined) {
      this.#weights = new Float32Array(this.kernel.length);
      transpose(this.kernel, this.#weights, this.inputs, this.outputs);
    }
    return this.#weights;
  }
}

/** Layers in order. Unless they say otherwise, hidden layers end in a ReLU, and the last one is linear. */
export type Network = readonly Layer[];

/** A network of these widths with Glorot-uniform weights (Glorot and Bengio 2010) and zero biases. */
export function glorotNetwork(widths: readonly number[], random: Random): Network {
  return widths.slice(1).map((outputs, index) => {
    const inputs = widths[index];
    const limit = Math.sqrt(6 / (inputs + outputs));
    const weights = new Float32Array(inputs * outputs);
    for (let i = 0; i < weights.length; i++) weights[i] = (2 * random() - 1) * limit;
    return { inputs, outputs, weights, bias: new Float32Array(outputs) };
  });
}

/** What each layer put out for the rows last run; entry 0 is the input. Reused by every run: copy what must last. */
export interface Forward {
  readonly activations: readonly Float32Array[];
  /**
   * Runs the first `rows` rows standing in `activations[0]`.
   * @returns the last layer's activations, rows x outputs
   */
  run(rows: number): Float32Array;
}

/** A forward pass over at most `capacity` rows at once. Reads the network's weights at every run. */
export function createForward(network: Network, capacity = 1): Forward {
  const activations = [new Float32Array(capacity * network[0].inputs)];
  for (const layer of network) activations.push(new Float32Array(capacity * layer.outputs));
  const last = network.length - 1;
  return {
    activations,
    run(rows) {
      network.forEach((layer, index) => {
        const out = activations[index + 1];
        multiplyTransposed(activations[index], layer.weights, out, rows, layer.outputs, layer.inputs);
        finishLayer(layer, out, rows, index === last);
      });
      return activations[last + 1];
    },
  };
}

/** What a layer does to its weighted sums, in place: adds the bias, then its activation. */
export function finishLayer(layer: Layer, out: Float32Array, rows: number, last: boolean): void {
  const { activation = last ? 'linear' : 'relu' } = layer;
  addBias(out, layer.bias, rows, activation === 'relu');
  if (activation !== 'relu' && activation !== 'linear') activate(out, rows * layer.outputs, activation);
}

function addBias(out: Float32Array, bias: Float32Array, rows: number, relu: boolean): void {
  const cols = bias.length;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      const value = out[at] + bias[col];
      out[at] = relu && value < 0 ? 0 : value;
    }
  }
}
