/** Time as a value: what `lib` takes where it would otherwise look at the clock. */
export type Clock = () => number;

/** Wall-clock time, ms since the epoch. */
export const systemClock: Clock = () => Date.now();
