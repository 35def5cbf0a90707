import { monitorEventLoopDelay } from 'node:perf_hooks';
import { steadyClock } from './clock';

/** How late the event loop was, ms. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Watches the event loop. */
export interface LoopWatch {
  /** The delay since the last time this was asked; within a second of that, the same again: several readers ask. */
  take(): LoopDelay;
  close(): void;
}

/** The histogram measures from timer to timer: what the timer itself takes is no delay, ms. */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
/** The least time that is told of, ms. */
const LEAST_MS = 1000;

/** @param clock in ms, from anywhere on */
export function watchLoop(clock: () => number = steadyClock): LoopWatch {
  let told: { readonly at: number; readonly delay: LoopDelay } | undefined;
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const late = (ns: number): number =>
    Number.isFinite(ns) ? Math.max(0, Math.round((ns / NS_PER_MS - RESOLUTION_MS) * 100) / 100) : 0;
  return {
    take() {
      const now = clock();
      if (told !== undefined && now - told.at < LEAST_MS) return told.delay;
      const { max } = histogram;
      const delay = {
        p50: late(histogram.percentile(50)),
        p99: late(histogram.percentile(99)),
        max: histogram.count === 0 ? 0 : late(max),
      };
      histogram.reset();
      told = { at: now, delay };
      return delay;
    },
    close: () => histogram.disable(),
  };
}
