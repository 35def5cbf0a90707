import { join } from 'node:path';
import type { FitProgress } from '../detect/fit';
import { SwatError } from '../errors';
import { threadsWith, type StartThread } from '../platform/threads';
import type {
  CalibrationJob,
  CheckJob,
  Task,
  TrainingJob,
  TrainingResult,
  WorkerInput,
  WorkerMessage,
} from './protocol';
import type { QualityReport } from './quality/report';
import type { ReadingProgress } from './read-file';

const SCRIPT = join(__dirname, 'worker.js');
const HEAP_MB = 1024;
/** How long a training may take to notice that it was cancelled before its thread is ended by force. */
const GRACE_MS = 3000;

/** Who wants to hear more of a training than its progress. */
export interface Ears {
  reading?(progress: ReadingProgress): void;
  /** Once, where the data is a file, or only checked. */
  quality?(report: QualityReport): void;
}

/** Work of a training thread under way. */
export interface Training<Result = TrainingResult> {
  /**
   * @throws SwatError what the fit throws; `training-cancelled`; `training-crashed` {detail} when the thread died or ran out of
   * memory
   */
  readonly result: Promise<Result>;
  /** Stops it; resolves once its thread is gone, at the latest after three seconds. */
  cancel(): Promise<void>;
}

/** Trains a detector in a worker thread. Several may run; each has its own thread. */
export function startTraining(
  job: TrainingJob,
  onProgress: (progress: FitProgress) => void,
  start: StartThread = threadsWith(HEAP_MB),
  ears: Ears = {},
): Training {
  return startWork<TrainingResult>({ ...job, task: 'train' }, { ...ears, progress: onProgress }, start);
}

/** Measures the quality of data in a worker thread: {@link Ears.quality} hears the report. */
export function startCheck(job: CheckJob, ears: Ears, start: StartThread = threadsWith(HEAP_MB)): Training<undefined> {
  return startWork<undefined>({ ...job, task: 'check' }, ears, start);
}

/** Calibrates a network that was made elsewhere in a worker thread. */
export function startCalibration(job: CalibrationJob, start: StartThread = threadsWith(HEAP_MB)): Training {
  return startWork<TrainingResult>({ ...job, task: 'calibrate' }, {}, start);
}

function startWork<Result>(
  job: Task,
  ears: Ears & { progress?(progress: FitProgress): void },
  start: StartThread,
): Training<Result> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const input: WorkerInput = { ...job, stop };
  let resolve: (result: Result) => void;
  let reject: (cause: unknown) => void;
  const result = new Promise<Result>((...settle) => ([resolve, reject] = settle));
  // Whoever cancels need not look at the result as well.
  result.catch(() => undefined);
  let cancelled = false;

  const thread = start(SCRIPT, input, [], {
    message(value) {
      const message = value as WorkerMessage;
      if (cancelled) return;
      switch (message.type) {
        case 'reading':
          ears.reading?.(message.progress);
          break;
        case 'quality':
          ears.quality?.(message.report);
          break;
        case 'progress':
          ears.progress?.(message.progress);
          break;
        case 'checked':
          resolve(undefined as Result);
          break;
        case 'done':
          resolve(message.result as Result);
          break;
        case 'failed':
          reject(new SwatError(message.code, message.details));
      }
    },
    // After a result or a failure this changes nothing.
    ended: (cause) =>
      reject(
        cancelled
          ? new SwatError('training-cancelled')
          : new SwatError('training-crashed', { detail: cause?.message ?? 'exit' }, { cause }),
      ),
  });
  return {
    result,
    async cancel() {
      cancelled = true;
      Atomics.store(stop, 0, 1);
      await thread.end(GRACE_MS);
    },
  };
}
