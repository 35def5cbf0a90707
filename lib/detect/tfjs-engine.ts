import { ADAM } from '../kernels/adam';
import { transpose } from '../kernels/matrix';
import type { Engine } from './engine';

interface Tensor {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

interface Optimizer {
  minimize(loss: () => Tensor, returnCost: true, variables: readonly Tensor[]): Tensor | null;
  dispose(): void;
}

/** What is used of TensorFlow.js: the same names in `@tensorflow/tfjs` and `@tensorflow/tfjs-node`. */
export interface TensorFlow {
  tidy<T>(work: () => T): T;
  tensor1d(values: Float32Array): Tensor;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  variable(initial: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  mean(a: Tensor): Tensor;
  relu(a: Tensor): Tensor;
  squaredDifference(a: Tensor, b: Tensor): Tensor;
  readonly train: { adam(learningRate: number, beta1: number, beta2: number, epsilon: number): Optimizer };
}

/**
 * An engine that lets TensorFlow.js compute, with the same initial weights, the same Adam and the same batches as the
 * built-in one. Float32 sums come in another order there, so that results agree closely and not bit by bit. Kernels stand
 * as inputs x outputs there. At most one batch, the weights and the moments of Adam are held as tensors.
 */
export function tfjsEngine(tf: TensorFlow): Engine {
  return (network, batch, settings) => {
    const { learningRate, beta1, beta2, epsilon } = { ...ADAM, ...settings };
    const width = network[0].inputs;
    const input = new Float32Array(batch * width);
    const layers = tf.tidy(() =>
      network.map(({ inputs, outputs, weights, bias }) => {
        const kernel = new Float32Array(weights.length);
        transpose(weights, kernel, outputs, inputs);
        return {
          kernel: tf.variable(tf.tensor2d(kernel, [inputs, outputs])),
          bias: tf.variable(tf.tensor1d(bias.slice())),
        };
      }),
    );
    const variables = layers.flatMap(({ kernel, bias }) => [kernel, bias]);
    const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
    const rebuilt = (rows: Tensor): Tensor =>
      layers.reduce((values, { kernel, bias }, index) => {
        const sums = tf.add(tf.matMul(values, kernel), bias);
        return index < layers.length - 1 ? tf.relu(sums) : sums;
      }, rows);
    return {
      input,
      step: (count) =>
        tf.tidy(() => {
          // A copy: a backend may keep the array that it is given.
          const rows = tf.tensor2d(input.slice(0, count * width), [count, width]);
          const loss = () => tf.mean(tf.squaredDifference(rebuilt(rows), rows));
          return optimizer.minimize(loss, true, variables)?.dataSync()[0] ?? NaN;
        }),
      settle() {
        network.forEach(({ inputs, outputs, weights, bias }, index) => {
          transpose(Float32Array.from(layers[index].kernel.dataSync()), weights, inputs, outputs);
          bias.set(layers[index].bias.dataSync());
        });
      },
      close() {
        variables.forEach((variable) => variable.dispose());
        optimizer.dispose();
      },
    };
  };
}
