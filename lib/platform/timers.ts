import { steadyClock, systemClock } from './clock';

/** So long a work of many small steps goes on before it lets other work go first, ms. */
const BREATH_MS = 2;

/** For a work of many small steps, to be awaited after each: gives the event loop a turn when 2 ms have passed since its last. */
export function breathing(): () => Promise<void> {
  let since = steadyClock();
  return async () => {
    if (steadyClock() - since < BREATH_MS) return;
    await new Promise<void>((resolve) => void systemTimers.soon(resolve));
    since = steadyClock();
  };
}

/** A wait of so long that can be ended before: `over` resolves either way, once. */
export interface Pause {
  readonly over: Promise<void>;
  readonly wake: () => void;
}

export function pauseOf(timers: Pick<typeof systemTimers, 'after'>, ms: number): Pause {
  let wake: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    const cancel = timers.after(ms, resolve);
    wake = () => {
      cancel();
      resolve();
    };
  });
  return { over, wake };
}

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
