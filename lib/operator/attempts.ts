/** So many wrong ones in a row are free. */
const FREE = 5;
const FIRST_WAIT_MS = 60_000;
/** The longest wait after a wrong one. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** Wrong ones are forgotten after so long without another. */
const FORGOTTEN_MS = 60 * 60_000;

interface Wrong {
  readonly count: number;
  readonly at: number;
  readonly until: number;
}

/**
 * Wrong PINs, by name: after five in a row a minute's wait, after each further one twice as long, up to a quarter of an hour. Bounded by
 * the names that it is used with.
 */
export class Attempts {
  private readonly wrong = new Map<string, Wrong>();

  /** How long there is still to wait, ms; 0: none. */
  waitMs(name: string, now: number): number {
    return Math.max(0, (this.wrong.get(name)?.until ?? 0) - now);
  }

  /** One was wrong. @returns how long there is to wait now, ms */
  failed(name: string, now: number): number {
    const before = this.wrong.get(name);
    const count = before !== undefined && now - before.at < FORGOTTEN_MS ? before.count + 1 : 1;
    const wait = count < FREE ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(count - FREE, 20));
    this.wrong.set(name, { count, at: now, until: now + wait });
    return wait;
  }

  succeeded(name: string): void {
    this.wrong.delete(name);
  }
}
