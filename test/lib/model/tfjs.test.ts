import assert from 'node:assert/strict';
import { SwatError } from '../../../lib/errors';
import { readTfjs, type DenseLayer } from '../../../lib/model/tfjs-read';
import { coded } from './sample';

type Json = Record<string, unknown>;

const WEIGHTS = Float32Array.from([1, 2, 3, 4, 5, 6, 0.5, -0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const bytes = Buffer.from(WEIGHTS.buffer);
/** Two layers, 3-2-3: 6 + 2 + 6 + 3 numbers. */
const specs = (prefix = ''): Json[] =>
  (
    [
      ['enc/kernel', [3, 2]],
      ['enc/bias', [2]],
      ['dec/kernel', [2, 3]],
      ['dec/bias', [3]],
    ] as const
  ).map(([name, shape]) => ({ name: prefix + name, shape, dtype: 'float32' }));

const read = (topology: Json, manifest: unknown, files: Record<string, Buffer> = { 'w.bin': bytes }): DenseLayer[] =>
  readTfjs(
    Buffer.from(JSON.stringify({ format: 'layers-model', modelTopology: topology, weightsManifest: manifest })),
    (name) => files[name],
  );
const plain = [{ paths: ['w.bin'], weights: specs() }];

const dense = (name: string, units: number, activation: unknown, more: Json = {}): Json => ({
  class_name: 'Dense',
  config: { name, units, activation, use_bias: true, ...more },
});
const sequential = (...layers: Json[]): Json => ({ class_name: 'Sequential', config: { name: 's', layers } });

/** As Keras 2 writes a functional model through the converter. */
const keras2: Json = {
  keras_version: '2.15.0',
  backend: 'tensorflow',
  model_config: {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: [
        {
          class_name: 'InputLayer',
          name: 'in',
          config: { batch_input_shape: [null, 3], name: 'in' },
          inbound_nodes: [],
        },
        { ...dense('enc', 2, 'tanh'), inbound_nodes: [[['in', 0, 0, {}]]] },
        { class_name: 'Dropout', config: { name: 'drop', rate: 0.2 }, inbound_nodes: [[['enc', 0, 0, {}]]] },
        { ...dense('dec', 3, 'linear'), inbound_nodes: [[['drop', 0, 0, {}]]] },
      ],
    },
  },
};

/** As Keras 3 writes one. */
const tensor = (from: string): Json => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 3], dtype: 'float32', keras_history: [from, 0, 0] },
});
const keras3 = (second: unknown = { args: [tensor('enc')], kwargs: {} }): Json => ({
  keras_version: '3.5.0',
  backend: 'tensorflow',
  model_config: {
    class_name: 'Functional',
    config: {
      name: 'functional',
      layers: [
        {
          module: 'keras.layers',
          class_name: 'InputLayer',
          config: { batch_shape: [null, 3], name: 'in' },
          inbound_nodes: [],
        },
        {
          module: 'keras.layers',
          ...dense('enc', 2, 'tanh', {
            dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } },
          }),
          inbound_nodes: [{ args: [tensor('in')], kwargs: {} }],
        },
        { module: 'keras.layers', ...dense('dec', 3, 'linear'), inbound_nodes: [second] },
      ],
    },
  },
});

describe('a network in TensorFlow.js layers format', () => {
  for (const [what, topology, manifest] of [
    ['TensorFlow.js', sequential(dense('enc', 2, 'tanh'), dense('dec', 3, 'linear')), plain],
    ['Keras 2', keras2, plain],
    ['Keras 3', keras3(), [{ paths: ['w.bin'], weights: specs('functional/') }]],
    [
      'an activation as a layer',
      sequential(
        dense('enc', 2, 'linear'),
        { class_name: 'Activation', config: { name: 'a', activation: 'tanh' } },
        dense('dec', 3, null),
      ),
      plain,
    ],
  ] as const) {
    it(`is read as ${what} writes it`, () => {
      const layers = read(topology, manifest);
      assert.deepEqual(
        layers.map(({ inputs, outputs, activation, kernel, bias }) => [
          inputs,
          outputs,
          activation,
          [...kernel],
          [...bias],
        ]),
        [
          [3, 2, 'tanh', [1, 2, 3, 4, 5, 6], [0.5, -0.5]],
          [2, 3, 'linear', [1, 2, 3, 4, 5, 6], [7, 8, 9]],
        ],
      );
    });
  }

  it('may stand in many files, cut anywhere, and may lack a bias', () => {
    const files = { a: bytes.subarray(0, 7), b: bytes.subarray(7, 30), c: bytes.subarray(30) };
    const topology = sequential(dense('enc', 2, 'relu'), dense('dec', 3, 'sigmoid'));
    assert.deepEqual(read(topology, [{ paths: ['a', 'b', 'c'], weights: specs() }], files), read(topology, plain));
    const [first] = read(sequential(dense('enc', 2, 'relu', { use_bias: false })), plain);
    assert.deepEqual([...first.bias], [0, 0]);
  });

  it('may be quantised to bytes or to words', () => {
    for (const [dtype, width] of [
      ['uint8', 1],
      ['uint16', 2],
    ] as const) {
      const file = Buffer.alloc(2 * width);
      file.writeUIntLE(10, 0, width);
      file.writeUIntLE(200, width, width);
      const quantization = { dtype, scale: 0.5, min: -1, original_dtype: 'float32' };
      const weights = [{ name: 'enc/kernel', shape: [1, 2], dtype: 'float32', quantization }];
      const topology = sequential(dense('enc', 2, 'linear', { use_bias: false }));
      const [layer] = read(topology, [{ paths: ['q'], weights }], { q: file });
      assert.deepEqual([...layer.kernel], [4, 99]);
    }
  });

  for (const [what, topology, code, details] of [
    [
      'a convolution',
      sequential({ class_name: 'Conv1D', config: { name: 'conv', filters: 3 } }),
      'tfjs-layer',
      { layer: 'conv', type: 'Conv1D' },
    ],
    [
      'a normalisation',
      sequential(dense('enc', 2, 'relu'), { class_name: 'BatchNormalization', config: { name: 'bn' } }),
      'tfjs-layer',
      { layer: 'bn' },
    ],
    ['no layer', sequential(), 'tfjs-layer', { type: 'Sequential' }],
    [
      'an unknown activation',
      sequential(dense('enc', 2, 'mish')),
      'tfjs-activation',
      { layer: 'enc', activation: 'mish' },
    ],
    [
      'a skip connection',
      keras3({ args: [[tensor('enc'), tensor('in')]], kwargs: {} }),
      'tfjs-branch',
      { layer: 'dec' },
    ],
    ['a layer that passes one by', keras3({ args: [tensor('in')], kwargs: {} }), 'tfjs-branch', { layer: 'dec' }],
    ['other units', sequential(dense('enc', 4, 'relu')), 'tfjs-weights', { what: 'enc/kernel' }],
    ['a layer without weights', sequential(dense('other', 2, 'relu')), 'tfjs-weights', { what: 'other/kernel' }],
  ] as const) {
    it(`with ${what} is refused with ${code}, and the layer named`, () =>
      assert.throws(() => read(topology, plain), coded(code, details)));
  }

  it('as a graph model is refused with what to do', () => {
    const graph = Buffer.from(JSON.stringify({ format: 'graph-model' }));
    assert.throws(
      () => readTfjs(graph, () => undefined),
      (error) => error instanceof SwatError && error.code === 'tfjs-graph',
    );
  });
});
