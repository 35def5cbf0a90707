/**
 * What we need of Kafka, in our own words: the rest of the product knows only this, so that another client can take the
 * place of the one behind it (kafkajs-client.ts). Everything that fails rejects with a `SwatError` whose code starts with
 * `kafka-` (see kafkajs-error.ts); nothing here ends the process.
 */
export interface BrokerClient {
  /**
   * Joins the group and reads until closed. Rejects where it cannot be joined; what happens later is told to the watcher.
   * A client that has failed, or was closed, is over: read anew with another one.
   */
  consume(settings: ConsumeSettings, watcher: ConsumeWatcher): Promise<RunningConsumer>;
  produce(settings: ProduceSettings): Promise<RunningProducer>;
  /**
   * Writes in transactions under a name. From then on nobody else writes under it: who did is fenced, and what they had open
   * is over, one way or the other.
   */
  transact(id: string): Promise<Transactor>;
  admin(): Promise<BrokerAdmin>;
}

/** How to reach the brokers. */
export interface BrokerSettings {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** TLS as `tls.connect` takes it; `undefined` for none. */
  readonly tls?: Readonly<Record<string, unknown>> | undefined;
  readonly sasl?: SaslSettings | undefined;
  /** The longest wait for a connection, and for an answer, ms. */
  readonly connectMs: number;
  readonly answerMs: number;
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

export interface SaslSettings {
  readonly mechanism: (typeof SASL_MECHANISMS)[number];
  readonly username: string;
  readonly password: string;
}

/** Names a partition, as in `lagByPartition`. */
export function placeKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

export interface ConsumeSettings {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group begins that has read nothing yet. A position that is gone from the broker begins with the oldest, always. */
  readonly from: 'oldest' | 'newest';
  /** The offset up to which all of a partition was settled by this process, but perhaps not committed; 0 where none was. */
  readonly settled: (topic: string, partition: number) => number;
  /** A member that has not been heard of for so long is out of the group, ms. */
  readonly sessionMs: number;
  /** Bytes fetched at once, of all partitions together: the most that comes after `pause`. */
  readonly fetchBytes: number;
  /** Nothing is read of a partition until it is said where to `begin`; nothing is looked up or committed before. */
  readonly held?: boolean;
}

/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

/** Where a group stands: the next offset to read of a partition. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A partition, and a group in it. */
export interface Stand {
  /** The oldest record that is there, and the offset that the next one written will have. */
  readonly low: number;
  readonly high: number;
  /** What the group has committed, with the note that was left there; `undefined` where that is nothing. */
  readonly committed: { readonly offset: number; readonly note: string } | undefined;
}

/** One record. Offsets are below 2^53. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  /** `null` is a tombstone. */
  readonly value: Buffer | null;
  /** Of several with the same name, the last; as UTF-8. */
  readonly headers: Readonly<Record<string, string>>;
  /** ms since 1970. */
  readonly timestamp: number;
}

export interface ConsumeWatcher {
  /** What this member reads from now on: after joining, and after each rebalance. */
  assigned(assignment: Assignment): void;
  /** Where a partition begins that is new to this member, before its first record: committed there. */
  begins(position: Position): void;
  /** The group is about to be shared out anew; what can be committed must be committed now. */
  revoking(): void;
  /** Records of one partition, in their order. `end` is the offset that the next record written will have. */
  records(records: readonly KafkaRecord[], end: number): void;
  /** All of a partition below `next` has come: markers of transactions, which no record shows, lie in between. */
  reached?(topic: string, partition: number, next: number): void;
  /** Records that the broker had removed before they were read. */
  missed(topic: string, partition: number, count: number): void;
  /** Reading has ended by itself. */
  failed(cause: Error): void;
}

export interface RunningConsumer {
  /** Fetches nothing more until `resume`; what was fetched already still comes. The member stays in the group. */
  pause(): void;
  resume(): void;
  /** @throws SwatError `kafka-rebalancing` where the group is being shared out: commit again once it is */
  commit(positions: readonly Position[]): Promise<void>;
  /** The offset that the next record written will have, of every partition of a topic. */
  ends(topic: string): Promise<ReadonlyMap<number, number>>;
  /** What the broker has of every partition of a topic, and where the group stands in it. */
  stands(topic: string): Promise<ReadonlyMap<number, Stand>>;
  /** Reads a partition from there on. */
  begin(position: Position): void;
  /** Nothing more comes of a partition until `begin`. */
  hold(topic: string, partition: number): void;
  /** Leaves the group. Never rejects. */
  close(): Promise<void>;
}

export interface ProduceSettings {
  /** What is repeated because an answer was lost is written once. */
  readonly idempotent: boolean;
  readonly gzip: boolean;
}

/** A record to be written. Without a partition it goes by the hash of its key, as the Java client does; else in turns. */
export interface OutRecord {
  readonly key: string | Buffer | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** ms since 1970; now unless given. */
  readonly timestamp?: number | undefined;
  readonly partition?: number | undefined;
}

export interface RunningProducer {
  /** Resolves once every replica that must has them. Rejects where any of them was not written; others may have been. */
  send(topic: string, records: readonly OutRecord[]): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** What is visible to others, and outlives a crash, whole or not at all. */
export interface Transaction {
  readonly records: readonly { readonly topic: string; readonly gzip: boolean; readonly record: OutRecord }[];
  readonly position?: (Position & { readonly group: string; readonly note: string }) | undefined;
}

export interface Transactor {
  /**
   * @throws SwatError `kafka-fenced` where somebody else has the name now; after any failure nobody knows whether it was
   * committed until the name is taken anew, and this one is of no more use
   */
  commit(transaction: Transaction): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface TopicSettings {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface BrokerAdmin {
  /** Names of the topics that this user may see, with their number of partitions. */
  topics(): Promise<ReadonlyMap<string, number>>;
  /** Creates topics that are not there. */
  create(topics: readonly TopicSettings[]): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}
