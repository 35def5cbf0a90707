import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop was, ms. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Watches the event loop. */
export interface LoopWatch {
  /** The delay since the last time this was asked. */
  take(): LoopDelay;
  close(): void;
}

/** The histogram measures from timer to timer: what the timer itself takes is no delay, ms. */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

export function watchLoop(): LoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const late = (ns: number): number =>
    Number.isFinite(ns) ? Math.max(0, Math.round((ns / NS_PER_MS - RESOLUTION_MS) * 100) / 100) : 0;
  return {
    take() {
      const { max } = histogram;
      const delay = {
        p50: late(histogram.percentile(50)),
        p99: late(histogram.percentile(99)),
        max: histogram.count === 0 ? 0 : late(max),
      };
      histogram.reset();
      return delay;
    },
    close: () => histogram.disable(),
  };
}
