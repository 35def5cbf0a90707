/**
 * How long to wait after so many failures in a row, ms: doubles with each up to the longest, drawn from the upper half, so that
 * many do not come at once.
 * @param random from 0 up to 1
 */
export function growingPause(failures: number, firstMs: number, longestMs: number, random: () => number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(40, failures - 1)) * (0.5 + random() / 2);
}

/** Counts failures in a row, for a {@link growingPause} after each. */
export class Backoff {
  #failures = 0;

  /**
   * @param firstMs the pause after the first failure
   * @param random from 0 up to 1
   */
  constructor(
    private readonly firstMs: number,
    private readonly longestMs: number,
    private readonly random: () => number,
  ) {}

  /** ms to wait after one more failure. */
  next(): number {
    this.#failures += 1;
    return growingPause(this.#failures, this.firstMs, this.longestMs, this.random);
  }

  reset(): void {
    this.#failures = 0;
  }
}
