import type { Label } from '../plant/label';

/** A frame on its way to a message. */
export interface SourceFrame {
  /** Event time, ms since the epoch. */
  readonly time: number;
  readonly values: Record<string, number>;
  /** What is true, for evaluation only; absent where nothing is known. */
  readonly label?: Label;
  /** Line of the file it was read from. */
  readonly line?: number;
}

/** A series of attacks on the simulated plant begins or ends. */
export interface DrillEvent {
  readonly event: 'drill-started' | 'drill-ended';
  /** Event time, ms since the epoch. */
  readonly time: number;
  /** How many attacks it has. */
  readonly attacks: number;
}
