/** When, in seconds after the attack began, an action works. Default: all the time. */
interface Span {
  readonly from?: number;
  readonly until?: number;
}

/**
 * What an attacker does to one tag. `set`, `ramp` and `hold` spoof a sensor: PLC and historian get the spoofed value,
 * physics goes on with the true one. `force` overrides what the PLC tells an actuator; a valve still takes its time.
 */
export type Action = Span &
  (
    | { readonly kind: 'set'; readonly tag: string; readonly value: number }
    /** From the value at the start of the action, so much per second, within the instrument's range. */
    | { readonly kind: 'ramp'; readonly tag: string; readonly perSecond: number }
    /** Frozen: a sensor at its value, an actuator at its state, as they were at the start of the action. */
    | { readonly kind: 'hold'; readonly tag: string }
    | { readonly kind: 'force'; readonly tag: string; readonly state: number }
  );

/** A plant state that an attack waits for, on the recorded value of a tag. */
export interface Condition {
  readonly tag: string;
  readonly is?: number;
  readonly above?: number;
  readonly below?: number;
}

/** An attack as data. */
export interface Attack {
  /** Number in the published list. */
  readonly id: number;
  /** What is done, in a few words. */
  readonly title: string;
  /** Stage of the first attacked tag. */
  readonly stage: string;
  /** The attack points. */
  readonly tags: readonly string[];
  readonly durationS: number;
  readonly actions: readonly Action[];
  /** All of these must hold before it begins, so that it meets the plant in the state that it needs. */
  readonly when: readonly Condition[];
  /** The intended physical effect, as published. */
  readonly impact: string;
}
