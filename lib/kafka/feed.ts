import { asSwatError, SwatError } from '../errors';
import { pauseOf, type systemTimers } from '../platform/timers';
import { Backoff } from '../platform/backoff';
import type { Assignment, BrokerClient, KafkaRecord, RunningConsumer } from './broker';
import { Committer } from './committer';
import { Ends } from './ends';
import type { FeedSettings, FeedState, FeedWatcher } from './feed-state';
import { Intake, type Handed } from './intake';

/** So many records go to the flow before others have their turn. */
const AT_ONCE = 100;
const PASSING = new Set(['kafka-starting', 'kafka-rebalancing']);
/** Of the data, not of the connection: a new one makes nothing better by itself. */
const OF_THE_DATA = new Set(['kafka-codec', 'kafka-damaged']);
const NONE = { again: [], over: [] };
const TICK_MS = 1000;
/** Receipts on their way are waited for so long on closing, ms. */
const PATIENCE_MS = 3000;

/**
 * Reads topics for a flow, for as long as it is open: connects, and connects anew, with pauses that grow; hands records out,
 * holds them back while the flow is slow, commits what is settled. At least once: what was read twice is possible after a
 * crash, what was not handed on is never committed.
 */
export class Feed {
  readonly #intake: Intake;
  readonly #backoff: Backoff;
  #consumer: RunningConsumer | undefined;
  #assignment: Assignment = {};
  readonly #ends = new Ends();
  #problem: SwatError | undefined;
  #state: 'connecting' | 'running' | 'closed' = 'connecting';
  #paused = false;
  #held = false;
  #pumping = false;
  #halted = false;
  /** Counts what was handed out at once. */
  #turn = 0;
  readonly #committer: Committer;
  #letters = 0;
  #missed = 0;
  #rebalances = 0;
  #connects = 0;
  #cancelTick: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();
  /** End the reading, and a pause. */
  #stop: () => void = () => undefined;
  #wake: () => void = () => undefined;

  /** @param name of this reader, unlike that of any other */
  constructor(
    private readonly client: BrokerClient,
    private readonly settings: FeedSettings,
    private readonly watcher: FeedWatcher,
    private readonly timers: typeof systemTimers,
    random: () => number,
    name: string,
  ) {
    this.#intake = new Intake(settings, name);
    this.#committer = new Committer(this.#intake);
    this.#backoff = new Backoff(500, 30_000, random);
  }

  start(): void {
    this.#work = this.#run();
    this.#tick();
  }

  /** Settles what a receipt names; says whether it was one of ours that is open. */
  settle(receipt: string): boolean {
    const known = this.#intake.settle(receipt);
    if (known) this.#pump();
    return known;
  }

  /** The flow refuses a record: it goes to the letters. Says whether it was open. */
  refuse(receipt: string, reason: SwatError): boolean {
    const record = this.#intake.leave(receipt);
    if (record === undefined) return false;
    this.#letter(record, receipt, reason);
    return true;
  }

  /** Hands nothing more out, until `resume`. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#pump();
  }

  /** The nodes behind are about to be stopped: hands nothing out, and counts nothing as handed on that was not passed on yet. */
  halt(): void {
    this.#halted = true;
    this.#turn += 1;
    this.#pumping = false;
  }

  /** The nodes behind run again: what was between two nodes then is handed out again, unless its receipt is waited for. */
  goOn(): void {
    if (!this.#halted) return;
    this.#halted = false;
    if (this.settings.settle === 'handed') this.#give(this.#intake.again(this.timers.now()));
    this.#pump();
  }

  get state(): FeedState {
    const { full } = this.#intake;
    const open = this.#state !== 'running' ? this.#state : this.#paused ? 'paused' : full ? 'slow' : 'running';
    return {
      ...this.#intake.counts,
      state: open,
      problem: this.#problem,
      assignment: this.#assignment,
      lag: this.#ends.lag((topic, partition) => this.#intake.settledTo(topic, partition)),
      letters: this.#letters,
      missed: this.#missed,
      commits: this.#committer.commits,
      rebalances: this.#rebalances,
      connects: this.#connects,
    };
  }

  /** Commits what is settled, once receipts on their way have come or patience ends, and leaves the group. */
  async close(): Promise<void> {
    this.#state = 'closed';
    const consumer = this.#consumer;
    const until = this.timers.now() + PATIENCE_MS;
    const waits = this.settings.settle !== 'handed';
    while (waits && consumer !== undefined && this.#intake.counts.inFlight > 0 && this.timers.now() < until) {
      await this.#pause(20);
    }
    this.#cancelTick();
    await this.#commit();
    // What is settled while the last commit was on its way.
    await this.#commit();
    this.#stop();
    this.#wake();
    // A connection that is still being made is closed once it is there; nobody has to wait for that.
    if (consumer !== undefined) await this.#work;
  }

  async #run(): Promise<void> {
    while (this.#isOpen()) {
      const cause = await this.#read();
      if (!this.#isOpen()) return;
      if (cause !== undefined) this.#trouble(cause);
      this.#state = 'connecting';
      this.#intake.assigned({});
      this.#assignment = {};
      await this.#pause(this.#backoff.next());
    }
  }

  /** Reads until that fails, or is to end; why it failed. */
  async #read(): Promise<SwatError | undefined> {
    let stop: (cause?: SwatError) => void = () => undefined;
    const ended = new Promise<SwatError | undefined>((resolve) => {
      stop = resolve;
    });
    this.#connects += 1;
    try {
      const consumer = await this.client.consume(
        { ...this.settings, settled: (topic, partition) => this.#intake.settledTo(topic, partition) ?? 0 },
        {
          assigned: (assignment) => this.#assigned(assignment),
          begins: (position) => this.#intake.begin(position),
          revoking: () => {
            this.#rebalances += 1;
            void this.#commit();
          },
          records: (records, end) => this.#records(records, end),
          missed: (topic, partition, count) => {
            this.#missed += count;
            this.watcher.event({ event: 'missed', topic, partition, count });
          },
          failed: (cause) => stop(asSwatError(cause)),
        },
      );
      if (this.#isOpen()) {
        this.#consumer = consumer;
        this.#stop = stop;
        this.#connected();
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

  /** `close` can come while something is waited for. */
  #isOpen(): boolean {
    return this.#state !== 'closed';
  }

  #connected(): void {
    if (this.#isOpen()) this.#state = 'running';
    this.#committer.begin();
    this.#held = false;
    this.#backpressure();
    if (this.#problem !== undefined && !OF_THE_DATA.has(this.#problem.code)) this.#well();
  }

  #well(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.watcher.event({ event: 'recovered' });
  }

  #trouble(error: SwatError): void {
    if (!this.#isOpen()) return;
    // These pass within seconds, and nobody need do anything.
    if (PASSING.has(error.code)) return;
    const same = this.#problem?.code === error.code;
    this.#problem = error;
    if (!same) this.watcher.event({ event: 'problem', error });
  }

  #assigned(assignment: Assignment): void {
    this.#assignment = assignment;
    this.#intake.assigned(assignment);
    this.#ends.assigned(assignment);
    this.watcher.event({ event: 'assigned', assignment });
  }

  #records(records: readonly KafkaRecord[], end: number): void {
    if (!this.#isOpen()) return;
    // What has been read through to the end is well: the next failure starts with a short pause again.
    this.#backoff.reset();
    this.#well();
    this.#intake.add(records);
    const [{ topic, partition }] = records;
    this.#ends.set(topic, partition, end);
    this.#pump();
  }

  /** Hands records to the flow, some at a time, so that the flow and others have their turns. */
  #pump(): void {
    this.#backpressure();
    if (this.#pumping || this.#paused || this.#halted || !this.#isOpen()) return;
    this.#give(this.#intake.take(AT_ONCE, this.timers.now()));
  }

  #give(batch: readonly Handed[]): void {
    if (batch.length === 0) return;
    this.#pumping = true;
    this.#turn += 1;
    const turn = this.#turn;
    for (const { record, receipt, attempt } of batch) this.#hand(record, receipt, attempt);
    this.watcher.passed(() => {
      if (turn !== this.#turn) return;
      if (this.settings.settle === 'handed') for (const { receipt } of batch) this.#handed(receipt);
      this.#pumping = false;
      this.#pump();
    });
  }

  #hand(record: KafkaRecord, receipt: string, attempt: number): void {
    try {
      this.watcher.record(record, receipt, attempt);
    } catch (cause) {
      this.#intake.leave(receipt);
      this.#letter(record, receipt, asSwatError(cause));
    }
  }

  /** Settled by handing on, unless it is on its way to the letters. */
  #handed(receipt: string): void {
    if (this.#intake.leave(receipt) !== undefined) this.#intake.settle(receipt);
  }

  #letter(record: KafkaRecord, receipt: string, reason: SwatError): void {
    this.#letters += 1;
    this.watcher.letter(record, reason).then(
      () => {
        this.#intake.settle(receipt);
        this.#pump();
      },
      // Left open: it is not committed, and comes again.
      () => undefined,
    );
  }

  #backpressure(): void {
    const held = this.#paused || this.#intake.full;
    if (held === this.#held || this.#consumer === undefined) return;
    this.#held = held;
    if (held) this.#consumer.pause();
    else this.#consumer.resume();
  }

  #tick(): void {
    this.#cancelTick = this.timers.after(TICK_MS, () => {
      const { again, over } = this.#halted ? NONE : this.#intake.overdue(this.timers.now());
      for (const { record, receipt, attempt } of again) this.#hand(record, receipt, attempt);
      for (const { record, receipt, attempt } of over) {
        this.refuse(receipt, new SwatError('kafka-no-receipt', { ...placeOf(record), attempts: attempt }));
      }
      this.#pump();
      void this.#commit();
      if (this.#consumer !== undefined) void this.#ends.look(this.#consumer, this.timers.now());
      this.#tick();
    });
  }

  async #commit(): Promise<void> {
    if (this.#consumer === undefined) return;
    const error = await this.#committer.commit(this.#consumer);
    if (error === undefined) return;
    this.#trouble(error);
    this.#stop();
  }

  #pause(ms: number): Promise<void> {
    const { over, wake } = pauseOf(this.timers, ms);
    this.#wake = wake;
    return over;
  }
}

function placeOf({ topic, partition, offset }: KafkaRecord): { topic: string; partition: number; offset: number } {
  return { topic, partition, offset };
}
