/** At most so many things are told apart; what comes on top in the same time is one more. */
const MOST = 1000;
const OTHERS = 'others';

/** What was said again, and how often it was left out. */
export interface Repeated<T> {
  readonly last: T;
  readonly times: number;
}

/**
 * Lets the same thing through once in a while: a node that fails for every message would else fill the log. What was left out is
 * counted, and given when {@link Repeats.take} asks.
 */
export class Repeats<T> {
  readonly #seen = new Map<string, { last: T; times: number }>();

  /** Whether it is to be told now. */
  first(key: string, what: T): boolean {
    const known = this.#seen.get(key);
    if (known === undefined && this.#seen.size < MOST) {
      this.#seen.set(key, { last: what, times: 0 });
      return true;
    }
    const counted = known ?? this.#seen.get(OTHERS) ?? { last: what, times: 0 };
    counted.last = what;
    counted.times += 1;
    if (known === undefined) this.#seen.set(OTHERS, counted);
    return false;
  }

  /** What was left out since the last time; everything is told anew from now on, unless it goes on. */
  take(): Repeated<T>[] {
    const repeated: Repeated<T>[] = [];
    for (const [key, { last, times }] of this.#seen) {
      if (times === 0) this.#seen.delete(key);
      else {
        repeated.push({ last, times });
        this.#seen.set(key, { last, times: 0 });
      }
    }
    this.#seen.delete(OTHERS);
    return repeated;
  }
}
