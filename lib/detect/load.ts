import { ACTIVATIONS, type Activation } from '../kernels/activation';
import { StoredLayer, type Layer, type Network } from '../kernels/dense';
import type { Forest } from '../kernels/forest';
import type { DetectorArtifact } from './artifact';
import { createAutoencoder } from './autoencoder';
import { DETECTOR_KINDS, type Detector } from './detector';
import { createIsolationForest } from './iforest';
import { createPca, type PcaModel, type PcaView } from './pca';
import { invalid, positiveTensorOf, tensorOf } from './tensors';

/**
 * Makes a detector of a trained model. Everything that scoring relies on is checked here, once: shapes, finite
 * numbers, indices of trees, the calibration.
 * @throws SwatError `model-unusable` (part, reason)
 */
export function detectorOf(artifact: DetectorArtifact): Detector {
  if (!DETECTOR_KINDS.includes(artifact.kind)) throw invalid('kind', 'kind');
  checkCalibration(artifact);
  const width = artifact.schema.features.length;
  const scaler = {
    mean: tensorOf(artifact, 'scaler.mean', [width]),
    spread: positiveTensorOf(artifact, 'scaler.spread', [width]),
  };
  switch (artifact.kind) {
    case 'autoencoder': {
      const residualScale = positiveTensorOf(artifact, 'residual.scale', [width]);
      const network = networkOf(artifact, width);
      return createAutoencoder(artifact.schema, { scaler, network, residualScale, topK: topKOf(artifact) });
    }
    case 'pca': {
      return createPca(artifact.schema, { scaler, topK: topKOf(artifact), ...pcaOf(artifact, width) });
    }
    case 'iforest': {
      const usualCredit = tensorOf(artifact, 'credit.usual', [width]);
      return createIsolationForest(artifact.schema, { scaler, forest: forestOf(artifact, width), usualCredit });
    }
  }
}

function checkCalibration({ calibration }: DetectorArtifact): void {
  const { quantile, threshold, body, tailStart, tailScale, samples, robust = { location: 0, scale: 1 } } = calibration;
  const numbers = [quantile, threshold, tailStart, tailScale, samples, robust.location, robust.scale, ...body];
  if (!numbers.every((value) => Number.isFinite(value))) throw invalid('calibration', 'not-finite');
  const rising = body.every((value, index) => index === 0 || value > body[index - 1]);
  const sound = body.length >= 2 && rising && tailStart === body[body.length - 1];
  if (!(sound && quantile > 0 && quantile < 1 && threshold > body[0] && tailScale > 0 && robust.scale > 0)) {
    throw invalid('calibration', 'value');
  }
}

function topKOf({ settings: { topK } }: DetectorArtifact): number {
  if (typeof topK !== 'number' || !(Number.isInteger(topK) && topK >= 1)) throw invalid('topK', 'value');
  return topK;
}

function pcaOf(artifact: DetectorArtifact, features: number): Pick<PcaModel, 'views' | 'speLimit' | 't2Limit'> {
  const [speLimit, t2Limit] = tensorOf(artifact, 'pca.limits', [2]);
  const views: PcaView[] = [];
  for (let view = 0; view === 0 || Object.hasOwn(artifact.tensors, `view${view}.features`); view++) {
    views.push(viewOf(artifact, `view${view}`, features));
  }
  return { views, speLimit, t2Limit };
}

function viewOf(artifact: DetectorArtifact, name: string, features: number): PcaView {
  const positions = tensorOf(artifact, `${name}.features`, [-1]);
  const width = positions.length;
  if (width === 0 || !positions.every((at) => Number.isInteger(at) && at >= 0 && at < features)) {
    throw invalid(`${name}.features`, 'value');
  }
  const directions = Float64Array.from(tensorOf(artifact, `${name}.directions`, [-1, width]));
  const variances = positiveTensorOf(artifact, `${name}.variances`, [directions.length / width]);
  const [centre, spread, weight] = tensorOf(artifact, `${name}.usual`, [3]);
  if (!(spread > 0 && weight > 0)) throw invalid(`${name}.usual`, 'value');
  return {
    features: Int32Array.from(positions),
    mean: Float64Array.from(tensorOf(artifact, `${name}.mean`, [width])),
    scale: positiveTensorOf(artifact, `${name}.scale`, [width]),
    subspace: { width, directions, variances: Float64Array.from(variances) },
    centre,
    spread,
    weight,
  };
}

/** Activations by layer, of a network that was made elsewhere. */
function activationsOf({ settings }: DetectorArtifact): Activation[] | undefined {
  if (!Object.hasOwn(settings, 'activations')) return undefined;
  const { activations } = settings;
  const names = typeof activations === 'string' ? activations.split(',') : [];
  return names.map((name) => {
    const known = ACTIVATIONS.find((activation) => activation === name);
    if (known === undefined) throw invalid('activations', 'value');
    return known;
  });
}

function networkOf(artifact: DetectorArtifact, width: number): Network {
  const activations = activationsOf(artifact);
  const layers: Layer[] = [];
  let inputs = width;
  for (let index = 0; index === 0 || Object.hasOwn(artifact.tensors, `dense${index}.kernel`); index++) {
    const kernel = tensorOf(artifact, `dense${index}.kernel`, [inputs, -1]);
    const outputs = kernel.length / inputs;
    const bias = tensorOf(artifact, `dense${index}.bias`, [outputs]);
    layers.push(new StoredLayer(inputs, outputs, kernel, bias, activations?.[index]));
    inputs = outputs;
  }
  if (inputs !== width) throw invalid(`dense${layers.length - 1}.kernel`, 'shape');
  if (activations !== undefined && activations.length !== layers.length) throw invalid('activations', 'shape');
  return layers;
}

function forestOf(artifact: DetectorArtifact, width: number): Forest {
  const perTree = positiveTensorOf(artifact, 'forest.nodes', [-1]);
  const nodes = perTree.reduce((sum, count) => sum + count, 0);
  const feature = new Int32Array(tensorOf(artifact, 'forest.feature', [nodes]));
  const threshold = tensorOf(artifact, 'forest.threshold', [nodes]);
  const right = new Int32Array(tensorOf(artifact, 'forest.right', [nodes]));
  for (let node = 0; node < nodes; node++) right[node] += node;
  const size = new Int32Array(tensorOf(artifact, 'forest.size', [nodes]));
  const [subsample] = positiveTensorOf(artifact, 'forest.subsample', [1]);
  const roots = new Int32Array(perTree.length);
  let end = 0;
  perTree.forEach((count, tree) => {
    roots[tree] = end;
    end += count;
    for (let node = roots[tree]; node < end; node++) {
      if (feature[node] >= width || size[node] < 0) throw invalid('forest.feature', 'value');
      // A right child stands after the left one and within its tree, so that every walk ends.
      if (feature[node] >= 0 && !(right[node] > node + 1 && right[node] < end)) throw invalid('forest.right', 'value');
    }
  });
  return { roots, feature, threshold, right, size, subsample };
}
