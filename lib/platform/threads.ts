import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** What the owner of a thread hears of it. */
export interface ThreadEvents {
  message(value: unknown): void;
  /** Once, at the end; with a cause when it crashed or ran out of memory. */
  ended(cause: Error | undefined): void;
}

/** A running thread. */
export interface Thread {
  /** Gives it a value; what it had not taken when it ended is lost. */
  post(value: unknown): void;
  /** Resolves once the thread is gone: by itself within `graceMs`, else by force. */
  end(graceMs: number): Promise<void>;
}

/** Starts a script in a thread of its own; `data` is what {@link threadInput} gives there. `transfer` is moved, not copied. */
export type StartThread = (script: string, data: unknown, transfer: ArrayBuffer[], events: ThreadEvents) => Thread;

/** Real worker threads, with at most `memoryMb` of JavaScript heap (typed arrays stand outside of it). */
export function threadsWith(memoryMb: number): StartThread {
  return (script, data, transfer, events) => {
    const worker = new Worker(script, {
      workerData: data,
      transferList: transfer,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // The host's own flags (inspectors, loaders) are not the thread's.
      execArgv: [],
    });
    let failure: Error | undefined;
    worker.on('message', (value) => events.message(value));
    worker.on('error', (cause) => (failure = cause instanceof Error ? cause : new Error(String(cause))));
    const gone = new Promise<void>((resolve) => {
      worker.once('exit', (code) => {
        events.ended(failure ?? (code === 0 ? undefined : new Error(`exit ${code}`)));
        resolve();
      });
    });
    return {
      post: (value) => worker.postMessage(value),
      async end(graceMs) {
        const timer = setTimeout(() => void worker.terminate(), graceMs);
        await gone;
        clearTimeout(timer);
      },
    };
  };
}

/** Inside a thread: what it was started with, and the way back. */
export interface ThreadInput {
  readonly data: unknown;
  post(value: unknown): void;
  /** Hears what is posted to it; the thread lives on until {@link close}. */
  listen(heard: (value: unknown) => void): void;
  /**
   * Ends the thread a moment later. To be called at the end of every thread: a compilation in the background may still be at
   * what it did last. A thread whose event loop runs dry meanwhile waits for it, while it may wait for the thread to collect
   * garbage (nodejs/node#54918): then neither thread nor process ever ends. One that exits meanwhile can end the process.
   */
  close(): void;
}

/** So long a thread stays idle before it ends, ms: compilations take a few. */
const QUIET_MS = 300;

/** @throws Error outside of a thread */
export function threadInput(): ThreadInput {
  if (isMainThread || parentPort === null) throw new Error('not in a worker thread');
  const port = parentPort;
  return {
    data: workerData,
    post: (value) => port.postMessage(value),
    listen: (heard) => void port.on('message', heard),
    close: () => void setTimeout(() => port.close(), QUIET_MS),
  };
}
