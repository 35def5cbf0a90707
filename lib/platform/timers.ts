import { steadyClock, systemClock } from './clock';

/** Waiting on the machine's clocks and event loop. */
export const systemTimers = {
  now: steadyClock,
  date: systemClock,
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  soon(callback: () => void): () => void {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  },
};
