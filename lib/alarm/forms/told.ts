import type { AlarmEvent } from '../event';

/** An alarm event with what people read of it: all that happened, and the culprit alone. */
export type ToldEvent = AlarmEvent & { readonly text: string; readonly why: string };

/** What is known beside the event. */
export interface FormContext {
  /** When the event goes out: wall-clock time, ms. */
  readonly now: number;
  /** Whether alarms latch. */
  readonly latching: boolean;
}
