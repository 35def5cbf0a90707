import type { DetectorArtifact } from '../detect/artifact';
import { calibrate } from '../detect/calibration';
import { checkCount } from '../detect/checks';
import { meanOfLargest } from '../detect/largest';
import type { FitHooks } from '../detect/fit';
import { fitScaler, scalerTensors } from '../detect/scaler';
import { readFitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import { StoredLayer } from '../kernels/dense';
import { createReconstruction } from '../kernels/reconstruction';
import { activationsOf, networkTensors } from '../model/bundle';
import type { CalibrationJob, TrainingResult } from './protocol';
import { datasetOf } from './rows';

/** Rows that are run before it looks again whether it was cancelled. */
const STEP = 4096;

/**
 * Makes a detector of a network that was made elsewhere: scaler, residual scale and threshold come from windows of normal
 * operation. The network has not seen them, so its residuals are out of sample as they stand. Needs as many windows as a
 * training. Synchronous, and long for many windows: run it in a worker.
 * @throws SwatError `tfjs-width` {inputs, outputs, features}, `training-too-small`, `training-cancelled`
 */
export function calibrateNetwork(
  { layers, data: collected, given }: CalibrationJob,
  { cancelled }: Pick<FitHooks, 'cancelled'>,
): TrainingResult {
  const width = collected.schema.features.length;
  const [inputs, outputs] = [layers[0].inputs, layers[layers.length - 1].outputs];
  if (inputs !== width || outputs !== width) throw new SwatError('tfjs-width', { inputs, outputs, features: width });
  const settings = readFitSettings('autoencoder', given);
  checkCount(collected, settings.folds);
  const data = datasetOf(collected);
  const { quantile, topK, scaleFloor } = settings;
  const scaler = fitScaler(
    data,
    Uint32Array.from({ length: data.count }, (_, row) => row),
  );
  const network = layers.map(
    ({ inputs: from, outputs: to, kernel, bias, activation }) => new StoredLayer(from, to, kernel, bias, activation),
  );
  const reconstruction = createReconstruction(scaler, network, new Float32Array(width).fill(1));
  const squares = new Float64Array(width);
  const residuals = new Float32Array(data.count * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < data.count; row++) {
    if (row % STEP === 0 && cancelled()) throw new SwatError('training-cancelled');
    reconstruction.read(data.rows.subarray(row * width, (row + 1) * width));
    reconstruction.run();
    for (let i = 0; i < width; i++) {
      const square = reconstruction.residuals[i];
      residuals[row * width + i] = square;
      sums[i] += square / data.count;
    }
  }
  const scale = Float32Array.from(sums, (square) => Math.max(scaleFloor, Math.sqrt(square)));
  const loss = sums.reduce((sum, square) => sum + square / width, 0);
  const scores = new Float64Array(data.count);
  for (let row = 0; row < data.count; row++) {
    for (let i = 0; i < width; i++) squares[i] = residuals[row * width + i] / scale[i] ** 2;
    scores[row] = Math.sqrt(meanOfLargest(squares, topK));
  }
  const kept = { quantile, topK, scaleFloor, imported: true, ...activationsOf(layers) };
  const artifact: DetectorArtifact = {
    kind: 'autoencoder',
    schema: data.schema,
    settings: kept,
    tensors: {
      ...scalerTensors(scaler),
      'residual.scale': { shape: [width], data: scale },
      ...networkTensors(layers),
    },
    calibration: calibrate(scores, quantile),
  };
  const times = data.times;
  return {
    artifact,
    report: {
      from: times.reduce((least, time) => Math.min(least, time), Infinity),
      to: times.reduce((most, time) => Math.max(most, time), -Infinity),
      rows: data.count,
      metrics: { loss, validationLoss: loss },
    },
  };
}
