import { asSwatError, SwatError } from '../errors';
import { Backoff } from '../platform/backoff';
import { pauseOf, type Pause, type systemTimers } from '../platform/timers';
import type { Assignment, BrokerClient, ConsumeSettings, KafkaRecord, OutRecord, RunningConsumer } from './broker';
import { laneOfReceipt, type Chain, type ExactReader, type PutOutcome } from './chain';
import { Ends } from './ends';
import type { ExactSettings, LaneAround, LaneCounts } from './exact-around';
import { ExactPlaces } from './exact-places';
import { checkStateTopic, spaceOf, StateReader } from './exact-state';
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

/** These pass by themselves: told only where they do not, after so many times in a row. */
const PASSING = new Set(['kafka-starting', 'kafka-rebalancing', 'kafka-transaction', 'kafka-fenced']);
const PATIENCE = 3;
const LOOK_MS = 1000;
/** Closing waits no longer than this, ms. */
const CLOSE_MS = 4000;

/**
 * Reads a topic exactly once: what comes of its records, how far they are read, and the state of the nodes behind become
 * visible together. Each partition is a lane of its own, of which any number of processes have some; who has one is the only one
 * who can write for it.
 */
export class ExactFeed implements ExactReader {
  readonly #places: ExactPlaces;
  readonly #chain: Chain;
  readonly #backoff: Backoff;
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
  #reading: { readonly consumer: RunningConsumer; readonly states: StateReader } | undefined;
  #assignment: Assignment = {};
  #problem: SwatError | undefined;
  #state: 'connecting' | 'running' | 'closed' = 'connecting';
  #paused = false;
  #halted = false;
  #fenced = 0;
  #rebalances = 0;
  #connects = 0;
  #work: Promise<void> = Promise.resolve();
  #stop: () => void = () => undefined;
  #pause: Pause | undefined;
  #cancelTick: () => void = () => undefined;

  /** @param name of this reader, unlike that of any other, without a slash */
  constructor(
    private readonly client: BrokerClient,
    private readonly settings: ExactFeedSettings,
    private readonly watcher: ExactWatcher,
    chainOf: (reader: ExactReader) => Chain,
    private readonly timers: typeof systemTimers,
    random: () => number,
    readonly name: string,
  ) {
    this.#backoff = new Backoff(500, 30_000, random);
    this.#chain = chainOf(this);
    this.#places = new ExactPlaces(
      name,
      () => this.#around(),
      (cause, failures) => this.#laneFailed(cause, failures),
      random,
    );
  }

  start(): void {
    this.#work = this.#run();
    this.#tick();
  }

  receiptFor(asset: string): string | undefined {
    return this.#places.of(asset)?.receiptFor(asset);
  }

  touched(asset: string): void {
    this.#places.of(asset)?.touched(asset);
  }

  /** A result, into the transaction of the record that it came of. */
  put(receipt: string, topic: string, record: OutRecord, gzip: boolean): PutOutcome {
    return this.#places.named(laneOfReceipt(receipt))?.put(receipt, topic, record, gzip) ?? 'gone';
  }

  /** A record is done once nothing of it is under way; receipts are of no importance here. Says whether its lane is open. */
  settle(receipt: string): boolean {
    return this.#places.named(laneOfReceipt(receipt)) !== undefined;
  }

  /** The flow refuses a record: it goes to the letters. Says whether it was open. */
  refuse(receipt: string, reason: SwatError): boolean {
    return this.#places.named(laneOfReceipt(receipt))?.refuse(receipt, reason) ?? false;
  }

  /** Hands nothing more out, until `resume`. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#rest(paused);
  }

  /** The nodes behind are about to be stopped: what can be saved now is, everything else begins anew. */
  halt(): void {
    this.#halted = true;
    void this.#places.letGo(this.#places.partitions, true);
  }

  goOn(): void {
    if (!this.#halted) return;
    this.#halted = false;
    this.#take();
  }

  get state(): FeedState {
    const { lanes } = this.#places;
    const { reruns, skipped, transactions, states, results, letters, missed, received, handed, settled } = this.#counts;
    const restoring = lanes.filter(({ phase }) => phase !== 'running').length;
    return {
      state: this.#state !== 'running' ? this.#state : this.#paused ? 'paused' : 'running',
      problem: this.#problem,
      assignment: this.#assignment,
      lag: this.#ends.lag((_topic, partition) => this.#places.at(partition)?.position),
      received,
      handed,
      settled,
      redelivered: reruns,
      inFlight: lanes.reduce((sum, { inFlight }) => sum + inFlight, 0),
      buffered: lanes.reduce((sum, { waiting }) => sum + waiting, 0),
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
    const ending = this.#places.letGo(this.#places.partitions, false);
    await Promise.race([ending, pauseOf(this.timers, CLOSE_MS).over]);
    this.#stop();
    this.#pause?.wake();
    // A connection that is still being made is closed once it is there; nobody has to wait for that.
    if (this.#reading !== undefined) await this.#work;
    this.#chain.close();
  }

  async #run(): Promise<void> {
    while (this.#isOpen()) {
      const cause = await this.#read();
      if (!this.#isOpen()) return;
      if (cause !== undefined && !PASSING.has(cause.code)) this.#trouble(cause);
      this.#state = 'connecting';
      this.#assigned({});
      this.#pause = pauseOf(this.timers, this.#backoff.next());
      await this.#pause.over;
    }
  }

  /** Reads until that fails, or is to end; why it failed. */
  async #read(): Promise<SwatError | undefined> {
    const { client, settings, timers } = this;
    const { group, topic, stateTopic } = settings;
    let stop: (cause?: SwatError) => void = () => undefined;
    const ended = new Promise<SwatError | undefined>((resolve) => {
      stop = resolve;
    });
    this.#stop = stop;
    this.#connects += 1;
    try {
      await checkStateTopic(client, topic, stateTopic);
      const consumer = await client.consume(
        { ...settings, settled: () => 0, held: true },
        {
          assigned: (assignment) => this.#assigned(assignment),
          begins: () => undefined,
          revoking: () => {
            this.#rebalances += 1;
            this.#rest(true);
          },
          records: (records, end) => {
            this.#ends.set(topic, records[0].partition, end);
            this.#places.at(records[0].partition)?.add(records);
          },
          missed: () => undefined,
          failed: (cause) => stop(asSwatError(cause)),
        },
      );
      if (!this.#isOpen()) {
        await consumer.close();
        return undefined;
      }
      const states = new StateReader(client, stateTopic, group, spaceOf(group, topic), timers);
      this.#reading = { consumer, states };
      this.#state = 'running';
      this.#take();
      const cause = await ended;
      this.#reading = undefined;
      states.close();
      await consumer.close();
      return cause;
    } catch (cause) {
      return asSwatError(cause);
    }
  }

  #assigned(assignment: Assignment): void {
    this.#assignment = assignment;
    this.#ends.assigned(assignment);
    const wanted = assignment[this.settings.topic] ?? [];
    void this.#places.letGo(
      this.#places.partitions.filter((partition) => !wanted.includes(partition)),
      false,
    );
    this.#rest(this.#paused);
    this.#take();
    this.watcher.event({ event: 'assigned', assignment });
  }

  #rest(resting: boolean): void {
    for (const lane of this.#places.lanes) {
      if (resting) lane.checkpoint();
      else lane.goOn();
    }
  }

  /** Begins lanes for the partitions that are ours and have none. */
  #take(): void {
    if (this.#reading === undefined || this.#halted || !this.#isOpen()) return;
    this.#places.take(this.#assignment[this.settings.topic] ?? [], () => this.#paused);
  }

  #around(): Omit<LaneAround, 'elsewhere'> {
    return {
      client: this.client,
      reading: () => {
        if (this.#reading === undefined) throw new SwatError('kafka-rebalancing', { group: this.settings.group });
        return this.#reading;
      },
      chain: this.#chain,
      timers: this.timers,
      settings: this.settings,
      counts: this.#counts,
      hand: (record, receipt, rerun) => this.watcher.record(record, receipt, rerun),
      letter: (record, reason) => this.watcher.letter(record, reason),
      note: (error) => this.#note(error),
    };
  }

  #laneFailed(cause: SwatError, failures: number): void {
    if (cause.code === 'kafka-fenced') this.#fenced += 1;
    if (!PASSING.has(cause.code) || failures >= PATIENCE) this.#trouble(cause);
  }

  #note(error: SwatError): void {
    const { node, partition } = error.details;
    const kind = `${error.code} ${String(node)} ${String(partition)}`;
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.watcher.note(error);
  }

  #trouble(error: SwatError): void {
    if (!this.#isOpen()) return;
    const same = this.#problem?.code === error.code;
    this.#problem = error;
    if (!same) this.watcher.event({ event: 'problem', error });
  }

  #tick(): void {
    this.#cancelTick = this.timers.after(LOOK_MS, () => {
      const now = this.timers.now();
      if (this.#reading !== undefined) {
        void this.#ends.look(this.#reading.consumer, now);
        if (this.#places.well(now)) this.#recovered();
      }
      this.#tick();
    });
  }

  #recovered(): void {
    this.#backoff.reset();
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.watcher.event({ event: 'recovered' });
  }

  #isOpen(): boolean {
    return this.#state !== 'closed';
  }
}
