/** Time as a value: what `lib` takes where it would otherwise look at the clock. */
export type Clock = () => number;

const ORIGIN = performance.timeOrigin;

/** Wall-clock time, ms since the epoch. */
export const systemClock: Clock = () => Date.now();

/** Time that never goes back while the process runs, whoever sets the clock; whole ms, from the epoch as it was at the start. */
export const steadyClock: Clock = () => Math.round(ORIGIN + performance.now());
