import type { Awaited } from './sim/manipulation';

/**
 * How an attack on the simulated plant goes. `attack-visible`: the first recorded value that an unattacked twin of the
 * plant has otherwise.
 */
export interface AttackEvent {
  readonly event: 'attack-waiting' | 'attack-started' | 'attack-visible' | 'attack-ended';
  /** Event time, ms since the epoch. */
  readonly time: number;
  readonly attack: number;
  readonly title: string;
  readonly tags: readonly string[];
  /** Of a waiting attack: what it waits for. */
  readonly awaited?: readonly Awaited[];
  /** Of a visible attack: the tag that differs. */
  readonly tag?: string;
}
