/** A pause that doubles with each failure up to the longest, drawn from its upper half, so that many do not come at once. */
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
    const pause = Math.min(this.firstMs * 2 ** Math.min(this.#failures, 30), this.longestMs);
    this.#failures += 1;
    return pause * (0.5 + this.random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
