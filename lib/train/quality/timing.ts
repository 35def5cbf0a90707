import type { TimeRange } from '../exclusions';

/** So many steps tell the period. */
const FIRST = 201;
/** A step is a gap from so many periods on. */
const GAP = 5;
const MOST_GAPS = 20;

interface Step {
  readonly from: number;
  readonly to: number;
}

/** How the times of a record run: period, gaps, repetitions, steps back. Keeps the first 201 steps and the 20 longest gaps. */
export class Timing {
  duplicates = 0;
  outOfOrder = 0;
  gaps = 0;
  #longest: Step[] = [];
  #first: Step[] = [];
  #last: number | undefined;
  #period: number | undefined;

  push(time: number): void {
    const last = this.#last;
    if (last === undefined || time > last) this.#last = time;
    if (last === undefined) return;
    if (time === last) this.duplicates += 1;
    else if (time < last) this.outOfOrder += 1;
    else if (this.#period === undefined) this.#learn({ from: last, to: time });
    else this.#judge({ from: last, to: time }, this.#period);
  }

  /** What follows is another asset's. */
  restart(): void {
    this.#last = undefined;
  }

  /** The usual step, ms; `null` with fewer than two times. */
  get period(): number | null {
    return this.#settled();
  }

  /** The longest gaps, the longest first. */
  get list(): TimeRange[] {
    this.#settled();
    return this.#longest.map(({ from, to }) => [from, to] as const);
  }

  #learn(step: Step): void {
    this.#first.push(step);
    if (this.#first.length >= FIRST) this.#settled();
  }

  #settled(): number | null {
    if (this.#period !== undefined) return this.#period;
    if (this.#first.length === 0) return null;
    const sorted = this.#first.map(({ from, to }) => to - from).sort((a, b) => a - b);
    this.#period = sorted[sorted.length >> 1];
    for (const step of this.#first) this.#judge(step, this.#period);
    this.#first = [];
    return this.#period;
  }

  #judge(step: Step, period: number): void {
    if (step.to - step.from <= GAP * period) return;
    this.gaps += 1;
    this.#longest.push(step);
    this.#longest.sort((a, b) => b.to - b.from - (a.to - a.from));
    this.#longest.length = Math.min(this.#longest.length, MOST_GAPS);
  }
}
