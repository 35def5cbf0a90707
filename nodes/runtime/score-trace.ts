/** A second, ms since the epoch, and the greatest ratio to the threshold in it. */
export type ScorePoint = readonly [time: number, ratio: number];

/** Seconds that are remembered. */
const MOST = 120;
const SECOND = 1000;

/** The scores of a node over the last minutes, of all assets together, one a second: at most 120. */
export class ScoreTrace {
  readonly #points: [number, number][] = [];

  /** @param ratio 1 at the threshold; what is no number is passed over
   * @param now the machine's clock, ms */
  note(ratio: number, now: number): void {
    if (!Number.isFinite(ratio)) return;
    const second = Math.floor(now / SECOND) * SECOND;
    const last = this.#points.at(-1);
    if (last?.[0] === second) {
      last[1] = Math.max(last[1], ratio);
      return;
    }
    this.#points.push([second, ratio]);
    if (this.#points.length > MOST) this.#points.shift();
  }

  get points(): readonly ScorePoint[] {
    return this.#points.map(([time, ratio]) => [time, rounded(ratio)]);
  }

  get last(): ScorePoint | undefined {
    const last = this.#points.at(-1);
    return last && [last[0], rounded(last[1])];
  }
}

/** Three digits are more than a picture shows. */
function rounded(ratio: number): number {
  return Number(ratio.toPrecision(3));
}
