import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';
import { quantile } from '../quantile';

/** Latencies that are kept between two readings; what comes after them is counted, not kept. */
const KEPT = 1_000_000;

/** Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What happened since the last reset. */
export interface Reading {
  /** Milliseconds of a steady clock, and CPU time of the process so far in microseconds. */
  readonly at: number;
  readonly cpu: number;
  /** Messages that the last node was done with, and how many of them both detectors had scored. */
  readonly done: number;
  readonly scored: number;
  /** How many ended in an error. */
  readonly errors: number;
  /** Annunciated alarms among the messages that are kept. */
  readonly anomalies: number;
  /** From the instant a sample was due, and from its send, until the last node was done with it. */
  readonly fromDue: Spread;
  readonly fromSend: Spread;
  /** Intervals that `monitorEventLoopDelay` saw at its default resolution of 10 ms, and at 1 ms. */
  readonly delay: Spread;
  readonly delayFine: Spread;
}

/** A message of the feed. */
export interface Stamped {
  readonly due?: number;
  readonly sent?: number;
  readonly scores?: Readonly<Record<string, { readonly ready?: boolean; readonly ratio?: number } | undefined>>;
}

/** Counts and times the messages that reach the end of a flow. Keeps at most a million latencies. */
export class Watch {
  private readonly due = new Float64Array(KEPT);
  private readonly sent = new Float64Array(KEPT);
  private done = 0;
  private scored = 0;
  private errors = 0;
  private anomalies = 0;
  private told: (() => void) | undefined;
  private readonly coarse = monitorEventLoopDelay();
  private readonly fine = monitorEventLoopDelay({ resolution: 1 });

  /** @param timed whether the event loop is watched too: its timers cost a little */
  reset(timed: boolean): void {
    this.done = this.scored = this.errors = this.anomalies = 0;
    for (const monitor of [this.coarse, this.fine]) {
      monitor.disable();
      monitor.reset();
      if (timed) monitor.enable();
    }
  }

  /** Tells of the first message from now on that both detectors have scored. */
  whenScored(told: () => void): void {
    this.told = told;
  }

  /** The last node is done with a message. */
  take(message: Stamped, failed: boolean): void {
    const now = performance.now();
    if (this.done < KEPT) {
      this.due[this.done] = now - (message.due ?? now);
      this.sent[this.done] = now - (message.sent ?? now);
    }
    this.done += 1;
    if (failed) this.errors += 1;
    const { autoencoder, iforest } = message.scores ?? {};
    if (autoencoder?.ready === true && iforest?.ready === true) {
      this.scored += 1;
      this.told?.();
      this.told = undefined;
    }
    if ((autoencoder?.ratio ?? 0) >= 1) this.anomalies += 1;
  }

  read(): Reading {
    const { user, system } = process.cpuUsage();
    return {
      at: performance.now(),
      cpu: user + system,
      done: this.done,
      scored: this.scored,
      errors: this.errors,
      anomalies: this.anomalies,
      fromDue: spread(this.due.subarray(0, Math.min(KEPT, this.done))),
      fromSend: spread(this.sent.subarray(0, Math.min(KEPT, this.done))),
      delay: delays(this.coarse),
      delayFine: delays(this.fine),
    };
  }
}

function spread(values: Float64Array): Spread {
  if (values.length === 0) return { p50: 0, p99: 0, max: 0 };
  const sorted = values.toSorted();
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted[sorted.length - 1] };
}

function delays(monitor: IntervalHistogram): Spread {
  if (monitor.count === 0) return { p50: 0, p99: 0, max: 0 };
  return { p50: monitor.percentile(50) / 1e6, p99: monitor.percentile(99) / 1e6, max: monitor.max / 1e6 };
}
