import { detailOf, SwatError } from '../errors';
import { Backoff } from '../platform/backoff';
import { pauseOf, type systemTimers } from '../platform/timers';
import type { Assignment, BrokerClient, ConsumeSettings, KafkaRecord, OutRecord, RunningConsumer } from './broker';
import { laneOfReceipt, type Chain, type ExactReader, type PutOutcome } from './chain';
import { Ends } from './ends';
import { ExactLane, type ExactSettings, type LaneAround, type LaneCounts, type LanePast } from './exact-lane';
import { spaceOf, StateReader } from './exact-state';
import type { FeedEvent, FeedState } from './feed-state';

export type ExactFeedSettings = Omit<ConsumeSettings, 'settled' | 'held'> & ExactSettings;

export interface ExactWatcher {
  /**
   * Hands a record to the flow.
   * @throws SwatError why it cannot be read
   */
  record(record: KafkaRecord, receipt: string, rerun: boolean): void;
  letter(record: KafkaRecord, reason: SwatError): ReturnType<LaneAround['letter']>;
  event(event: FeedEvent): void;
  /** Something that is to be known; reading goes on. Told once of a kind. */
  note(error: SwatError): void;
}

/** These pass by themselves: told only where they do not. */
const PASSING = new Set(['kafka-starting', 'kafka-rebalancing', 'kafka-transaction', 'kafka-fenced']);
const PATIENCE = 3;
/** A lane that has run for so long is well, ms. */
const WELL_MS = 5000;
const LOOK_MS = 1000;
/** Closing waits no longer than this, ms. */
const CLOSE_MS = 4000;

interface Place {
  lane: ExactLane;
  readonly past: LanePast;
  readonly backoff: Backoff;
  failures: number;
  /** Over once the lane has ended and all of it is forgotten. */
  work: Promise<void>;
}

/**
 * Reads a topic exactly once: what comes of its records, how far they are read, and the state of the nodes behind it become
 * visible together. Each partition is a lane of its own, of which any number of processes have some; who has one is the only one
 * who can write for it.
 */
export class ExactFeed implements ExactReader {
  readonly #places = new Map<number, Place>();
  readonly #byName = new Map<string, ExactLane>();
  readonly #backoff: Backoff;
  readonly #chain: Chain;
  readonly #ends = new Ends();
  readonly #told = new Set<string>();
  readonly #counts: LaneCounts = {
    received: 0,
    handed: 0,
    settled: 0,
    reruns: 0,
    skipped: 0,
    transactions: 0,
    states: 0,
    results: 0,
    letters: 0,
    missed: 0,
  };
  #consumer: RunningConsumer | undefined;
  #states: StateReader | undefined;
  #assignment: Assignment = {};
  #problem: SwatError | undefined;
  #state: 'connecting' | 'running' | 'closed' = 'connecting';
  #paused = false;
  #halted = false;
  #n = 0;
  #fenced = 0;
  #rebalances = 0;
  #connects = 0;
  #work: Promise<void> = Promise.resolve();
  #stop: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #cancelTick: () => void = () => undefined;

  /** @param name of this reader, unlike that of any other, without a slash */
  constructor(
    private readonly client: BrokerClient,
    private readonly settings: ExactFeedSettings,
    private readonly watcher: ExactWatcher,
    chainOf: (reader: ExactReader) => Chain,
    private readonly timers: typeof systemTimers,
    private readonly random: () => number,
    readonly name: string,
  ) {
    this.#backoff = new Backoff(500, 30_000, random);
    this.#chain = chainOf(this);
  }

  start(): void {
    this.#work = this.#run();
    this.#tick();
  }

  receiptFor(asset: string): string | undefined {
    return this.#laneOf(asset)?.receiptFor(asset);
  }

  touched(asset: string): void {
    this.#laneOf(asset)?.touched(asset);
  }

  /** A result, into the transaction of the record that it came of. */
  put(receipt: string, topic: string, record: OutRecord, gzip: boolean): PutOutcome {
    return this.#byName.get(laneOfReceipt(receipt))?.put(receipt, topic, record, gzip) ?? 'gone';
  }

  /** A record is done once nothing of it is under way; receipts are of no importance here. Says whether its lane is open. */
  settle(receipt: string): boolean {
    return this.#byName.has(laneOfReceipt(receipt));
  }

  /** The flow refuses a record: it goes to the letters. Says whether it was open. */
  refuse(receipt: string, reason: SwatError): boolean {
    return this.#byName.get(laneOfReceipt(receipt))?.refuse(receipt, reason) ?? false;
  }

  /** Hands nothing more out, until `resume`. */
  pause(paused: boolean): void {
    this.#paused = paused;
    for (const { lane } of this.#places.values()) {
      if (paused) lane.checkpoint();
      else lane.goOn();
    }
  }

  /** The nodes behind are about to be stopped: what is saved now is saved, everything else begins anew. */
  halt(): void {
    this.#halted = true;
    this.#letGo([...this.#places.keys()], true);
  }

  goOn(): void {
    if (!this.#halted) return;
    this.#halted = false;
    this.#take();
  }

  get state(): FeedState {
    const lanes = [...this.#places.values()].map(({ lane }) => lane);
    const sum = (of: (lane: ExactLane) => number): number => lanes.reduce((total, lane) => total + of(lane), 0);
    const { reruns, skipped, transactions, states, results, letters, missed, received, handed, settled } = this.#counts;
    const restoring = lanes.filter(({ phase }) => phase !== 'running').length;
    const open = this.#state !== 'running' ? this.#state : this.#paused ? 'paused' : 'running';
    return {
      state: open,
      problem: this.#problem,
      assignment: this.#assignment,
      lag: this.#ends.lag((_topic, partition) => this.#places.get(partition)?.lane.position),
      received,
      handed,
      settled,
      redelivered: reruns,
      inFlight: sum(({ inFlight }) => inFlight),
      buffered: sum(({ waiting }) => waiting),
      letters,
      missed,
      commits: transactions,
      rebalances: this.#rebalances,
      connects: this.#connects,
      exact: { restoring, running: lanes.length - restoring, fenced: this.#fenced, skipped, states, results },
    };
  }

  /** Puts what is done into transactions, and leaves the group. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#cancelTick();
    const ending = this.#letGo([...this.#places.keys()], false);
    await Promise.race([ending, pauseOf(this.timers, CLOSE_MS).over]);
    this.#stop();
    this.#wake();
    this.#states?.close();
    if (this.#consumer !== undefined) await this.#work;
    this.#chain.close();
  }

  async #run(): Promise<void> {
    while (this.#isOpen()) {
      const cause = await this.#read();
      if (!this.#isOpen()) return;
      if (cause !== undefined) this.#trouble(cause);
      this.#state = 'connecting';
      this.#assigned({});
      this.#states?.close();
      this.#states = undefined;
      const { over, wake } = pauseOf(this.timers, this.#backoff.next());
      this.#wake = wake;
      await over;
    }
  }

  async #read(): Promise<SwatError | undefined> {
    let stop: (cause?: SwatError) => void = () => undefined;
    const ended = new Promise<SwatError | undefined>((resolve) => {
      stop = resolve;
    });
    const { topic, stateTopic } = this.settings;
    this.#connects += 1;
    try {
      await this.#check();
      const consumer = await this.client.consume(
        { ...this.settings, settled: () => 0, held: true },
        {
          assigned: (assignment) => this.#assigned(assignment),
          begins: () => undefined,
          revoking: () => {
            this.#rebalances += 1;
            for (const { lane } of this.#places.values()) lane.checkpoint();
          },
          records: (records, end) => {
            const [{ partition }] = records;
            this.#ends.set(topic, partition, end);
            this.#places.get(partition)?.lane.add(records);
          },
          missed: () => undefined,
          failed: (cause) => stop(asSwatError(cause)),
        },
      );
      this.#stop = stop;
      if (this.#isOpen()) {
        this.#consumer = consumer;
        this.#states = new StateReader(
          this.client,
          stateTopic,
          this.settings.group,
          spaceOf(this.settings.group, topic),
          this.timers,
        );
        this.#state = 'running';
        this.#take();
        const cause = await ended;
        this.#consumer = undefined;
        await consumer.close();
        return cause;
      }
      await consumer.close();
      return undefined;
    } catch (cause) {
      return asSwatError(cause);
    }
  }

  /** The states of a partition's assets are in the partition of the same number. */
  async #check(): Promise<void> {
    const admin = await this.client.admin();
    try {
      const { topic, stateTopic } = this.settings;
      const topics = await admin.topics();
      const [count, states] = [topics.get(topic), topics.get(stateTopic)];
      if (count === undefined) throw new SwatError('kafka-topic-missing', { topics: topic });
      if (states === undefined) throw new SwatError('kafka-state-missing', { topics: stateTopic, partitions: count });
      if (states < count) {
        throw new SwatError('kafka-state-partitions', { topics: stateTopic, partitions: states, topic, wanted: count });
      }
    } finally {
      await admin.close();
    }
  }

  #assigned(assignment: Assignment): void {
    this.#assignment = assignment;
    this.#ends.assigned(assignment);
    const wanted = assignment[this.settings.topic] ?? [];
    this.#letGo(
      [...this.#places.keys()].filter((partition) => !wanted.includes(partition)),
      false,
    );
    for (const { lane } of this.#places.values()) if (!this.#paused) lane.goOn();
    this.#take();
    this.watcher.event({ event: 'assigned', assignment });
  }

  /** Begins lanes for the partitions that are ours and have none. */
  #take(): void {
    if (this.#consumer === undefined || this.#halted || !this.#isOpen()) return;
    for (const partition of this.#assignment[this.settings.topic] ?? []) {
      if (this.#places.has(partition)) continue;
      const past: LanePast = { careful: 0, refused: undefined };
      const place: Place = {
        lane: this.#lane(partition, past),
        past,
        backoff: new Backoff(500, 30_000, this.random),
        failures: 0,
        work: Promise.resolve(),
      };
      this.#places.set(partition, place);
      place.work = this.#keep(partition, place, this.#leaving.get(partition) ?? Promise.resolve());
    }
  }

  /** Lanes that are ending, by partition: the next one there begins when they are over. */
  readonly #leaving = new Map<number, Promise<void>>();

  #letGo(partitions: readonly number[], atOnce: boolean): Promise<unknown> {
    const ended = partitions.map((partition) => {
      const place = this.#places.get(partition);
      if (place === undefined) return undefined;
      this.#places.delete(partition);
      this.#consumer?.hold(this.settings.topic, partition);
      const ending = place.lane.end(atOnce);
      const over = Promise.all([ending, place.work]).then(() => {
        if (this.#leaving.get(partition) === over) this.#leaving.delete(partition);
      });
      this.#leaving.set(partition, over);
      return ending;
    });
    return Promise.all(ended);
  }

  /** A lane after the other, until the partition is let go. Never rejects. */
  async #keep(partition: number, place: Place, before: Promise<void>): Promise<void> {
    await before;
    for (;;) {
      const { lane } = place;
      if (this.#places.get(partition) !== place) break;
      this.#byName.set(lane.name, lane);
      const cause = await lane.run();
      if (this.#places.get(partition) === place) this.#consumer?.hold(this.settings.topic, partition);
      await lane.forget();
      this.#byName.delete(lane.name);
      if (cause === undefined || this.#places.get(partition) !== place) break;
      this.#laneFailed(cause, place);
      await pauseOf(this.timers, cause.code === 'kafka-fenced' ? LOOK_MS + place.backoff.next() : place.backoff.next())
        .over;
      if (this.#places.get(partition) !== place) break;
      place.lane = this.#lane(partition, place.past);
    }
  }

  #laneFailed(cause: SwatError, place: Place): void {
    if (cause.code === 'kafka-fenced') this.#fenced += 1;
    place.failures += 1;
    if (!PASSING.has(cause.code) || place.failures >= PATIENCE) this.#trouble(cause);
  }

  #lane(partition: number, past: LanePast): ExactLane {
    this.#n += 1;
    const feed = this;
    const around: LaneAround = {
      client: this.client,
      timers: this.timers,
      settings: this.settings,
      counts: this.#counts,
      get consumer() {
        return feed.#running().consumer;
      },
      get states() {
        return feed.#running().states;
      },
      chain: this.#chain,
      hand: (record, receipt, rerun) => this.watcher.record(record, receipt, rerun),
      letter: (record, reason) => this.watcher.letter(record, reason),
      note: (error) => this.#note(error),
      elsewhere: (asset) =>
        [...this.#places.values()].some(({ lane }) => lane.partition !== partition && lane.has(asset)),
    };
    const lane = new ExactLane(`${this.name}/${this.#n}`, partition, around, past);
    if (this.#paused) lane.checkpoint();
    return lane;
  }

  #running(): { consumer: RunningConsumer; states: StateReader } {
    const [consumer, states] = [this.#consumer, this.#states];
    if (consumer === undefined || states === undefined) throw new SwatError('kafka-rebalancing', {});
    return { consumer, states };
  }

  #laneOf(asset: string): ExactLane | undefined {
    for (const { lane } of this.#places.values()) if (lane.phase === 'running' && lane.has(asset)) return lane;
    return undefined;
  }

  #note(error: SwatError): void {
    const { node, partition } = error.details;
    const kind = `${error.code} ${String(node ?? partition ?? '')}`;
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.watcher.note(error);
  }

  #trouble(error: SwatError): void {
    if (!this.#isOpen()) return;
    if (this.#consumer === undefined && PASSING.has(error.code)) return;
    const same = this.#problem?.code === error.code;
    this.#problem = error;
    if (!same) this.watcher.event({ event: 'problem', error });
  }

  #tick(): void {
    this.#cancelTick = this.timers.after(LOOK_MS, () => {
      if (this.#consumer !== undefined) void this.#ends.look(this.#consumer, this.timers.now());
      this.#well();
      this.#tick();
    });
  }

  /** All lanes run: what was wrong is over. */
  #well(): void {
    if (this.#state !== 'running') return;
    const since = this.timers.now() - WELL_MS;
    for (const { lane } of this.#places.values()) if (lane.runningSince > since) return;
    for (const place of this.#places.values()) {
      place.failures = 0;
      place.backoff.reset();
    }
    this.#backoff.reset();
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.watcher.event({ event: 'recovered' });
  }

  #isOpen(): boolean {
    return this.#state !== 'closed';
  }
}

function asSwatError(cause: unknown): SwatError {
  if (cause instanceof SwatError) return cause;
  return new SwatError('unexpected', { detail: detailOf(cause) }, { cause });
}
