// A network of ours as a TensorFlow.js model, on its pure JavaScript backend.
import * as tf from '@tensorflow/tfjs';

await tf.setBackend('cpu');
tf.env().set('PROD', true);

/** Numbers of a weight matrix turned from outputs x inputs to inputs x outputs. */
export function turned({ inputs, outputs, weights }) {
  const kernel = new Float32Array(weights.length);
  for (let o = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) kernel[i * outputs + o] = weights[o * inputs + i];
  return kernel;
}

/** The model, compiled with Adam and the mean squared error. */
export function modelOf(network, learningRate) {
  const model = tf.sequential();
  network.forEach(({ inputs, outputs }, index) => {
    const activation = index < network.length - 1 ? 'relu' : 'linear';
    model.add(tf.layers.dense({ inputShape: [inputs], units: outputs, activation }));
  });
  model.setWeights(
    network.flatMap((layer) => [tf.tensor2d(turned(layer), [layer.inputs, layer.outputs]), tf.tensor1d(layer.bias)]),
  );
  model.compile({ optimizer: tf.train.adam(learningRate), loss: 'meanSquaredError' });
  return model;
}

/** Reconstructions of row-major rows. */
export function predict(model, rows, width) {
  const out = model.predict(tf.tensor2d(rows, [rows.length / width, width]));
  return out.dataSync();
}

/** Loss of each step over the batches (row-major), in their order, as an autoencoder. */
export async function train(model, batches, width) {
  const losses = [];
  for (const batch of batches) {
    const rows = tf.tensor2d(batch, [batch.length / width, width]);
    losses.push(await model.trainOnBatch(rows, rows));
  }
  return losses;
}

/** All weights now, in the order kernel, bias, kernel, bias … */
export function weightsOf(model) {
  return model.getWeights().map((tensor) => tensor.dataSync());
}
