import { SwatError } from '../errors';
import { ACTIVATIONS, type Activation } from '../kernels/activation';
import { denseLayers, type LayerForm } from './tfjs-topology';
import { readTfjsWeights } from './tfjs-weights';
import { untrusted, type Untrusted } from './shape';

/** Largest `model.json` or `swat.json` that is read. */
export const MAX_JSON = 8 * 1024 * 1024;

/** A dense layer of a network made elsewhere; the kernel is row-major, inputs x outputs. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly activation: Activation;
}

/** Parses the JSON of a file of an archive. @throws SwatError `bundle-broken` */
export function parsed(name: string, bytes: Buffer): Untrusted {
  if (bytes.length > MAX_JSON) throw new SwatError('bundle-broken', { what: name });
  try {
    return untrusted(name, JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new SwatError('bundle-broken', { what: name }, { cause });
  }
}

/**
 * A dense network from TensorFlow.js layers format: a sequential model, or a functional one whose layers stand in a line, with the
 * topology as TensorFlow.js, Keras 2 or Keras 3 write it; weights in one or many files, float32 or quantised to 8 or 16 bits.
 * @param file bytes of a file beside `model.json`, or `undefined`
 * @throws SwatError `tfjs-layer` {layer, type}, `tfjs-activation` {layer, activation}, `tfjs-weights` {what}, `bundle-broken`
 */
export function readTfjs(model: Buffer, file: (name: string) => Buffer | undefined): DenseLayer[] {
  const root = parsed('model.json', model);
  if (root.optional('format')?.value === 'graph-model') throw new SwatError('tfjs-graph');
  const forms = denseLayers(root.field('modelTopology'));
  const weights = readTfjsWeights(root.field('weightsManifest'), file);
  let inputs: number | undefined;
  return forms.map((form): DenseLayer => {
    const kernel = weights(form.name, 'kernel');
    if (kernel?.shape.length !== 2 || kernel.shape[1] !== form.units || (inputs ?? kernel.shape[0]) !== kernel.shape[0])
      throw new SwatError('tfjs-weights', { what: `${form.name}/kernel`.slice(0, 80) });
    const bias = form.bias ? weights(form.name, 'bias')?.data : new Float32Array(form.units);
    if (bias?.length !== form.units) throw new SwatError('tfjs-weights', { what: `${form.name}/bias`.slice(0, 80) });
    [inputs] = [form.units];
    return {
      inputs: kernel.shape[0],
      outputs: form.units,
      kernel: kernel.data,
      bias,
      activation: activationOf(form),
    };
  });
}

function activationOf({ name, activation }: LayerForm): Activation {
  const found = ACTIVATIONS.find((known) => known === activation);
  if (found === undefined)
    throw new SwatError('tfjs-activation', { layer: name, activation, known: ACTIVATIONS.join(', ') });
  return found;
}
