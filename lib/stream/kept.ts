import type { JumpGuard } from './guard';
import type { Line } from './line';

/** Everything that is remembered of one asset. */
export interface Kept<C> {
  readonly line: Line<C>;
  readonly guard: JumpGuard<C>;
  /** Arrival of the latest input, ms. */
  seen: number;
  /** Nothing has come since what waited was taken. */
  flushed: boolean;
  lost: boolean;
}
