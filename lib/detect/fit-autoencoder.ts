import type { Network } from '../kernels/dense';
import { transpose } from '../kernels/matrix';
import type { DetectorArtifact, Tensor } from './artifact';
import { squaredResiduals } from '../kernels/reconstruction';
import { calibrate, quantileOf } from './calibration';
import type { Dataset } from './dataset';
import { builtIn, type Engine } from './engine';
import { fitNetwork, runRows } from './fit-network';
import { createWork, type FitHooks, type FitProgress, type Fitted } from './fit-run';
import { blockedFolds, everyRow, purgeGap } from './folds';
import { meanOfLargest } from './largest';
import { smoothRows, withoutDrift } from './follow-rows';
import { reportOf } from './report';
import { fitScaler, scalerTensors, standardiseAll } from './scaler';
import type { Scaler } from '../kernels/scaling';
import { keptSettings, type AutoencoderSettings } from './settings';
import { paceOf } from './track';

/**
 * Trains an autoencoder. Every block of time is judged by a network (and a scaler) that was fitted without it and its
 * surroundings; residual scale and threshold come from these out-of-fold residuals alone. The network that is kept is
 * then fitted on all rows. Every one of them is fitted by `engine`.
 */
export function fitAutoencoder(
  data: Dataset,
  settings: AutoencoderSettings,
  hooks: FitHooks,
  engine: Engine = builtIn,
): Fitted {
  const width = data.schema.features.length;
  const folds = blockedFolds(data.count, settings.folds, purgeGap(data));
  const fits = folds.reduce((sum, fold) => sum + fold.fit.length, 0) + data.count;
  const work = createWork(fits * settings.epochs + 2 * data.count, hooks);
  const state = (
    phase: FitProgress['phase'],
    fold: number,
    epoch: number,
    loss: number,
    validation: number | null,
  ) => ({
    phase,
    fold,
    folds: folds.length,
    epoch,
    epochs: settings.epochs,
    loss,
    validationLoss: validation,
  });

  const residuals = new Float32Array(data.count * width);
  const pace = paceOf(settings, data.stride);
  const fitted: { network: Network; scaler: Scaler }[] = [];
  const foldLosses = folds.map((fold, index) => {
    const foldScaler = fitScaler(data, fold.fit);
    const rows = standardiseAll(foldScaler, data);
    let validation = null as number | null;
    const { network, loss } = fitNetwork(
      rows,
      width,
      fold.fit,
      settings,
      settings.seed + index + 1,
      engine,
      (...batch) => {
        const [current, count, epoch, running, last] = batch;
        if (last) validation = lossOf(current, rows, width, fold.from, fold.to);
        work.done(count, () => state('fold', index + 1, epoch, running, validation), last);
      },
    );
    runRows(network, rows, width, fold.from, fold.to, (first, count, output) => {
      const start = first * width;
      for (let i = 0; i < count * width; i++) residuals[start + i] = rows[start + i] - output[i];
      work.done(count, () => state('fold', index + 1, settings.epochs, loss, validation));
    });
    fitted.push({ network, scaler: foldScaler });
    return validation ?? 0;
  });
  const validationLoss = foldLosses.reduce((sum, loss) => sum + loss, 0) / folds.length;

  const everything = everyRow(data.count);
  const scaler = fitScaler(data, everything);
  const rows = standardiseAll(scaler, data);
  const { network, loss } = fitNetwork(rows, width, everything, settings, settings.seed, engine, (...batch) => {
    const [, count, epoch, running, last] = batch;
    work.done(count, () => state('final', folds.length, epoch, running, validationLoss), last);
  });

  const scale = residualScales(residuals, width, settings.scaleFloor);
  if (pace.rate > 0) {
    folds.forEach(({ from, to }, fold) => {
      const block = withoutDrift(data, standardiseAll(fitted[fold].scaler, data), from, to, pace);
      runRows(fitted[fold].network, block, width, 0, to - from, (first, count, output) => {
        const [at, start] = [first * width, (from + first) * width];
        for (let i = 0; i < count * width; i++) residuals[start + i] = block[at + i] - output[i];
      });
    });
  }
  const outOfFold = scoresOf(residuals, new Float32Array(residuals.length), scale, settings.topK);
  folds.forEach(({ from, to }) => smoothRows(data, from, to, pace, outOfFold));
  const inSample = new Float64Array(data.count);
  const drifted = withoutDrift(data, rows, 0, data.count, pace);
  runRows(network, drifted, width, 0, data.count, (first, count, output) => {
    const input = drifted.subarray(first * width, (first + count) * width);
    inSample.set(scoresOf(input, output, scale, settings.topK), first);
    work.done(count, () => state('calibrate', folds.length, settings.epochs, loss, validationLoss));
  });
  smoothRows(data, 0, data.count, pace, inSample);
  const calibration = calibrate(outOfFold, settings.quantile);
  const artifact: DetectorArtifact = {
    kind: 'autoencoder',
    schema: data.schema,
    settings: keptEngine(keptSettings(settings)),
    tensors: {
      ...scalerTensors(scaler),
      'residual.scale': { shape: [width], data: scale },
      ...networkTensors(network),
    },
    calibration,
  };
  const losses = { loss, validationLoss, foldLosses };
  const report = reportOf('autoencoder', data, scaler, calibration, folds, outOfFold, inSample, losses);
  return { artifact, report, outOfFold };
}

/** The built-in engine is not spoken of. */
function keptEngine<S extends { engine?: string }>({ engine, ...rest }: S): Omit<S, 'engine'> {
  return engine === undefined || engine === 'built-in' ? rest : { ...rest, engine };
}

function lossOf(network: Network, rows: Float32Array, width: number, from: number, to: number): number {
  let sum = 0;
  runRows(network, rows, width, from, to, (first, count, output) => {
    for (let i = 0; i < count * width; i++) sum += (rows[first * width + i] - output[i]) ** 2;
  });
  return sum / ((to - from) * width);
}

// A normal deviate passes 2.8 with a probability of 0.5 %.
const TAIL_QUANTILE = 0.995;
const TAIL_SIGMAS = 2.8;

/**
 * max(floor, root mean square, 99.5th percentile of |residual| / 2.8) of every feature's residuals. The tail takes part
 * so that the few features that jump in normal operation (valves, backwash) do not set the threshold for all.
 */
function residualScales(residuals: Float32Array, width: number, floor: number): Float32Array {
  const count = residuals.length / width;
  const column = new Float32Array(count);
  return Float32Array.from({ length: width }, (_, feature) => {
    let squares = 0;
    for (let row = 0; row < count; row++) {
      const residual = residuals[row * width + feature];
      squares += residual * residual;
      column[row] = Math.abs(residual);
    }
    const tail = quantileOf(column.sort(), TAIL_QUANTILE) / TAIL_SIGMAS;
    return Math.max(floor, Math.sqrt(squares / count), tail);
  });
}

function scoresOf(input: Float32Array, output: Float32Array, scale: Float32Array, topK: number): Float64Array {
  const guilt = new Float64Array(scale.length);
  return Float64Array.from({ length: input.length / scale.length }, (_, row) => {
    squaredResiduals(input, output, row * scale.length, scale, guilt);
    return Math.sqrt(meanOfLargest(guilt, topK));
  });
}

/** Weights in the layout of TensorFlow.js: kernels are inputs x outputs. */
function networkTensors(network: Network): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  network.forEach(({ inputs, outputs, weights, bias }, index) => {
    const kernel = new Float32Array(weights.length);
    transpose(weights, kernel, outputs, inputs);
    tensors[`dense${index}.kernel`] = { shape: [inputs, outputs], data: kernel };
    tensors[`dense${index}.bias`] = { shape: [outputs], data: bias };
  });
  return tensors;
}
