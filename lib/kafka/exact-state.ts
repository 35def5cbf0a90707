import { randomBytes } from 'node:crypto';
import { SwatError } from '../errors';
import type { systemTimers } from '../platform/timers';
import type { BrokerClient, KafkaRecord, OutRecord, RunningConsumer } from './broker';

/** The last record of its asset that a state contains. */
const OFFSET_HEADER = 'swat-offset';
/** The form of the state's bytes is the business of who made them. */
const FORM_HEADER = 'swat-state';
const FORM = '1';
/** A name that no asset has: the record by which the end of reading is found. */
const OWNER = '\u0000owner';
/** A partition is read within that time, or the attempt has failed, ms. */
const READ_MS = 60_000;
/** The reader stays for so long after the last partition: others may follow, ms. */
const IDLE_MS = 30_000;

export interface SavedState {
  /** The last record that it contains; -1 for none. */
  readonly last: number;
  readonly data: Buffer;
}

/**
 * The state of an asset as a record; of the same partition as the records it was made of.
 * @param space of a reader: those of several share the topic
 */
export function stateRecord(space: string, asset: string, partition: number, { last, data }: SavedState): OutRecord {
  return {
    key: keyOf(space, asset),
    value: data,
    headers: { [FORM_HEADER]: FORM, [OFFSET_HEADER]: String(last) },
    partition,
  };
}

/** What a new owner writes before it reads: everything before it is what the ones before it have left. */
export function ownerRecord(space: string, partition: number, marker: string): OutRecord {
  return { key: keyOf(space, OWNER), value: marker, partition };
}

/** How a reader's states are told from those of others. */
export function spaceOf(group: string, topic: string): string {
  return `${group}/${topic}`;
}

function keyOf(space: string, asset: string): string {
  return `${space}/${asset}`;
}

/**
 * The states of a partition's assets are in the partition of the same number.
 * @throws SwatError `kafka-topic-missing`, `kafka-state-missing`, `kafka-state-partitions`, and what keeps from asking
 */
export async function checkStateTopic(client: BrokerClient, topic: string, stateTopic: string): Promise<void> {
  const admin = await client.admin();
  try {
    const topics = await admin.topics();
    const [wanted, states] = [topics.get(topic), topics.get(stateTopic)];
    if (wanted === undefined) throw new SwatError('kafka-topic-missing', { topics: topic });
    if (states === undefined) throw new SwatError('kafka-state-missing', { topics: stateTopic, partitions: wanted });
    if (states < wanted) {
      throw new SwatError('kafka-state-partitions', { topics: stateTopic, partitions: states, topic, wanted });
    }
  } finally {
    await admin.close();
  }
}

interface Reading {
  readonly states: Map<string, SavedState>;
  readonly marker: string;
  readonly over: (cause?: SwatError) => void;
}

/** Reads partitions of the topic of states, each from its beginning up to a marker; with a group of its own, which commits nothing. */
export class StateReader {
  #consumer: Promise<RunningConsumer> | undefined;
  readonly #readings = new Map<number, Reading>();
  #cancelIdle: () => void = () => undefined;

  constructor(
    private readonly client: BrokerClient,
    private readonly topic: string,
    private readonly group: string,
    private readonly space: string,
    private readonly timers: typeof systemTimers,
  ) {}

  /**
   * The last state of each asset in a partition; the marker was written there before. One at a time for each partition.
   * @throws SwatError what keeps from reading
   */
  async read(partition: number, marker: string): Promise<ReadonlyMap<string, SavedState>> {
    this.#cancelIdle();
    const opening = (this.#consumer ??= this.#open());
    try {
      const consumer = await opening;
      const { low } = (await consumer.stands(this.topic)).get(partition) ?? { low: undefined };
      if (low === undefined) throw new SwatError('kafka-state-unread', { topics: this.topic });
      return await this.#through(consumer, partition, low, marker);
    } catch (cause) {
      if (this.#consumer === opening) this.#drop();
      throw cause;
    } finally {
      if (this.#readings.size === 0) this.#cancelIdle = this.timers.after(IDLE_MS, () => this.#drop());
    }
  }

  close(): void {
    this.#cancelIdle();
    this.#drop();
  }

  #through(
    consumer: RunningConsumer,
    partition: number,
    low: number,
    marker: string,
  ): Promise<Map<string, SavedState>> {
    return new Promise((resolve, reject) => {
      const states = new Map<string, SavedState>();
      const over = (cause?: SwatError): void => {
        cancel();
        this.#readings.delete(partition);
        if (cause === undefined) resolve(states);
        else reject(cause);
      };
      const cancel = this.timers.after(READ_MS, () =>
        over(new SwatError('kafka-state-unread', { topics: this.topic })),
      );
      this.#readings.set(partition, { states, marker, over });
      consumer.begin({ topic: this.topic, partition, offset: low });
    });
  }

  #open(): Promise<RunningConsumer> {
    const opened = this.client.consume(
      {
        group: `${this.group}-state-${randomBytes(6).toString('hex')}`,
        topics: [this.topic],
        from: 'oldest',
        settled: () => 0,
        sessionMs: 30_000,
        fetchBytes: 16_777_216,
        held: true,
      },
      {
        assigned: () => undefined,
        begins: () => undefined,
        revoking: () => undefined,
        missed: () => undefined,
        records: (records) => {
          opened.then((consumer) => this.#records(consumer, records)).catch(() => undefined);
        },
        failed: (cause) => this.#failed(cause),
      },
    );
    return opened;
  }

  #records(consumer: RunningConsumer, records: readonly KafkaRecord[]): void {
    for (const record of records) {
      const reading = this.#readings.get(record.partition);
      if (reading === undefined) return;
      const asset = assetOf(this.space, record);
      if (asset === OWNER) {
        if (record.value?.toString('utf8') !== reading.marker) continue;
        consumer.hold(this.topic, record.partition);
        reading.over();
        return;
      }
      if (asset !== undefined) keep(reading.states, asset, record);
    }
  }

  #failed(cause: Error): void {
    this.#drop(cause instanceof SwatError ? cause : new SwatError('kafka-other', { detail: cause.message }));
  }

  #drop(cause = new SwatError('kafka-closed', { topic: this.topic })): void {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    void consumer?.then((each) => each.close()).catch(() => undefined);
    for (const { over } of [...this.#readings.values()]) over(cause);
  }
}

function assetOf(space: string, { key }: KafkaRecord): string | undefined {
  const text = key?.toString('utf8');
  return text?.startsWith(`${space}/`) === true ? text.slice(space.length + 1) : undefined;
}

function keep(states: Map<string, SavedState>, asset: string, { value, headers }: KafkaRecord): void {
  const last = Number(headers[OFFSET_HEADER]);
  // Deleted by hand, or of a version to come: the asset starts afresh.
  if (value === null || headers[FORM_HEADER] !== FORM || !Number.isInteger(last)) states.delete(asset);
  else states.set(asset, { last, data: value });
}
