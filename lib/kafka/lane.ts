import { SwatError } from '../errors';
import { pauseOf, type systemTimers } from '../platform/timers';
import type { Backoff } from '../platform/backoff';
import type { OutRecord } from './broker';

/** A record that waits for its turn. */
export interface Waiting {
  readonly record: OutRecord;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (cause: SwatError) => void;
}

export interface LaneSettings {
  /** A batch waits so long for more, ms. */
  readonly lingerMs: number;
  /** A batch has at most so many records, and bytes. */
  readonly batchRecords: number;
  readonly batchBytes: number;
}

/** What no repetition makes better: these are of the record itself. */
export const OF_THE_RECORD = new Set(['kafka-too-large', 'kafka-record']);

export interface LaneWork {
  write(batch: readonly Waiting[]): Promise<void>;
  failed(error: SwatError): void;
  idle(): void;
}

/** The records of one topic, written one batch after the other. */
export class Lane {
  #waiting: Waiting[] = [];
  #busy = false;
  #closed: SwatError | undefined;
  /** Ends a pause. */
  #wake: () => void = () => undefined;

  constructor(
    private readonly settings: LaneSettings,
    private readonly timers: typeof systemTimers,
    private readonly backoff: Backoff,
    private readonly work: LaneWork,
  ) {}

  /** Writes an empty batch, which connects. */
  open(): void {
    void this.#run();
  }

  push(record: Waiting): void {
    this.#waiting.push(record);
    if (this.#waiting.length >= this.settings.batchRecords) this.#full();
    if (!this.#busy) void this.#run();
  }

  close(cause: SwatError): void {
    this.#closed = cause;
    for (const { reject } of this.#waiting.splice(0)) reject(cause);
    this.#wake();
  }

  /** Ends the wait for more. */
  #full: () => void = () => undefined;

  async #run(): Promise<void> {
    this.#busy = true;
    let first = true;
    while (this.#closed === undefined && (first || this.#waiting.length > 0)) {
      if (this.#waiting.length > 0 && this.#waiting.length < this.settings.batchRecords) await this.#linger();
      first = false;
      await this.#put(this.#next());
    }
    this.#busy = false;
    this.work.idle();
  }

  /** Writes a batch, however often it takes, or says of its records why they cannot be. */
  async #put(batch: Waiting[]): Promise<void> {
    for (;;) {
      if (this.#closed !== undefined) {
        for (const { reject } of batch) reject(this.#closed);
        return;
      }
      try {
        await this.work.write(batch);
        this.backoff.reset();
        for (const { resolve } of batch) resolve();
        return;
      } catch (cause) {
        const error = cause instanceof SwatError ? cause : new SwatError('kafka-other', { detail: String(cause) });
        if (OF_THE_RECORD.has(error.code) && batch.length > 0) {
          if (batch.length === 1) batch[0].reject(error);
          else {
            const half = Math.ceil(batch.length / 2);
            await this.#put(batch.slice(0, half));
            await this.#put(batch.slice(half));
          }
          return;
        }
        this.work.failed(error);
        await this.#pause(this.backoff.next());
      }
    }
  }

  #next(): Waiting[] {
    const { batchRecords, batchBytes } = this.settings;
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && count < batchRecords) {
      bytes += this.#waiting[count].bytes;
      if (count > 0 && bytes > batchBytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  #linger(): Promise<void> {
    if (this.settings.lingerMs === 0) return Promise.resolve();
    const { over, wake } = pauseOf(this.timers, this.settings.lingerMs);
    this.#full = this.#wake = wake;
    return over;
  }

  #pause(ms: number): Promise<void> {
    const { over, wake } = pauseOf(this.timers, ms);
    this.#wake = wake;
    return over;
  }
}
