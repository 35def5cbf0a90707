import { SwatError } from '../errors';
import type { DetectorArtifact } from './artifact';
import type { DetectorKind } from './detector';

/** Where a training stands. */
export interface FitProgress {
  /** `fold`: fitting without one block; `final`: fitting on everything; `calibrate`: placing the threshold. */
  readonly phase: 'fold' | 'final' | 'calibrate';
  /** The fold at work, from 1; `folds` outside the phase `fold`. */
  readonly fold: number;
  readonly folds: number;
  /** Passes over the data of this fit, from 1; trees for a forest. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean squared error over the standardised features; `null` where there is none (a forest). */
  readonly loss: number | null;
  /** The same of the block left out, after its last whole epoch; in the phase `final` the mean of the folds' last. */
  readonly validationLoss: number | null;
  /** Share of the whole work done, 0 … 1, never falling. */
  readonly fraction: number;
}

/** What a training tells and asks while it runs. */
export interface FitHooks {
  /** At most about 200 times in a training, and at the end of every epoch. */
  progress(progress: FitProgress): void;
  /** Asked every few milliseconds of work; once it says yes, the training throws `training-cancelled`. */
  cancelled(): boolean;
}

/** What a training found out, as plain JSON. Times are ms since the epoch. */
export interface FitReport {
  readonly kind: DetectorKind;
  readonly rows: number;
  readonly features: number;
  /** Features that did not vary in training. */
  readonly constantFeatures: number;
  readonly first: number;
  readonly last: number;
  /** Last epoch's loss of the final fit, and the folds' mean loss of the blocks left out; `null` for a forest. */
  readonly loss: number | null;
  readonly validationLoss: number | null;
  readonly threshold: number;
  readonly calibrationSamples: number;
  /** Median score of the final model on the rows it was fitted on, and of the folds on the rows they never saw. */
  readonly inSampleMedian: number;
  readonly outOfFoldMedian: number;
  /** inSampleMedian / outOfFoldMedian: how much too small a threshold taken from the fitted rows would be. */
  readonly inSampleShare: number;
  readonly folds: readonly {
    readonly rows: number;
    /** Event time of the block's first and last row. */
    readonly first: number;
    readonly last: number;
    readonly median: number;
    readonly validationLoss: number | null;
  }[];
}

/** What a fit gives: a detector, what it found out, and the score of every row by a model that never saw it. */
export interface Fitted {
  readonly artifact: DetectorArtifact;
  readonly report: FitReport;
  /** One number a row of the data set, as the node would see it; the threshold is their quantile. */
  readonly outOfFold: Float64Array;
}

/** Keeps account of a training's work: one place that asks for cancelling and reports progress. */
export interface Work {
  /** Notes `units` more work done. @throws SwatError `training-cancelled` */
  done(units: number, state: () => Omit<FitProgress, 'fraction'>, always?: boolean): void;
}

const REPORTS = 200;

/** Work of `total` units. */
export function createWork(total: number, hooks: FitHooks): Work {
  let sum = 0;
  let reported = -1;
  return {
    done(units, state, always = false) {
      if (hooks.cancelled()) throw new SwatError('training-cancelled');
      sum += units;
      const step = Math.floor((sum / total) * REPORTS);
      if (step === reported && !always) return;
      reported = step;
      hooks.progress({ ...state(), fraction: Math.min(sum / total, 1) });
    },
  };
}
