import type { Calibration } from './artifact';
import { quantileOf } from './calibration';
import type { Dataset } from './dataset';
import type { DetectorKind } from './detector';
import type { FitReport } from './fit-run';
import type { Fold } from './folds';

/** Losses of a fit that has any. */
export interface Losses {
  readonly loss: number;
  readonly validationLoss: number;
  readonly foldLosses: readonly number[];
}

const median = (scores: Float64Array) => quantileOf(scores.toSorted(), 0.5);

/** Puts together what a training found out. */
export function reportOf(
  kind: DetectorKind,
  data: Dataset,
  scaler: { readonly constant: Uint8Array },
  calibration: Calibration,
  folds: readonly Fold[],
  outOfFold: Float64Array,
  inSample: Float64Array,
  losses?: Losses,
): FitReport {
  const inSampleMedian = median(inSample);
  const outOfFoldMedian = median(outOfFold);
  return {
    kind,
    rows: data.count,
    features: data.schema.features.length,
    constantFeatures: scaler.constant.reduce((sum, flag) => sum + flag, 0),
    first: data.times.reduce((least, time) => Math.min(least, time), Infinity),
    last: data.times.reduce((most, time) => Math.max(most, time), -Infinity),
    loss: losses?.loss ?? null,
    validationLoss: losses?.validationLoss ?? null,
    threshold: calibration.threshold,
    calibrationSamples: calibration.samples,
    inSampleMedian,
    outOfFoldMedian,
    inSampleShare: outOfFoldMedian > 0 ? inSampleMedian / outOfFoldMedian : 1,
    folds: folds.map(({ from, to }, index) => ({
      rows: to - from,
      first: data.times[from],
      last: data.times[to - 1],
      median: median(outOfFold.slice(from, to)),
      validationLoss: losses?.foldLosses[index] ?? null,
    })),
  };
}
