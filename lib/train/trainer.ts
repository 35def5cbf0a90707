import { join } from 'node:path';
import type { DetectorKind } from '../detect/detector';
import type { FitProgress } from '../detect/fit';
import type { FitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import { threadsWith, type StartThread } from '../platform/threads';
import type { TrainingResult, WorkerInput, WorkerMessage } from './protocol';
import type { CollectedRows } from './rows';

const SCRIPT = join(__dirname, 'worker.js');
const HEAP_MB = 1024;
/** How long a training may take to notice that it was cancelled before its thread is ended by force. */
const GRACE_MS = 3000;

export interface TrainingJob {
  readonly kind: DetectorKind;
  /** The thread reads it where it is. */
  readonly data: CollectedRows;
  readonly settings: FitSettings;
}

/** A training under way. */
export interface Training {
  /**
   * @throws SwatError what the fit throws; `training-cancelled`; `training-crashed` {detail} when the thread died or ran out of
   * memory
   */
  readonly result: Promise<TrainingResult>;
  /** Stops it; resolves once its thread is gone, at the latest after three seconds. */
  cancel(): Promise<void>;
}

/** Trains a detector in a worker thread. Several may run; each has its own thread. */
export function startTraining(
  job: TrainingJob,
  onProgress: (progress: FitProgress) => void,
  start: StartThread = threadsWith(HEAP_MB),
): Training {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const input: WorkerInput = { ...job, stop };
  let resolve: (result: TrainingResult) => void;
  let reject: (cause: unknown) => void;
  const result = new Promise<TrainingResult>((...settle) => ([resolve, reject] = settle));
  // Whoever cancels need not look at the result as well.
  result.catch(() => undefined);
  let cancelled = false;

  const thread = start(SCRIPT, input, [], {
    message(value) {
      const message = value as WorkerMessage;
      if (cancelled) return;
      switch (message.type) {
        case 'progress':
          onProgress(message.progress);
          break;
        case 'done':
          resolve(message.result);
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
