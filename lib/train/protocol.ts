import type { DetectorArtifact } from '../detect/artifact';
import type { DetectorKind } from '../detect/detector';
import type { FitProgress } from '../detect/fit';
import type { FitSettings } from '../detect/settings';
import type { TrainingReport } from '../model/manifest';
import type { CollectedRows } from './rows';

/** What the training thread is started with. */
export interface WorkerInput {
  readonly kind: DetectorKind;
  readonly data: CollectedRows;
  readonly settings: FitSettings;
  /** One number in shared memory: anything but 0 asks the training to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What a training makes. */
export interface TrainingResult {
  readonly artifact: DetectorArtifact;
  readonly report: TrainingReport;
}

/** What the training thread says. Errors cross as code and details; `detail` is the text of one that has no code. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: FitProgress }
  | { readonly type: 'done'; readonly result: TrainingResult }
  | { readonly type: 'failed'; readonly code: string; readonly details: Record<string, string | number | boolean> };
