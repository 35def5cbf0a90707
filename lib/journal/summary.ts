import type { DetectorScore } from '../detect/detector';

/** The scores of a while, of all assets together. */
export interface ScoreSummary {
  readonly windows: number;
  /** Of these, windows that could not be scored, and windows at or over the threshold. */
  readonly notReady: number;
  readonly over: number;
  /** Of the windows that were scored: mean ratio and score, the greatest ratio, and whose it was; absent where there is none. */
  readonly meanRatio?: number;
  readonly meanScore?: number;
  readonly maxRatio?: number;
  readonly maxAsset?: string;
  readonly threshold?: number;
  readonly model?: string;
}

/** Sums up scores: a few additions a window. */
export class ScoreCounter {
  #windows = 0;
  #ready = 0;
  #over = 0;
  #ratios = 0;
  #scores = 0;
  #maxRatio = -Infinity;
  #maxAsset = '';
  #last: DetectorScore | undefined;

  add(asset: string, score: DetectorScore): void {
    this.#windows += 1;
    if (!score.ready) return;
    const { ratio } = score;
    this.#ready += 1;
    if (ratio >= 1) this.#over += 1;
    this.#ratios += ratio;
    this.#scores += score.score;
    this.#last = score;
    if (ratio <= this.#maxRatio) return;
    this.#maxRatio = ratio;
    this.#maxAsset = asset;
  }

  /** What was added since the last time; `undefined` where nothing was. */
  take(): ScoreSummary | undefined {
    if (this.#windows === 0) return undefined;
    const [windows, ready, over, last] = [this.#windows, this.#ready, this.#over, this.#last];
    const scored = last !== undefined && {
      meanRatio: rounded(this.#ratios / ready),
      meanScore: rounded(this.#scores / ready),
      maxRatio: rounded(this.#maxRatio),
      maxAsset: this.#maxAsset,
      threshold: rounded(last.threshold),
      model: last.model,
    };
    this.#windows = this.#ready = this.#over = this.#ratios = this.#scores = 0;
    this.#maxRatio = -Infinity;
    this.#last = undefined;
    return { windows, notReady: windows - ready, over, ...scored };
  }
}

/** How far counters have moved since they were looked at last; those that stood still are left out. */
export class CounterSteps {
  #before: Readonly<Record<string, number>> = {};

  /** `undefined` where nothing has moved. */
  take(counters: object): Readonly<Record<string, number>> | undefined {
    const now: Record<string, number> = {};
    const steps: Record<string, number> = {};
    for (const [name, value] of Object.entries(counters) as [string, unknown][]) {
      if (typeof value !== 'number') continue;
      now[name] = value;
      const step = value - (this.#before[name] ?? 0);
      if (step !== 0) steps[name] = step;
    }
    this.#before = now;
    return Object.keys(steps).length === 0 ? undefined : steps;
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
