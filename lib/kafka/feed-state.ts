import type { SwatError } from '../errors';
import type { Assignment, ConsumeSettings, KafkaRecord } from './broker';
import type { IntakeCounts, IntakeSettings } from './intake';

export type FeedSettings = Omit<ConsumeSettings, 'settled'> & IntakeSettings;

export interface FeedWatcher {
  /**
   * Hands a record to the flow.
   * @throws SwatError why it cannot be read
   */
  record(record: KafkaRecord, receipt: string, attempt: number): void;
  /** Calls back once what was handed to the flow just now has been passed on, so that it is in the keeping of others. */
  passed(callback: () => void): void;
  /** A record that cannot be read, was refused by the flow, or had no receipt often enough. Resolves once it is safe elsewhere. */
  letter(record: KafkaRecord, reason: SwatError): Promise<void>;
  event(event: FeedEvent): void;
}

export type FeedEvent =
  | { readonly event: 'assigned'; readonly assignment: Assignment }
  | { readonly event: 'missed'; readonly topic: string; readonly partition: number; readonly count: number }
  | { readonly event: 'problem'; readonly error: SwatError }
  | { readonly event: 'recovered' };

/** How a feed stands. */
export interface FeedState extends IntakeCounts {
  readonly state: 'connecting' | 'running' | 'paused' | 'slow' | 'closed';
  /** What keeps it from reading. */
  readonly problem: SwatError | undefined;
  readonly assignment: Assignment;
  /** Records that are not settled yet, by `topic/partition`; `undefined` while the ends are not known. */
  readonly lag: Readonly<Record<string, number>> | undefined;
  readonly letters: number;
  readonly missed: number;
  readonly commits: number;
  readonly rebalances: number;
  readonly connects: number;
  /** Of an exact reader only. */
  readonly exact?: ExactCounts;
}

/** Partitions of an exact reader that take back their state, and that read; and what came of it. */
export interface ExactCounts {
  readonly restoring: number;
  readonly running: number;
  /** How often another process had taken over a partition before this one knew. */
  readonly fenced: number;
  /** Records that were contained in a state already. */
  readonly skipped: number;
  /** States and results written. */
  readonly states: number;
  readonly results: number;
}
