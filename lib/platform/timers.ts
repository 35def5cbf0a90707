/** Waiting on the machine's clock and event loop. */
export const systemTimers = {
  now: (): number => Date.now(),
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  soon(callback: () => void): () => void {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  },
};
