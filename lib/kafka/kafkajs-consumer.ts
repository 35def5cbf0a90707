import type { Admin, Consumer, EachBatchPayload, IHeaders, Kafka, RetryOptions } from 'kafkajs';
import {
  placeKey,
  type Assignment,
  type ConsumeSettings,
  type ConsumeWatcher,
  type KafkaRecord,
  type Position,
  type RunningConsumer,
  type Stand,
} from './broker';
import { kafkaError, type About } from './kafkajs-error';
import { topicOffsets } from './kafkajs-offsets';
import type { systemTimers } from '../platform/timers';

/** The client of one use, and how it ends. */
export interface Behind {
  readonly kafka: Kafka;
  readonly about: About;
  readonly retry: RetryOptions;
  /** Runs what closes, for no longer than is decent. */
  readonly closing: (close: () => Promise<unknown>) => Promise<void>;
  /** Runs what should be over within a minute; rejects with `kafka-no-answer` where it is not. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The broker holds an empty fetch back for so long, and `resume` waits for it, ms. */
const WAIT_MS = 250;
/** Others are waited for so long when the group is shared out, ms. */
const REBALANCE_MS = 20_000;
const PARTITION_BYTES = 1_048_576;
/** Offset of a group that has committed none; another negative one asks for the oldest. */
const NONE = -1;

/**
 * A member of a group, by kafkajs. Two things are ours: what has been read goes on over a rebalance for the partitions that
 * stay with this member; and where a group begins is committed before anything is read, so that a crash before the first
 * commit loses nothing, and what the broker has removed unread is counted.
 */
export async function consumeWith(
  behind: Behind,
  settings: ConsumeSettings,
  watcher: ConsumeWatcher,
  timers: Pick<typeof systemTimers, 'after'>,
): Promise<RunningConsumer> {
  const { kafka, retry, closing, within } = behind;
  const { group, topics, sessionMs, fetchBytes } = settings;
  const about = { ...behind.about, topics, group };
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionMs,
    heartbeatInterval: Math.floor(sessionMs / 4),
    rebalanceTimeout: REBALANCE_MS,
    maxWaitTimeInMs: WAIT_MS,
    maxBytes: fetchBytes,
    maxBytesPerPartition: Math.min(PARTITION_BYTES, fetchBytes),
    allowAutoTopicCreation: false,
    retry,
  });
  const admin = kafka.admin({ retry });
  let joining = Promise.resolve();
  const close = (): Promise<void> =>
    closing(async () => {
      // What is still asked for would connect anew.
      await joining;
      await Promise.allSettled([consumer.disconnect(), admin.disconnect()]);
    });
  const offsets = (topic: string): ReturnType<Admin['fetchTopicOffsets']> =>
    topicOffsets(admin, () => kafka.admin({ retry }), topic, timers);
  const member = new Member(consumer, admin, offsets, settings, watcher);
  let crashed: unknown;
  let running = false;
  let closed = false;
  const fail = (cause: unknown): void => {
    if (closed) return;
    if (!running) crashed ??= cause;
    else watcher.failed(kafkaError(cause, about));
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
  consumer.on(consumer.events.REBALANCING, () => watcher.revoking());
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    joining = member.joined(payload.memberId, payload.memberAssignment).catch(fail);
  });
  try {
    await within(async () => {
      await consumer.connect();
      await admin.connect();
      // The newest is our own business: what the broker has no position of any more must begin with the oldest.
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: (payload) => member.batch(payload) });
    });
    if (crashed !== undefined) throw asError(crashed);
  } catch (cause) {
    closed = true;
    await close();
    throw kafkaError(cause, about);
  }
  running = true;
  return {
    pause: () => member.pause(true),
    resume: () => member.pause(false),
    async commit(positions) {
      try {
        await within(() => consumer.commitOffsets(positions.map(named)));
      } catch (cause) {
        throw kafkaError(cause, about);
      }
    },
    async ends(topic) {
      try {
        const found = await within(() => offsets(topic));
        return new Map(found.map(({ partition, high }) => [partition, Number(high)]));
      } catch (cause) {
        throw kafkaError(cause, { ...about, topics: [topic] });
      }
    },
    async stands(topic) {
      try {
        return await within(() => member.stands(topic));
      } catch (cause) {
        throw kafkaError(cause, { ...about, topics: [topic] });
      }
    },
    begin: (position) => member.begin(position),
    hold: (topic, partition) => member.hold(topic, partition),
    close() {
      closed = true;
      return close();
    },
  };
}

/** What this member reads, and how far it has. */
class Member {
  #id = '';
  #assignment: Assignment = {};
  /** The next offset of each partition that has been read from. */
  #next = new Map<string, number>();
  /** Partitions whose beginning is being looked for. */
  readonly #sought = new Set<string>();
  #paused = false;

  constructor(
    private readonly consumer: Consumer,
    private readonly admin: Admin,
    private readonly offsets: Admin['fetchTopicOffsets'],
    private readonly settings: ConsumeSettings,
    private readonly watcher: ConsumeWatcher,
  ) {}

  /** A new assignment. What is new in it is read once it is known where it begins. */
  async joined(id: string, unsorted: Assignment): Promise<void> {
    const assignment = Object.fromEntries(
      Object.entries(unsorted).map(([topic, partitions]) => [topic, [...partitions].sort((a, b) => a - b)]),
    );
    // Another name: we were thought dead, and others may have read on.
    if (id !== this.#id) {
      this.#next.clear();
      if (this.#id !== '') this.watcher.assigned({});
    }
    this.#id = id;
    this.#assignment = assignment;
    this.watcher.assigned(assignment);
    const next = new Map<string, number>();
    const fresh: { topic: string; partition: number }[] = [];
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const known = this.#next.get(placeKey(topic, partition));
        if (known === undefined) fresh.push({ topic, partition });
        else {
          next.set(placeKey(topic, partition), known);
          this.consumer.seek({ topic, partition, offset: String(known) });
        }
      }
    }
    // What is held stays so, also where it has been read from.
    const held = this.settings.held === true ? [...this.#sought].filter((key) => next.has(key)) : [];
    this.#next = next;
    this.#sought.clear();
    for (const key of held) this.#sought.add(key);
    for (const { topic, partition } of fresh) this.#sought.add(placeKey(topic, partition));
    this.#apply();
    if (this.settings.held === true) return;
    await Promise.all([...new Set(fresh.map(({ topic }) => topic))].map((topic) => this.#begin(topic)));
    this.#apply();
  }

  begin({ topic, partition, offset }: Position): void {
    this.#next.set(placeKey(topic, partition), offset);
    this.#sought.delete(placeKey(topic, partition));
    this.consumer.seek({ topic, partition, offset: String(offset) });
    this.#apply();
  }

  hold(topic: string, partition: number): void {
    this.#sought.add(placeKey(topic, partition));
    this.#apply();
  }

  async stands(topic: string): Promise<Map<number, Stand>> {
    const [[committed], ends] = await Promise.all([
      this.admin.fetchOffsets({ groupId: this.settings.group, topics: [topic] }),
      this.offsets(topic),
    ]);
    return new Map(
      ends.map(({ partition, low, high }) => {
        const found = committed.partitions.find((each) => each.partition === partition);
        const offset = Number(found?.offset ?? NONE);
        return [
          partition,
          {
            low: Number(low),
            high: Number(high),
            committed: offset < 0 ? undefined : { offset, note: found?.metadata ?? '' },
          },
        ];
      }),
    );
  }

  /** Where the new partitions of a topic begin. */
  async #begin(topic: string): Promise<void> {
    const { group, from, settled } = this.settings;
    const [[committed], ends] = await Promise.all([
      this.admin.fetchOffsets({ groupId: group, topics: [topic] }),
      this.offsets(topic),
    ]);
    const begin: Position[] = [];
    const first: Position[] = [];
    for (const { partition, low, high } of ends) {
      if (!this.#sought.delete(placeKey(topic, partition))) continue;
      const known = Number(committed.partitions.find((each) => each.partition === partition)?.offset ?? NONE);
      const ours = settled(topic, partition);
      let offset = known;
      if (known === NONE) offset = Number(from === 'newest' ? high : low);
      else if (known < Number(low)) {
        offset = Number(low);
        if (known >= 0) this.watcher.missed(topic, partition, offset - known);
      } else if (known > Number(high)) offset = Number(low);
      else if (ours > known && ours <= Number(high)) offset = ours;
      begin.push({ topic, partition, offset });
      if (offset !== known) first.push({ topic, partition, offset });
      this.consumer.seek({ topic, partition, offset: String(offset) });
    }
    if (first.length > 0) await this.consumer.commitOffsets(first.map(named));
    for (const position of begin) this.watcher.begins(position);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#apply();
  }

  #apply(): void {
    for (const [topic, all] of Object.entries(this.#assignment)) {
      const held = all.filter((partition) => this.#paused || this.#sought.has(placeKey(topic, partition)));
      const read = all.filter((partition) => !held.includes(partition));
      if (held.length > 0) this.consumer.pause([{ topic, partitions: held }]);
      if (read.length > 0) this.consumer.resume([{ topic, partitions: read }]);
    }
  }

  /** Hands a fetched batch on whole: it is kept there, so that the member goes on answering the group. */
  batch(given: EachBatchPayload): Promise<void> {
    const { batch } = given;
    const { topic, partition } = batch;
    const key = placeKey(topic, partition);
    if (!given.isRunning() || given.isStale() || this.#sought.has(key)) return Promise.resolve();
    const next = this.#next.get(key) ?? 0;
    const records = batch.messages
      .filter(({ offset }) => Number(offset) >= next)
      .map(({ key: name, value, headers, offset, timestamp }): KafkaRecord => ({
        topic,
        partition,
        offset: Number(offset),
        key: name,
        value,
        headers: headersOf(headers),
        timestamp: Number(timestamp),
      }));
    this.#next.set(key, Math.max(next, Number(batch.lastOffset()) + 1));
    if (records.length > 0) this.watcher.records(records, Number(batch.highWatermark));
    this.watcher.reached?.(topic, partition, this.#next.get(key) ?? 0);
    return Promise.resolve();
  }
}

function named({ topic, partition, offset }: Position): { topic: string; partition: number; offset: string } {
  return { topic, partition, offset: String(offset) };
}

function headersOf(headers: IHeaders | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers ?? {})) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined && name !== '__proto__') found[name] = value.toString();
  }
  return found;
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
