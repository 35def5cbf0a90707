import { asSwatError, SwatError } from '../errors';
import { pauseOf } from '../platform/timers';
import type { KafkaRecord, OutRecord, Transaction, Transactor } from './broker';
import type { PutOutcome } from './chain';
import type { LaneAround, LanePast } from './exact-around';
import { ExactAssets } from './exact-assets';
import { ExactQueue } from './exact-queue';
import { spaceOf, stateRecord } from './exact-state';
import { positionOf, takeOver } from './exact-takeover';
import { OF_THE_RECORD } from './lane';

/** So much is put into one transaction before it is made, bytes. */
const MOST_BYTES = 4_000_000;
/** A state of more is not written: a broker takes no records of more than about 1 MB, unless told. */
const MOST_STATE = 950_000;
/** A lane that waits for nothing looks around so often, ms. */
const IDLE_MS = 1000;
/** Positions alone are written so many times more rarely than results. */
const RARELY = 10;
/** So long the last transaction is waited for, ms. */
const PATIENCE_MS = 3000;

type Phase = 'restoring' | 'running' | 'ended';

/**
 * One partition of an exact reader, from taking it over to letting it go: takes back the state of its assets, hands records out
 * a batch at a time, and puts what came of them, the position and the states that are due into one transaction. Whatever fails
 * ends the lane; the next one begins where the last transaction was.
 */
export class ExactLane {
  readonly #assets: ExactAssets;
  readonly #space: string;
  #phase: Phase = 'restoring';
  #transactor: Transactor | undefined;
  readonly #queue: ExactQueue;
  /** All before was written by the owners before; by this one; and is in a transaction that is under way. */
  #start = 0;
  #committed = 0;
  #written = 0;
  /** Records of the batch in the flow, by offset. */
  readonly #open = new Map<number, KafkaRecord>();
  #uncommitted = 0;
  #outs: Transaction['records'][number][] = [];
  #outBytes = 0;
  #committing: Promise<void> = Promise.resolve();
  #failure: unknown;
  #since = 0;
  #committedAt = -Infinity;
  #stirred = false;
  #sleeping = false;
  #stopping = false;
  #wake: () => void = () => undefined;
  #large = new Set<string>();

  /** @param name that its receipts begin with, unlike that of any other */
  constructor(
    readonly name: string,
    readonly partition: number,
    private readonly around: LaneAround,
    private readonly past: LanePast,
  ) {
    const { group, topic, stateMs, bufferRecords } = around.settings;
    this.#assets = new ExactAssets(stateMs);
    this.#space = spaceOf(group, topic);
    this.#queue = new ExactQueue(topic, partition, bufferRecords);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** `Infinity` while it does not run. */
  get runningSince(): number {
    return this.#phase === 'running' ? this.#since : Infinity;
  }

  /** What waits, and what is in the flow or not committed yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  get inFlight(): number {
    return this.#uncommitted;
  }

  /** The next record that is not committed; `undefined` before that is known. */
  get position(): number | undefined {
    return this.#phase === 'restoring' ? undefined : this.#committed;
  }

  has(asset: string): boolean {
    return this.#assets.has(asset);
  }

  receiptFor(asset: string): string {
    this.#stirred = true;
    this.#wake();
    return `${this.name}/~${asset}`;
  }

  touched(asset: string): void {
    this.#assets.touched(asset);
    this.#wake();
  }

  /** Keeps records for the flow. */
  add(records: readonly KafkaRecord[]): void {
    if (this.#phase !== 'running') return;
    this.around.counts.received += records.length;
    this.#queue.add(this.around.reading().consumer, records);
    this.#wake();
  }

  /** A result, into the next transaction. */
  put(receipt: string, topic: string, record: OutRecord, gzip: boolean): PutOutcome {
    if (this.#phase !== 'running') return 'gone';
    const what = receipt.slice(this.name.length + 1);
    if (what.startsWith('~')) this.#assets.touched(what.slice(1));
    else {
      const offset = Number(what);
      if (this.#isRerun(offset)) return 'rerun';
      if (this.past.refused?.offset === offset) return 'kept';
    }
    this.#out(topic, record, gzip);
    this.#wake();
    return 'kept';
  }

  /** The flow refuses a record; says whether it was open. */
  refuse(receipt: string, reason: SwatError): boolean {
    const record = this.#open.get(Number(receipt.slice(this.name.length + 1)));
    if (record === undefined || this.#phase !== 'running') return false;
    this.#open.delete(record.offset);
    this.#letter(record, reason);
    return true;
  }

  /** Reads until it fails or is ended; why it failed. Never rejects. */
  async run(): Promise<SwatError | undefined> {
    try {
      await this.#begin();
      while (this.#isOpen()) await this.#turn();
      await this.#committing;
      return undefined;
    } catch (cause) {
      if (!this.#isOpen()) return undefined;
      return this.#blame(asSwatError(cause));
    } finally {
      this.#phase = 'ended';
      this.#hold();
      void this.#transactor?.close();
    }
  }

  /** Hands nothing more out until {@link goOn}, and puts everything into a transaction. */
  checkpoint(): void {
    this.#stopping = true;
    this.#wake();
  }

  goOn(): void {
    this.#stopping = false;
    this.#wake();
  }

  /**
   * Lets go. What is in the flow is left to the next owner; what can be saved of the rest at once is.
   * @param atOnce the nodes behind are about to be closed
   */
  async end(atOnce: boolean): Promise<void> {
    const { timers } = this.around;
    if (atOnce) {
      const idle = this.#phase === 'running' && this.#sleeping && !this.#stirred;
      if (idle && (this.#pending || this.#assets.due(0, true).length > 0)) this.#commit(true);
    } else if (this.#phase === 'running') {
      this.checkpoint();
      const until = timers.now() + PATIENCE_MS;
      while (!this.#isSaved && timers.now() < until) await pauseOf(timers, 20).over;
    }
    const last = this.#committing.catch(() => undefined);
    this.#phase = 'ended';
    this.#wake();
    await Promise.race([last, pauseOf(timers, PATIENCE_MS).over]);
    await this.#transactor?.close();
  }

  /** What the nodes behind know of its assets is forgotten, once nothing of the lane is under way. */
  async forget(): Promise<void> {
    const { chain, elsewhere } = this.around;
    await chain.quiet(this.name);
    for (const asset of this.#assets.names()) if (!elsewhere(asset)) chain.forget(asset);
  }

  #isOpen(): boolean {
    return this.#phase !== 'ended';
  }

  get #isSaved(): boolean {
    if (this.#phase === 'ended') return true;
    return this.#sleeping && this.#assets.due(0, true).length === 0 && this.#outs.length === 0;
  }

  async #begin(): Promise<void> {
    const { around, partition } = this;
    const taken = await takeOver(around, partition, this.#assets, () => this.#isOpen());
    if (taken === undefined) return;
    this.#transactor = taken.transactor;
    this.#start = this.#committed = this.#written = taken.committed;
    this.#phase = 'running';
    this.#since = around.timers.now();
    this.#queue.begin(around.reading().consumer, taken.from);
  }

  /** One batch, one transaction, or a pause. */
  async #turn(): Promise<void> {
    const { chain, timers } = this.around;
    if (this.#failure !== undefined) throw asSwatError(this.#failure);
    const handed = this.#stopping ? 0 : this.#hand();
    if (handed === 0 && !this.#stirred && !this.#wants()) {
      await this.#sleep(this.#pending ? this.#committedAt + this.#interval - timers.now() : IDLE_MS);
      return;
    }
    // The transaction before has been under way beside this batch; no two at once.
    await this.#committing;
    const { late } = await chain.quiet(this.name);
    this.#stirred = false;
    for (const node of late) this.around.note(new SwatError('kafka-exact-late', { node }));
    if (!this.#isOpen()) return;
    this.#open.clear();
    if (this.#wants()) this.#commit(this.#stopping);
  }

  /** Hands out the next records: repetitions, or new ones, not both. */
  #hand(): number {
    const { settings, counts } = this.around;
    const { consumer } = this.around.reading();
    const alone = this.#queue.next < this.past.careful && this.#queue.next >= this.#start;
    const alike = (one: KafkaRecord, other: KafkaRecord): boolean =>
      this.#isRerun(one.offset) === this.#isRerun(other.offset);
    const batch = this.#queue.take(consumer, alone ? 1 : settings.batchRecords, alike);
    for (const record of batch) this.#one(record, this.#isRerun(record.offset));
    counts.handed += batch.length;
    return batch.length;
  }

  #one(record: KafkaRecord, rerun: boolean): void {
    const { offset, key } = record;
    if (!rerun) this.#uncommitted += 1;
    if (key === null || key.length === 0) {
      if (!rerun) this.#letter(record, new SwatError('kafka-no-key'));
      return;
    }
    const asset = key.toString('utf8');
    if (this.#assets.contains(asset, offset)) {
      this.around.counts.skipped += 1;
      return;
    }
    if (rerun) this.around.counts.reruns += 1;
    this.#assets.handed(asset, offset);
    this.#open.set(offset, record);
    try {
      this.around.hand(record, `${this.name}/${offset}`, rerun);
    } catch (cause) {
      this.#open.delete(offset);
      if (!rerun) this.#letter(record, asSwatError(cause));
    }
    const { refused } = this.past;
    if (refused?.offset === offset && !rerun) this.#letter(record, refused.reason);
  }

  #letter(record: KafkaRecord, reason: SwatError): void {
    if (this.#isRerun(record.offset)) return;
    this.around.counts.letters += 1;
    const letter = this.around.letter(record, reason);
    // A letter that is refused, too, is told, and left at that.
    if (letter !== undefined && this.past.refused?.again !== true) this.#out(letter.topic, letter.record, false);
  }

  #out(topic: string, record: OutRecord, gzip: boolean): void {
    this.#outs.push({ topic, record, gzip });
    this.#outBytes += 100 + (record.value?.length ?? 0);
  }

  /** Whether a record was in a transaction of an owner before. */
  #isRerun(offset: number): boolean {
    return offset < this.#start;
  }

  /** Whether there is something to commit at all. */
  get #pending(): boolean {
    return this.#uncommitted > 0 || this.#outs.length > 0 || this.#assets.anySoon;
  }

  /** Whether a transaction is due. */
  #wants(): boolean {
    const { timers } = this.around;
    if (this.#stopping) return this.#pending || this.#assets.due(0, true).length > 0;
    if (!this.#pending) return false;
    if (this.#queue.next <= this.past.careful || this.#outBytes >= MOST_BYTES) return true;
    return timers.now() - this.#committedAt >= this.#interval;
  }

  get #interval(): number {
    const { commitMs } = this.around.settings;
    return this.#outs.length > 0 || this.#assets.anySoon ? commitMs : commitMs * RARELY;
  }

  /** Begins a transaction with all that is there now. */
  #commit(all: boolean): void {
    const { settings, timers, counts } = this.around;
    const { stateTopic } = settings;
    const transactor = this.#transactor;
    if (transactor === undefined) return;
    const now = timers.now();
    const records = this.#outs;
    this.#outs = [];
    this.#outBytes = 0;
    const results = records.length;
    for (const asset of this.#assets.due(now, all)) {
      const record = this.#state(asset);
      if (record !== undefined) records.push({ topic: stateTopic, gzip: false, record });
      this.#assets.saved(asset, now);
    }
    const { next } = this.#queue;
    const offset = Math.max(this.#start, next);
    const position = positionOf(settings, this.partition, offset, this.#assets.rerunFrom(next));
    const settled = this.#uncommitted;
    this.#uncommitted = 0;
    this.#written = offset;
    this.#committedAt = now;
    const before = this.#committing;
    this.#committing = before.then(async () => {
      await transactor.commit({ records, position });
      this.#committed = offset;
      counts.transactions += 1;
      counts.settled += settled;
      counts.results += results;
      counts.states += records.length - results;
      if (this.past.refused !== undefined && this.past.refused.offset < offset) this.past.refused = undefined;
    });
    // Looked at in the next turn.
    this.#committing.catch((cause: unknown) => {
      this.#failure = cause;
      this.#wake();
    });
  }

  #state(asset: string): OutRecord | undefined {
    const data = this.around.chain.capture(asset);
    if (data.length <= MOST_STATE && this.past.refused?.again !== true) {
      return stateRecord(this.#space, asset, this.partition, { last: this.#assets.last(asset), data });
    }
    if (!this.#large.has(asset)) this.around.note(new SwatError('kafka-state-large', { asset, bytes: data.length }));
    this.#large.add(asset);
    return undefined;
  }

  /** What the broker refuses of a record is found one by one, and goes to the letters. */
  #blame(error: SwatError): SwatError {
    if (!OF_THE_RECORD.has(error.code)) return error;
    const offset = this.#written - 1;
    const again = this.past.refused?.offset === offset;
    if (offset < this.past.careful) this.past.refused = { offset, reason: error, again };
    else this.past.careful = this.#queue.next;
    return error;
  }

  /** Nothing more is fetched: there is nobody to take it. */
  #hold(): void {
    try {
      this.around.reading().consumer.hold(this.around.settings.topic, this.partition);
    } catch {
      // Nothing is fetched at all.
    }
  }

  async #sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    this.#sleeping = true;
    const { over, wake } = pauseOf(this.around.timers, ms);
    this.#wake = wake;
    await over;
    this.#sleeping = false;
  }
}
