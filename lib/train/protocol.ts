import type { DetectorArtifact } from '../detect/artifact';
import type { DetectorKind, RatioKind } from '../detect/detector';
import type { FitProgress } from '../detect/fit';
import type { FitSettings } from '../detect/settings';
import type { DenseLayer } from '../model/tfjs-read';
import type { TrainingReport } from '../model/training-report';
import type { Exclusions } from './exclusions';
import type { FileSource } from './file-source';
import type { QualityReport } from './quality/report';
import type { ReadingProgress } from './read-file';
import type { CollectedRows } from './rows';

/** What to learn from: collected windows, which the thread reads where they are, or a file. */
export type TrainingData =
  | { readonly data: CollectedRows; readonly file?: undefined }
  | { readonly file: FileSource; readonly data?: undefined };

/** What both a check and a training have. */
export type CheckJob = TrainingData & {
  readonly kind: DetectorKind;
  readonly settings: FitSettings;
  readonly exclude?: Exclusions | undefined;
};

/** A training. */
export type TrainingJob = CheckJob & {
  /** The threshold is placed for so many false alarms a day, where it is above 0, and not by the quantile. */
  readonly falseAlarmsPerDay?: number | undefined;
  /** How the ratio is told that alarms are counted by; `calibrated` unless said otherwise. */
  readonly ratioKind?: RatioKind | undefined;
  /** Where an engine that is not built in may be installed. */
  readonly engineFolders?: readonly string[] | undefined;
};

/** The calibration of a network that was made elsewhere. */
export interface CalibrationJob {
  readonly layers: readonly DenseLayer[];
  readonly data: CollectedRows;
  /** Settings of a training, of which a calibration takes what it needs. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** What the training thread is to do. */
export type Task =
  (TrainingJob & { readonly task: 'check' | 'train' }) | (CalibrationJob & { readonly task: 'calibrate' });

/** What the training thread is started with. */
export type WorkerInput = Task & {
  /** One number in shared memory: anything but 0 asks the thread to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
};

/** What a training makes. */
export interface TrainingResult {
  readonly artifact: DetectorArtifact;
  readonly report: TrainingReport;
}

/** What the training thread says. Errors cross as code and details; `detail` is the text of one that has no code. */
export type WorkerMessage =
  | { readonly type: 'reading'; readonly progress: ReadingProgress }
  | { readonly type: 'quality'; readonly report: QualityReport }
  | { readonly type: 'progress'; readonly progress: FitProgress }
  | { readonly type: 'checked' }
  | { readonly type: 'done'; readonly result: TrainingResult }
  | { readonly type: 'failed'; readonly code: string; readonly details: Record<string, string | number | boolean> };
