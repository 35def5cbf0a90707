import { SwatError } from '../errors';
import type { systemTimers } from '../platform/timers';
import { Backoff } from '../platform/backoff';
import type { BrokerClient, OutRecord, ProduceSettings, RunningProducer } from './broker';
import { Lane, OF_THE_RECORD, type LaneSettings, type Waiting } from './lane';

export interface OutletSettings extends ProduceSettings, LaneSettings {
  /** A record of more bytes is refused. */
  readonly mostBytes: number;
  /** At most so many records, and bytes, wait or are under way; further ones are refused. */
  readonly queueRecords: number;
  readonly queueBytes: number;
}

export interface OutletWatcher {
  /** Nothing gets through to a topic, or to any; told once for each reason. What waits is kept and tried again. */
  problem(error: SwatError): void;
  recovered(): void;
}

export interface OutletState {
  readonly problem: SwatError | undefined;
  readonly queued: number;
  readonly queuedBytes: number;
  readonly sent: number;
  readonly bytes: number;
  readonly batches: number;
  readonly refused: number;
  readonly retries: number;
}

/** These say nothing of the connection: it stays. */
const OF_THE_TOPIC = new Set(['kafka-topic-missing', 'kafka-topic-denied', 'kafka-topic-name']);
/** Topics that are written to at the same time; one that fails does not hold up the others. */
const MOST_LANES = 200;
/** Bytes that a record costs beside key, value and headers. */
const OVERHEAD = 70;

/**
 * Writes records, in batches, in their order for each topic. What fails for a reason that may pass is repeated with pauses that
 * grow, for as long as it takes; what is wrong with a record itself refuses that record alone. Bounded; nothing is dropped
 * without its promise being rejected.
 */
export class Outlet {
  readonly #lanes = new Map<string, Lane>();
  readonly #problems = new Map<string, SwatError>();
  #producer: Promise<RunningProducer> | undefined;
  #closed = false;
  #queued = 0;
  #queuedBytes = 0;
  #sent = 0;
  #bytes = 0;
  #batches = 0;
  #refused = 0;
  #retries = 0;

  constructor(
    private readonly client: BrokerClient,
    private readonly settings: OutletSettings,
    private readonly watcher: OutletWatcher,
    private readonly timers: typeof systemTimers,
    private readonly random: () => number,
  ) {}

  /** Connects, so that a problem shows before the first record. */
  start(): void {
    this.#lane('').open();
  }

  /**
   * Resolves once the broker has the record.
   * @throws SwatError `kafka-too-large`, `kafka-record`, `kafka-full`, `kafka-closed`
   */
  send(topic: string, record: OutRecord): Promise<void> {
    const bytes = bytesOf(record);
    const { mostBytes, queueRecords, queueBytes } = this.settings;
    const refuse = (error: SwatError): Promise<void> => {
      this.#refused += 1;
      return Promise.reject(error);
    };
    if (this.#closed) return refuse(new SwatError('kafka-closed', { topic }));
    if (bytes > mostBytes) return refuse(new SwatError('kafka-too-large', { topics: topic, bytes, most: mostBytes }));
    if (this.#queued >= queueRecords || this.#queuedBytes + bytes > queueBytes) {
      return refuse(new SwatError('kafka-full', { topic, count: this.#queued }));
    }
    const lane = this.#lanes.get(topic);
    if (lane === undefined && this.#lanes.size >= MOST_LANES) {
      return refuse(new SwatError('kafka-topics', { topic, most: MOST_LANES }));
    }
    this.#queued += 1;
    this.#queuedBytes += bytes;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#queued -= 1;
        this.#queuedBytes -= bytes;
      };
      this.#lane(topic).push({
        record,
        bytes,
        resolve: () => {
          done();
          this.#sent += 1;
          this.#bytes += bytes;
          resolve();
        },
        reject: (cause) => {
          done();
          this.#refused += 1;
          reject(cause);
        },
      });
    });
  }

  /**
   * For a record that somebody else writes.
   * @throws SwatError `kafka-too-large`
   */
  check(topic: string, record: OutRecord): void {
    const bytes = bytesOf(record);
    const { mostBytes } = this.settings;
    if (bytes <= mostBytes) return;
    this.#refused += 1;
    throw new SwatError('kafka-too-large', { topics: topic, bytes, most: mostBytes });
  }

  get state(): OutletState {
    const problem: SwatError | undefined = this.#problems.values().next().value;
    return {
      problem,
      queued: this.#queued,
      queuedBytes: this.#queuedBytes,
      sent: this.#sent,
      bytes: this.#bytes,
      batches: this.#batches,
      refused: this.#refused,
      retries: this.#retries,
    };
  }

  /** Writes what waits, for no longer than `patienceMs`; the rest is rejected with `kafka-closed`. */
  async close(patienceMs: number): Promise<void> {
    this.#closed = true;
    const until = this.timers.now() + patienceMs;
    while (this.#queued > 0 && this.timers.now() < until) {
      await new Promise<void>((resolve) => void this.timers.after(10, resolve));
    }
    for (const [topic, lane] of this.#lanes) lane.close(new SwatError('kafka-closed', { topic }));
    // One that is still being made is closed once it is there.
    const closing = this.#producer?.then((producer) => producer.close()).catch(() => undefined);
    await Promise.race([closing, new Promise<void>((resolve) => void this.timers.after(3000, resolve))]);
  }

  #lane(topic: string): Lane {
    let lane = this.#lanes.get(topic);
    if (lane === undefined) {
      lane = new Lane(this.settings, this.timers, new Backoff(250, 30_000, this.random), {
        write: (batch) => this.#write(topic, batch),
        failed: (error) => this.#failed(topic, error),
        idle: () => this.#lanes.delete(topic),
      });
      this.#lanes.set(topic, lane);
    }
    return lane;
  }

  async #write(topic: string, batch: readonly Waiting[]): Promise<void> {
    this.#producer ??= this.client.produce(this.settings);
    const opening = this.#producer;
    try {
      const producer = await opening;
      if (batch.length > 0) {
        await producer.send(
          topic,
          batch.map(({ record }) => record),
        );
        this.#batches += 1;
      }
    } catch (cause) {
      const code = cause instanceof SwatError ? cause.code : '';
      // After any other failure nobody knows what the broker has of this producer's numbers: the next attempt has a new one.
      if (!OF_THE_TOPIC.has(code) && !OF_THE_RECORD.has(code) && this.#producer === opening) {
        this.#producer = undefined;
        opening.then((producer) => producer.close()).catch(() => undefined);
      }
      throw cause;
    }
    this.#well(topic);
  }

  #failed(topic: string, error: SwatError): void {
    this.#retries += 1;
    const told = [...this.#problems.values()].some(({ code }) => code === error.code);
    this.#problems.set(topic, error);
    if (!told) this.watcher.problem(error);
  }

  #well(topic: string): void {
    const troubled = this.#problems.size > 0;
    this.#problems.delete(topic);
    // The connection is well, too, if anything gets through.
    this.#problems.delete('');
    if (troubled && this.#problems.size === 0) this.watcher.recovered();
  }
}

function bytesOf({ key, value, headers }: OutRecord): number {
  const size = (text: string | Buffer | null): number => (text === null ? 0 : Buffer.byteLength(text));
  const extra = Object.entries(headers ?? {}).reduce((sum, [name, text]) => sum + size(name) + size(text) + 4, 0);
  return OVERHEAD + size(key) + size(value) + extra;
}
