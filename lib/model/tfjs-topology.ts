import { SwatError } from '../errors';
import type { Untrusted } from './shape';

/** A dense layer as the topology describes it. */
export interface LayerForm {
  readonly name: string;
  readonly units: number;
  readonly bias: boolean;
  readonly activation: string;
}

const MAX_LAYERS = 64;
const MAX_UNITS = 65_536;
/** Layers that do nothing once a network is trained. */
const IDLE = ['InputLayer', 'Dropout', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'ActivityRegularization'];

/**
 * The dense layers of a topology, in order.
 * @throws SwatError `tfjs-layer` {layer, type} for a layer that is not dense, `tfjs-branch` where layers do not stand in a line
 */
export function denseLayers(topology: Untrusted): LayerForm[] {
  const model = topology.optional('model_config') ?? topology;
  const type = model.field('class_name').text(64);
  const config = model.field('config');
  // Keras 1 wrote the layers of a sequential model without a config around them.
  const list = (Array.isArray(config.value) ? config : config.field('layers')).list(MAX_LAYERS);
  if (type !== 'Sequential') requireLine(list);
  const layers: LayerForm[] = [];
  for (const layer of list) add(layers, layer);
  if (layers.length === 0) throw new SwatError('tfjs-layer', { layer: '-', type });
  return layers;
}

function add(layers: LayerForm[], layer: Untrusted): void {
  const type = layer.field('class_name').text(64);
  const config = layer.field('config');
  const name = config.field('name').text(128);
  if (IDLE.includes(type)) return;
  const last = layers.at(-1);
  const activation = ownActivation(type, config);
  if (activation !== undefined && last?.activation === 'linear') layers[layers.length - 1] = { ...last, activation };
  else if (type === 'Dense') {
    layers.push({
      name,
      units: config.field('units').integer(1, MAX_UNITS),
      bias: config.optional('use_bias')?.value !== false,
      activation: config.optional('activation') === undefined ? 'linear' : activationName(config.field('activation')),
    });
  } else throw new SwatError('tfjs-layer', { layer: name, type });
}

/** The activation that a layer of its own stands for. */
function ownActivation(type: string, config: Untrusted): string | undefined {
  if (type === 'Activation') return activationName(config.field('activation'));
  if (type === 'ReLU' && (config.optional('max_value')?.value ?? null) === null) return 'relu';
  return undefined;
}

/** Keras 3 may write an activation as an object. */
function activationName(at: Untrusted): string {
  if (at.value === null) return 'linear';
  if (typeof at.value === 'string') return at.text(64).toLowerCase();
  return at.field('config').text(64).toLowerCase();
}

/** In a functional model, every layer but the first has one input: the layer before it. */
function requireLine(list: readonly Untrusted[]): void {
  let before: string | undefined;
  for (const layer of list) {
    const name = layer.field('config').field('name').text(128);
    const inbound = sourcesOf(layer.optional('inbound_nodes')?.value);
    const straight = before === undefined ? inbound.length === 0 : inbound.length === 1 && inbound[0] === before;
    if (!straight) throw new SwatError('tfjs-branch', { layer: name });
    before = name;
  }
}

/** Names of the layers that lead into one: `[[["a", 0, 0, {}]]]` (Keras 2), or `[{args: [tensor]}]` (Keras 3). */
function sourcesOf(nodes: unknown): string[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.slice(0, 8).flatMap((node: unknown) => {
    if (Array.isArray(node))
      return node.slice(0, 8).map((entry: unknown) => String(Array.isArray(entry) ? entry[0] : ''));
    const args: unknown = (node as { args?: unknown } | null)?.args;
    return Array.isArray(args) ? args.slice(0, 8).flatMap(historyOf) : [''];
  });
}

function historyOf(tensor: unknown): string[] {
  if (Array.isArray(tensor))
    return tensor.slice(0, 8).flatMap((inner) => (Array.isArray(inner) ? [''] : historyOf(inner)));
  const history = (tensor as { config?: { keras_history?: unknown } } | null)?.config?.keras_history;
  return [String(Array.isArray(history) ? history[0] : '')];
}
