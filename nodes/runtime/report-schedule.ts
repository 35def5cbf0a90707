import type { Shifts, Span } from '../../lib/report/shifts';

/** So long after a shift is over its report is made, ms: what came last is in the journal by then. */
const AFTER_MS = 60_000;
/** A longest wait: timers of Node.js cannot be set for longer than 24 days, and clocks are set. */
const LONGEST_MS = 15 * 60_000;

/** Calls back a minute after each shift or day, by the clock on the wall. */
export class ReportSchedule {
  private timer: NodeJS.Timeout | undefined;
  private due: number;

  constructor(
    private readonly shifts: Shifts,
    private readonly clock: () => number,
    private readonly over: (span: Span) => void,
  ) {
    this.due = shifts.next(clock());
    this.wait();
  }

  /** When the shift that runs now is over, ms since the epoch. */
  get next(): number {
    return this.due;
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private wait(): void {
    const left = Math.max(0, this.due + AFTER_MS - this.clock());
    this.timer = setTimeout(() => this.look(), Math.min(left, LONGEST_MS));
  }

  private look(): void {
    const now = this.clock();
    if (now >= this.due + AFTER_MS) {
      const span = this.shifts.last(this.due);
      this.due = this.shifts.next(now);
      this.over(span);
    } else if (this.shifts.next(now) < this.due) this.due = this.shifts.next(now);
    this.wait();
  }
}
