import { builtIn, type Engine, type EngineName } from '../detect/engine';
import type { FitSettings } from '../detect/settings';
import { tfjsEngine, type TensorFlow } from '../detect/tfjs-engine';
import { detailOf, SwatError } from '../errors';
import { node, optionalModule, type OptionalModule } from '../platform/optional-module';

const MODULE = '@tensorflow/tfjs-node';

/** The engine that settings ask for; detectors without a network have only the built-in one. */
export function wantedEngine(settings: FitSettings): EngineName {
  return 'engine' in settings ? settings.engine : 'built-in';
}

/**
 * Whether an engine is installed, without running it.
 * @param folders where a user may have installed it; the first is told
 * @throws SwatError `engine-missing` (folder); `engine-node` (node) where it would crash on this Node.js
 */
export function findEngine(name: EngineName, folders: readonly string[]): OptionalModule | undefined {
  if (name === 'built-in') return undefined;
  const module = optionalModule(MODULE, folders);
  if (module.path === undefined) throw new SwatError('engine-missing', { folder: folders[0] ?? '.' });
  if (!node.hasOldUtil) throw new SwatError('engine-node', { node: node.version });
  return module;
}

/**
 * An engine ready for work. TensorFlow takes some hundred megabytes and keeps threads of its own: only for a training thread.
 * @throws SwatError `engine-missing`, `engine-node`; `engine-broken` (detail) when it is installed, but does not load or does not compute
 */
export function loadEngine(name: EngineName, folders: readonly string[]): Engine {
  const module = findEngine(name, folders);
  if (module === undefined) return builtIn;
  try {
    const engine = tfjsEngine(module.load() as TensorFlow);
    tryOut(engine);
    return engine;
  } catch (cause) {
    const [detail] = detailOf(cause).split('\n');
    throw new SwatError('engine-broken', { detail: detail.slice(0, 300) }, { cause });
  }
}

/** One step whose outcome is known: 1 becomes 1.5, so the loss is a quarter, and Adam takes its rate off the weight. */
function tryOut(engine: Engine): void {
  const learningRate = 0.125;
  const weights = Float32Array.of(1);
  const network = [{ inputs: 1, outputs: 1, weights, bias: Float32Array.of(0.5) }];
  const stepper = engine(network, 1, { learningRate });
  try {
    stepper.input.fill(1);
    const loss = stepper.step(1);
    stepper.settle();
    const apart = Math.max(Math.abs(loss - 0.25), Math.abs(weights[0] - (1 - learningRate)));
    if (!(apart < 1e-5)) throw new Error(`${loss} ${weights[0]}`);
  } finally {
    stepper.close();
  }
}
