import type { SwatError } from '../errors';
import type { systemTimers } from '../platform/timers';
import type { BrokerClient, KafkaRecord, OutRecord, RunningConsumer } from './broker';
import type { Chain } from './chain';
import type { StateReader } from './exact-state';

export interface ExactSettings {
  readonly group: string;
  readonly topic: string;
  readonly from: 'oldest' | 'newest';
  readonly stateTopic: string;
  /** The state of an asset is saved so often, ms; 0: in every transaction with a record of it. */
  readonly stateMs: number;
  /** So many records of a partition go to the flow at once. */
  readonly batchRecords: number;
  /** A transaction is made no more often, ms. */
  readonly commitMs: number;
  /** So many records of a partition wait at most, beside one fetch. */
  readonly bufferRecords: number;
}

/** What the lanes of a reader share. */
export interface LaneAround {
  readonly client: BrokerClient;
  /**
   * What is read with now.
   * @throws SwatError `kafka-rebalancing` while there is nothing
   */
  readonly reading: () => { readonly consumer: RunningConsumer; readonly states: StateReader };
  readonly chain: Chain;
  readonly timers: typeof systemTimers;
  readonly settings: ExactSettings;
  readonly counts: LaneCounts;
  /**
   * Hands a record to the flow.
   * @throws SwatError why it cannot be read
   */
  readonly hand: (record: KafkaRecord, receipt: string, rerun: boolean) => void;
  /** What becomes of a record that cannot be used; told, too. */
  readonly letter: (
    record: KafkaRecord,
    reason: SwatError,
  ) => { readonly topic: string; readonly record: OutRecord } | undefined;
  /** Something that is to be told and does not end the lane. */
  readonly note: (error: SwatError) => void;
  /** Whether another lane has the asset. */
  readonly elsewhere: (asset: string) => boolean;
}

export interface LaneCounts {
  received: number;
  handed: number;
  settled: number;
  reruns: number;
  skipped: number;
  transactions: number;
  states: number;
  results: number;
  letters: number;
  missed: number;
}

/** What is known of a partition beyond the life of one lane. */
export interface LanePast {
  /** Up to there records go one by one: the broker has refused what came of one of them. */
  careful: number;
  /** The record that it was; `again`: even the letter of it was refused. */
  refused: { readonly offset: number; readonly reason: SwatError; readonly again: boolean } | undefined;
}
