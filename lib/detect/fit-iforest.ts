import { growForest, type Forest } from '../kernels/forest';
import { createForestWalk } from '../kernels/forest-walk';
import { seeded } from '../kernels/random';
import type { DetectorArtifact, Tensor } from './artifact';
import { calibrate } from './calibration';
import type { Dataset } from './dataset';
import { createWork, type FitHooks, type FitProgress, type Fitted } from './fit-run';
import { blockedFolds, everyRow, purgeGap } from './folds';
import { smoothRows, withoutDrift } from './follow-rows';
import { reportOf } from './report';
import { fitScaler, scalerTensors, standardiseAll } from './scaler';
import { keptSettings, type IsolationForestSettings } from './settings';
import { paceOf } from './track';

// Rows scored between two questions whether to go on: about a millisecond.
const CHUNK = 128;
// Scoring this many rows costs about as much as growing one tree.
const ROWS_A_TREE = 25;

/**
 * Trains an isolation forest. The threshold comes from rows that were scored by forests grown without their block of
 * time and its surroundings; the forest that is kept is grown on all rows.
 */
export function fitIsolationForest(data: Dataset, settings: IsolationForestSettings, hooks: FitHooks): Fitted {
  const width = data.schema.features.length;
  const folds = blockedFolds(data.count, settings.folds, purgeGap(data));
  const pace = paceOf(settings, data.stride);
  const total = settings.trees * (folds.length + 1) + (2 * data.count) / ROWS_A_TREE;
  const work = createWork(total, hooks);
  const state = (phase: FitProgress['phase'], fold: number, tree: number) => () => ({
    phase,
    fold,
    folds: folds.length,
    epoch: tree,
    epochs: settings.trees,
    loss: null,
    validationLoss: null,
  });
  const grow = (rows: Float32Array, choice: Uint32Array, seed: number, phase: FitProgress['phase'], fold: number) =>
    growForest(rows, width, choice, settings, seeded(seed), (tree) => work.done(1, state(phase, fold, tree + 1)));
  const eachRow = (from: number, to: number, phase: FitProgress['phase'], fold: number, use: (row: number) => void) => {
    for (let first = from; first < to; first += CHUNK) {
      const next = Math.min(first + CHUNK, to);
      for (let row = first; row < next; row++) use(row);
      work.done((next - first) / ROWS_A_TREE, state(phase, fold, settings.trees), next === to);
    }
  };

  const outOfFold = new Float64Array(data.count);
  folds.forEach((fold, index) => {
    const rows = standardiseAll(fitScaler(data, fold.fit), data);
    const walk = createForestWalk(grow(rows, fold.fit, settings.seed + index + 1, 'fold', index + 1));
    const block = withoutDrift(data, rows, fold.from, fold.to, pace);
    eachRow(fold.from, fold.to, 'fold', index + 1, (row) => {
      outOfFold[row] = walk.score(block, (row - fold.from) * width);
    });
    smoothRows(data, fold.from, fold.to, pace, outOfFold);
  });

  const everything = everyRow(data.count);
  const scaler = fitScaler(data, everything);
  const rows = standardiseAll(scaler, data);
  const forest = grow(rows, everything, settings.seed, 'final', folds.length);
  const walk = createForestWalk(forest);
  const inSample = new Float64Array(data.count);
  const credit = new Float64Array(width);
  const drifted = withoutDrift(data, rows, 0, data.count, pace);
  eachRow(0, data.count, 'calibrate', folds.length, (row) => {
    inSample[row] = walk.score(drifted, row * width);
    walk.credit(rows.subarray(row * width, (row + 1) * width), credit);
  });
  smoothRows(data, 0, data.count, pace, inSample);
  const calibration = calibrate(outOfFold, settings.quantile);
  const artifact: DetectorArtifact = {
    kind: 'iforest',
    schema: data.schema,
    settings: keptSettings(settings),
    tensors: {
      ...scalerTensors(scaler),
      'credit.usual': { shape: [width], data: Float32Array.from(credit, (sum) => sum / data.count) },
      ...forestTensors(forest),
    },
    calibration,
  };
  const report = reportOf('iforest', data, scaler, calibration, folds, outOfFold, inSample);
  return { artifact, report, outOfFold };
}

/** A forest as float32 tensors. Right children are kept as steps from their parent: small whole numbers, exact. */
function forestTensors({ roots, feature, threshold, right, size, subsample }: Forest): Record<string, Tensor> {
  const nodes = [size.length];
  const steps = Float32Array.from(right, (child, node) => (feature[node] < 0 ? 0 : child - node));
  const nodesOf = (_: unknown, tree: number) => (tree + 1 < roots.length ? roots[tree + 1] : size.length) - roots[tree];
  return {
    'forest.nodes': { shape: [roots.length], data: Float32Array.from({ length: roots.length }, nodesOf) },
    'forest.feature': { shape: nodes, data: Float32Array.from(feature) },
    'forest.threshold': { shape: nodes, data: threshold },
    'forest.right': { shape: nodes, data: steps },
    'forest.size': { shape: nodes, data: Float32Array.from(size) },
    'forest.subsample': { shape: [1], data: Float32Array.of(subsample) },
  };
}
