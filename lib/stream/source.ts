import type { Label } from '../plant/label';
import type { Awaited } from '../plant/sim/manipulation';

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

/** How an attack on the simulated plant goes. */
export interface AttackEvent {
  readonly event: 'attack-waiting' | 'attack-started' | 'attack-ended';
  /** Event time, ms since the epoch. */
  readonly time: number;
  readonly attack: number;
  readonly title: string;
  readonly tags: readonly string[];
  /** Of a waiting attack: what it waits for. */
  readonly awaited?: readonly Awaited[];
}
