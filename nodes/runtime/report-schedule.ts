import type { Shifts, Span } from '../../lib/report/shifts';

/** So long after a shift is over its report is made, ms: what came last is in the journal by then. */
const AFTER_MS = 60_000;
/** A longest wait: timers of Node.js cannot be set for longer than 24 days, and clocks are set. */
const LONGEST_MS = 15 * 60_000;

/**
 * Calls back a minute after each shift or day, by the clock on the wall. Of those whose time came while nothing ran, for the newest
 * one, a minute after the start.
 */
export class ReportSchedule {
  private timer: NodeJS.Timeout | undefined;
  private due: number;
  /** The end of the one that was missed, and when its turn is. */
  private readonly missed: { readonly to: number; readonly at: number } | undefined;

  /**
   * @param made the end of the newest one that was made, ms since the epoch; `undefined` where none counts as missed
   * @param over is given what is to be made, and whether it was missed
   */
  constructor(
    private readonly shifts: Shifts,
    private readonly clock: () => number,
    made: number | undefined,
    private readonly over: (span: Span, missed: boolean) => void,
  ) {
    const now = clock();
    const { to } = shifts.last(now);
    if (made !== undefined && to > made) this.missed = { to, at: now + AFTER_MS };
    this.due = this.missed?.to ?? shifts.next(now);
    this.wait();
  }

  /** When the one that is made next is over, ms since the epoch. */
  get next(): number {
    return this.due;
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private get turn(): number {
    return this.due === this.missed?.to ? this.missed.at : this.due + AFTER_MS;
  }

  private wait(): void {
    const left = Math.max(0, this.turn - this.clock());
    this.timer = setTimeout(() => this.look(), Math.min(left, LONGEST_MS));
  }

  private look(): void {
    const now = this.clock();
    if (now >= this.turn) {
      const { due } = this;
      this.due = this.shifts.next(now);
      this.over(this.shifts.last(due), due === this.missed?.to);
    } else if (this.shifts.next(now) < this.due) this.due = this.shifts.next(now);
    this.wait();
  }
}
