import type { Dataset } from './dataset';
import type { DetectorArtifact, Tensor } from './artifact';
import { calibrate, quantileOf } from './calibration';
import { createWork, type FitHooks, type FitProgress, type Fitted } from './fit-run';
import { componentsOf, cutSubspace, type Components } from './fit-subspace';
import { foldMoments } from './fold-moments';
import { blockedFolds, everyRow, purgeGap } from './folds';
import { followRows } from './follow-rows';
import type { PcaView } from './pca';
import { fusedScore, logResidual, PcaResiduals, type PcaPart, type ViewScale } from './pca-residuals';
import { viewsOf } from './pca-views';
import { reportOf } from './report';
import { ResidualScale } from './residual-scale';
import { fitScaler, scalerTensors, zScores } from './scaler';
import { keptSettings, type PcaSettings } from './settings';
import { follow, paceOf, smooth } from './track';

/** Least spread of a view's log residual. */
const LEAST_SPREAD = 0.1;
/** Makes the median absolute deviation the standard deviation of a normal distribution. */
const SIGMA = 1.4826;
/** Rows between two questions whether to go on: about a millisecond. */
const CHUNK = 32;

/**
 * Fits principal components. Every block of time is judged by components that were fitted without it and its
 * surroundings; residual scale, the views' usual residual and the threshold come from these out-of-fold residuals alone,
 * followed from row to row as the node follows windows. The rows are read where they are; memory beside them grows with
 * the square of the features.
 */
export function fitPca(data: Dataset, settings: PcaSettings, hooks: FitHooks): Fitted {
  const { count } = data;
  const width = data.schema.features.length;
  const folds = blockedFolds(count, settings.folds, purgeGap(data));
  const scaler = fitScaler(data, everyRow(count));
  const plans = viewsOf(data.schema, settings);
  const seen = [...new Set(plans.map(({ features }) => features))];
  const pace = paceOf(settings, data.stride);
  const work = createWork(count * (seen.length + 3), hooks);
  const state = (phase: FitProgress['phase'], fold: number) => () => ({
    phase,
    fold,
    folds: folds.length,
    epoch: 1,
    epochs: 1,
    loss: null,
    validationLoss: null,
  });
  const z = new Float64Array(width);
  const read = (row: number): Float64Array => {
    zScores(scaler, data.rows, z, row * width);
    return z;
  };
  const told = (row: number, to: number, phase: FitProgress['phase'], fold: number): void => {
    if ((row + 1) % CHUNK === 0 || row + 1 === to) work.done((row % CHUNK) + 1, state(phase, fold), row + 1 === to);
  };

  const foldParts: PcaPart[][] = folds.map(() => []);
  const parts = seen.flatMap((features): PcaPart[] => {
    const moments = foldMoments(data, folds, features, read, (rows, fold, last) =>
      work.done(rows, state('fold', fold + 1), last),
    );
    const own = plans.filter((plan) => plan.features === features);
    const cuts = (components: Components): PcaPart[] =>
      own.map(({ variance }) => ({ features, ...cutSubspace(components, variance) }));
    folds.forEach((_, fold) => foldParts[fold].push(...cuts(componentsOf(moments.left(fold)))));
    return cuts(componentsOf(moments.total));
  });
  work.done(0, state('final', folds.length), true);

  const sizes = plans.map(({ features }) => new ResidualScale(features.length, count, settings.scaleTail));
  folds.forEach(({ from, to }, fold) => {
    const residuals = new PcaResiduals(foldParts[fold]);
    for (let row = from; row < to; row++) {
      residuals.measure(read(row));
      residuals.values.forEach((values, view) => sizes[view].add(values));
      told(row, to, 'fold', fold + 1);
    }
  });
  const scales = sizes.map((size) => size.scales(settings.scaleFloor));

  const logs = plans.map(() => new Float64Array(count));
  const [spe, t2] = [new Float64Array(count), new Float64Array(count)];
  const guilts = plans.map(({ features }) => new Float64Array(features.length));
  const deviations = new Float64Array(width);
  /** Log residuals of rows, one of each view, with a baseline that follows them. */
  const measured = (from: number, to: number, by: readonly PcaPart[], phase: FitProgress['phase'], fold: number) => {
    const residuals = new PcaResiduals(by);
    followRows(data, from, to, pace, (row, track) => {
      deviations.set(read(row));
      for (let i = 0; i < track.baseline.length; i++) deviations[i] -= track.baseline[i];
      residuals.measure(deviations);
      for (let view = 0; view < logs.length; view++) {
        logs[view][row] = logResidual(residuals.values[view], scales[view], settings.topK, guilts[view]);
      }
      [spe[row], t2[row]] = [residuals.spe, residuals.t2];
      follow(track, z, pace, false);
      told(row, to, phase, fold);
    });
  };
  const scored = (from: number, to: number, usual: readonly ViewScale[], into: Float64Array): void => {
    const row = new Float64Array(logs.length);
    followRows(data, from, to, { ...pace, rate: 0 }, (index, track) => {
      for (let view = 0; view < row.length; view++) row[view] = logs[view][index];
      into[index] = smooth(track, fusedScore(row, usual), pace);
    });
  };

  folds.forEach(({ from, to }, fold) => measured(from, to, foldParts[fold], 'fold', fold + 1));
  const usual = plans.map(({ weight }, view): ViewScale => ({ ...middleOf(logs[view]), weight }));
  const outOfFold = new Float64Array(count);
  folds.forEach(({ from, to }) => scored(from, to, usual, outOfFold));
  const [speLimit, t2Limit] = [spe, t2].map((each) => quantileOf(each.toSorted(), settings.quantile));

  const inSample = new Float64Array(count);
  measured(0, count, parts, 'calibrate', folds.length);
  scored(0, count, usual, inSample);
  const calibration = calibrate(outOfFold, settings.quantile, settings.tail);
  const artifact: DetectorArtifact = {
    kind: 'pca',
    schema: data.schema,
    settings: keptSettings(settings),
    tensors: {
      ...scalerTensors(scaler),
      'pca.limits': { shape: [2], data: Float32Array.of(speLimit, t2Limit) },
      ...viewTensors(parts.map((part, view) => ({ ...part, ...usual[view], scale: scales[view] }))),
    },
    calibration,
  };
  return { artifact, report: reportOf('pca', data, scaler, calibration, folds, outOfFold, inSample), outOfFold };
}

/** Median, and spread by the median absolute deviation, of a view's log residuals. */
function middleOf(values: Float64Array): Pick<ViewScale, 'centre' | 'spread'> {
  const centre = quantileOf(values.toSorted(), 0.5);
  const away = values.map((value) => Math.abs(value - centre)).sort();
  return { centre, spread: Math.max(SIGMA * quantileOf(away, 0.5), LEAST_SPREAD) };
}

function viewTensors(views: readonly PcaView[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  views.forEach(({ features, mean, subspace: { width, directions, variances }, scale, ...usual }, view) => {
    const add = (name: string, shape: readonly number[], data: ArrayLike<number>): void => {
      tensors[`view${view}.${name}`] = { shape, data: Float32Array.from(data) };
    };
    add('features', [width], features);
    add('mean', [width], mean);
    add('scale', [width], scale);
    add('directions', [variances.length, width], directions);
    add('variances', [variances.length], variances);
    add('usual', [3], [usual.centre, usual.spread, usual.weight]);
  });
  return tensors;
}
