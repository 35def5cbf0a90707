import { Moments, MOMENT_ROWS } from '../kernels/moments';
import type { DetectorArtifact, Tensor } from './artifact';
import { calibrate, quantileOf } from './calibration';
import type { Dataset } from './dataset';
import { fitSubspace } from './fit-subspace';
import { followRows } from './follow-rows';
import { createWork, type FitHooks, type FitProgress, type Fitted } from './fit-run';
import { blockedFolds, everyRow, purgeGap, type Fold } from './folds';
import { createResiduals, fusedScore, logResidual, type PcaView } from './pca';
import { viewsOf } from './pca-views';
import { reportOf } from './report';
import { ResidualScale } from './residual-scale';
import { fitScaler, scalerTensors, zScores } from './scaler';
import { keptSettings, type PcaSettings } from './settings';
import { follow, paceOf, smooth } from './track';

/** What only research varies, to hold the code against reference detectors. */
export interface PcaResearch {
  /** Whether the tail of the residuals takes part in their scale. */
  readonly tail?: boolean;
}

type Part = Pick<PcaView, 'features' | 'mean' | 'subspace'>;
/** Least spread of a view's log residual. */
const LEAST_SPREAD = 0.1;
/** Makes the median absolute deviation the standard deviation of a normal distribution. */
const SIGMA = 1.4826;
/** Rows between two questions whether to go on: about a millisecond. */
const CHUNK = MOMENT_ROWS;

/**
 * Fits principal components. Every block of time is judged by components that were fitted without it and its
 * surroundings; residual scale, the views' usual residual and the threshold come from these out-of-fold residuals alone,
 * followed from row to row as the node follows windows. Sums of products are added up once a block; what is left out is
 * taken away from the total. The rows are read where they are.
 */
export function fitPca(
  data: Dataset,
  settings: PcaSettings,
  hooks: FitHooks,
  { tail = true }: PcaResearch = {},
): Fitted {
  const width = data.schema.features.length;
  const folds = blockedFolds(data.count, settings.folds, purgeGap(data));
  const scaler = fitScaler(data, everyRow(data.count));
  const views = viewsOf(data.schema, settings.views);
  const pace = paceOf(settings, data.stride);
  const work = createWork(data.count * (views.length + 3), hooks);
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

  const parts: Part[][] = folds.map(() => []);
  const whole: Part[] = [];
  for (const features of views) {
    const columns = new Float64Array(features.length * MOMENT_ROWS);
    const gathered = (from: number, to: number, done: (rows: number, last: boolean) => void): Moments => {
      const moments = new Moments(features.length);
      for (let first = from; first < to; first += MOMENT_ROWS) {
        const count = Math.min(MOMENT_ROWS, to - first);
        columns.fill(0);
        for (let row = 0; row < count; row++) {
          read(first + row);
          for (let i = 0; i < features.length; i++) columns[i * MOMENT_ROWS + row] = z[features[i]];
        }
        moments.add(columns, count);
        done(count, first + count === to);
      }
      return moments;
    };
    const blocks = folds.map(({ from, to }, index) =>
      gathered(from, to, (rows, last) => work.done(rows, state('fold', index + 1), last)),
    );
    const total = new Moments(features.length);
    blocks.forEach((block) => total.combine(block, 1));
    folds.forEach((fold, index) => {
      const left = total.copy();
      left.combine(blocks[index], -1);
      for (const [from, to] of edges(fold, data))
        left.combine(
          gathered(from, to, () => undefined),
          -1,
        );
      parts[index].push({ features, ...fitSubspace(left, settings.variance) });
    });
    whole.push({ features, ...fitSubspace(total, settings.variance) });
  }
  work.done(0, state('final', folds.length), true);

  const scale = new ResidualScale(width, data.count);
  folds.forEach(({ from, to }, index) => {
    const residualsOf = createResiduals(width, parts[index]);
    for (let row = from; row < to; row++) {
      scale.add(residualsOf(read(row)).values);
      told(row, to, 'fold', index + 1);
    }
  });
  const residualScale = scale.scales(settings.scaleFloor, tail);

  const logs = views.map(() => new Float64Array(data.count));
  const [spe, t2] = [new Float64Array(data.count), new Float64Array(data.count)];
  const guilt = new Float64Array(width);
  const deviations = new Float64Array(width);
  /** Log residuals of rows, one of each view, with a baseline that follows. */
  const follows = (
    from: number,
    to: number,
    part: readonly Part[],
    phase: FitProgress['phase'],
    fold: number,
  ): void => {
    const residualsOf = createResiduals(width, part);
    const sizes = part.map(({ features }) => new Float64Array(features.length));
    followRows(data, from, to, pace, (row, track) => {
      read(row);
      for (let i = 0; i < width; i++) deviations[i] = z[i] - (track.baseline.length > 0 ? track.baseline[i] : 0);
      const residuals = residualsOf(deviations);
      for (let i = 0; i < width; i++) guilt[i] = (residuals.values[i] / residualScale[i]) ** 2;
      part.forEach(
        ({ features }, view) => (logs[view][row] = logResidual(features, guilt, settings.topK, sizes[view])),
      );
      [spe[row], t2[row]] = [residuals.spe, residuals.t2];
      follow(track, z, pace, false);
      told(row, to, phase, fold);
    });
  };
  folds.forEach(({ from, to }, index) => follows(from, to, parts[index], 'fold', index + 1));
  const usual = logs.map((each) => middle(each));
  const scored = (from: number, to: number, into: Float64Array): void => {
    const row = new Float64Array(views.length);
    followRows(data, from, to, { ...pace, rate: 0 }, (index, track) => {
      for (let view = 0; view < row.length; view++) row[view] = logs[view][index];
      into[index] = smooth(track, fusedScore(row, usual), pace);
    });
  };
  const outOfFold = new Float64Array(data.count);
  folds.forEach(({ from, to }) => scored(from, to, outOfFold));
  const limits = [spe, t2].map((each) => quantileOf(each.toSorted(), settings.quantile));

  const inSample = new Float64Array(data.count);
  follows(0, data.count, whole, 'calibrate', folds.length);
  scored(0, data.count, inSample);
  const calibration = calibrate(outOfFold, settings.quantile);
  const artifact: DetectorArtifact = {
    kind: 'pca',
    schema: data.schema,
    settings: keptSettings(settings),
    tensors: {
      ...scalerTensors(scaler),
      'residual.scale': { shape: [width], data: residualScale },
      'pca.usual': {
        shape: [views.length, 2],
        data: Float32Array.from(usual.flatMap(({ centre, spread }) => [centre, spread])),
      },
      'pca.limits': { shape: [2], data: Float32Array.from(limits) },
      ...subspaceTensors(whole),
    },
    calibration,
  };
  return { artifact, report: reportOf('pca', data, scaler, calibration, folds, outOfFold, inSample), outOfFold };
}

/** The rows beside a fold's block that are left out with it. */
function edges({ from, to }: Fold, data: Dataset): [from: number, to: number][] {
  const gap = purgeGap(data);
  return [
    [Math.max(0, from - gap), from],
    [to, Math.min(data.count, to + gap)],
  ];
}

/** Median, and spread by the median absolute deviation, of a view's log residuals. */
function middle(values: Float64Array): Pick<PcaView, 'centre' | 'spread'> {
  const centre = quantileOf(values.toSorted(), 0.5);
  const away = values.map((value) => Math.abs(value - centre)).sort();
  return { centre, spread: Math.max(SIGMA * quantileOf(away, 0.5), LEAST_SPREAD) };
}

function subspaceTensors(parts: readonly Part[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  parts.forEach(({ mean, subspace: { width, directions, variances } }, view) => {
    tensors[`pca${view}.mean`] = { shape: [width], data: Float32Array.from(mean) };
    tensors[`pca${view}.directions`] = { shape: [variances.length, width], data: Float32Array.from(directions) };
    tensors[`pca${view}.variances`] = { shape: [variances.length], data: Float32Array.from(variances) };
  });
  return tensors;
}
