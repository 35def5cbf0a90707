import { randomBytes } from 'node:crypto';
import { detailOf, SwatError } from '../errors';
import { pauseOf, type systemTimers } from '../platform/timers';
import type { BrokerClient, KafkaRecord, OutRecord, RunningConsumer, Stand, Transaction, Transactor } from './broker';
import type { Chain, PutOutcome } from './chain';
import { ExactAssets } from './exact-assets';
import { ownerRecord, spaceOf, stateRecord, type StateReader } from './exact-state';
import { OF_THE_RECORD } from './lane';

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

/** What several lanes share. */
export interface LaneAround {
  readonly client: BrokerClient;
  readonly consumer: RunningConsumer;
  readonly states: StateReader;
  readonly chain: Chain;
  readonly timers: typeof systemTimers;
  readonly settings: ExactSettings;
  readonly counts: LaneCounts;
  /**
   * Hands a record to the flow.
   * @throws SwatError why it cannot be read
   */
  hand(record: KafkaRecord, receipt: string, rerun: boolean): void;
  /** What becomes of a record that cannot be used; told, too. */
  letter(record: KafkaRecord, reason: SwatError): { readonly topic: string; readonly record: OutRecord } | undefined;
  /** Something that is to be told and does not end the lane. */
  note(error: SwatError): void;
  /** Whether another lane has the asset. */
  elsewhere(asset: string): boolean;
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
  /** The record that it was. */
  refused: { readonly offset: number; readonly reason: SwatError; readonly again: boolean } | undefined;
}

/** What a person or another tool may have put there instead is not ours. */
const NOTE = /^swat-from:(\d{1,16})$/;
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
  /** Fetched, in their order; `#head` of them have been handed out. */
  #waiting: KafkaRecord[] = [];
  #head = 0;
  #held = true;
  /** All before is written; the next record to hand out; the next that is not committed. */
  #start = 0;
  #next = 0;
  #committed = 0;
  /** Records of the batch in the flow, by offset. */
  readonly #open = new Map<number, KafkaRecord>();
  #uncommitted = 0;
  #outs: Transaction['records'][number][] = [];
  #outBytes = 0;
  #written = { offset: -1, from: -1 };
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
    this.#assets = new ExactAssets(around.settings.stateMs);
    this.#space = spaceOf(around.settings.group, around.settings.topic);
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
    return this.#waiting.length - this.#head;
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
    this.#waiting.push(...records);
    if (this.waiting >= this.around.settings.bufferRecords && !this.#held) {
      this.#held = true;
      this.around.consumer.hold(this.around.settings.topic, this.partition);
    }
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
      await this.#restore();
      while (this.#isOpen()) await this.#turn();
      await this.#committing;
      return undefined;
    } catch (cause) {
      if (!this.#isOpen()) return undefined;
      return this.#blame(
        cause instanceof SwatError ? cause : new SwatError('unexpected', { detail: detailOf(cause) }, { cause }),
      );
    } finally {
      this.#phase = 'ended';
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
      while (this.#phase === 'running' && !this.#isSaved && timers.now() < until) await pauseOf(timers, 20).over;
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
    return this.#sleeping && this.#assets.due(0, true).length === 0 && this.#outs.length === 0;
  }

  async #restore(): Promise<void> {
    const { client, consumer, states, settings, chain, timers } = this.around;
    const { group, topic, stateTopic } = settings;
    const { partition } = this;
    await chain.ready();
    if (!this.#isOpen()) return;
    // Fences whoever had it: what they have open is over before anything is read.
    const transactor = await client.transact(`${group}.${topic}.${partition}`);
    this.#transactor = transactor;
    if (!this.#isOpen()) return void transactor.close();
    const marker = randomBytes(12).toString('hex');
    await transactor.commit({
      records: [{ topic: stateTopic, gzip: false, record: ownerRecord(this.#space, partition, marker) }],
    });
    const [stands, saved] = await Promise.all([consumer.stands(topic), states.read(partition, marker)]);
    if (!this.#isOpen()) return;
    const stand = stands.get(partition);
    if (stand === undefined) throw new SwatError('kafka-topic-missing', { topics: topic });
    const { committed, from } = this.#begin(stand);
    for (const [asset, { last, data }] of saved) {
      // The position was set back by hand: what came later than it is not yet.
      if (last >= committed) this.around.note(new SwatError('kafka-state-ahead', { asset, partition, offset: last }));
      else {
        try {
          chain.restore(asset, data);
        } catch (cause) {
          this.around.note(
            cause instanceof SwatError ? cause : new SwatError('unexpected', { detail: detailOf(cause) }),
          );
        }
        this.#assets.restored(asset, last, timers.now());
      }
    }
    for (const asset of [...chain.assets()]) {
      if (!this.#assets.has(asset) && !this.around.elsewhere(asset)) chain.forget(asset);
    }
    if (this.#written.offset !== committed) {
      // What comes from now on is not lost, even if this process ends before it has read any of it.
      await transactor.commit({ records: [], position: this.#position(committed, from) });
      if (!this.#isOpen()) return;
    }
    this.#start = committed;
    this.#committed = committed;
    this.#next = from;
    this.#phase = 'running';
    this.#since = timers.now();
    this.#held = false;
    consumer.begin({ topic, partition, offset: from });
  }

  /** Where the group stands, and where to begin so that the states are whole. */
  #begin({ low, high, committed }: Stand): { committed: number; from: number } {
    const { settings, counts } = this.around;
    if (committed === undefined) {
      const offset = settings.from === 'newest' ? high : low;
      return { committed: offset, from: offset };
    }
    this.#written = { offset: committed.offset, from: -1 };
    if (committed.offset > high) return { committed: low, from: low };
    if (committed.offset < low) {
      counts.missed += low - committed.offset;
      this.around.note(
        new SwatError('kafka-exact-missed', { partition: this.partition, count: low - committed.offset }),
      );
      return { committed: low, from: low };
    }
    const noted = NOTE.exec(committed.note)?.[1];
    const from = noted === undefined ? committed.offset : Math.min(Number(noted), committed.offset);
    return { committed: committed.offset, from: Math.max(low, from) };
  }

  /** One batch, one transaction, or a pause. */
  async #turn(): Promise<void> {
    const { chain, timers } = this.around;
    if (this.#failure !== undefined) throw this.#failure;
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
    const rerun = this.waiting > 0 && this.#isRerun(this.#waiting[this.#head].offset);
    let count = 0;
    const most = this.#next < this.past.careful && !rerun ? 1 : settings.batchRecords;
    while (this.waiting > 0 && count < most) {
      const record = this.#waiting[this.#head];
      if (this.#isRerun(record.offset) !== rerun) break;
      this.#head += 1;
      if (record.offset < this.#next) continue;
      this.#next = record.offset + 1;
      this.#one(record, rerun);
      count += 1;
    }
    counts.handed += count;
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    if (this.#held && this.waiting * 2 <= settings.bufferRecords) {
      this.#held = false;
      const last = this.#waiting.at(-1)?.offset;
      const offset = last === undefined || last < this.#next ? this.#next : last + 1;
      this.around.consumer.begin({ topic: settings.topic, partition: this.partition, offset });
    }
    return count;
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
      const reason = cause instanceof SwatError ? cause : new SwatError('unexpected', { detail: detailOf(cause) });
      if (!rerun) this.#letter(record, reason);
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
    if (this.#next <= this.past.careful || this.#outBytes >= MOST_BYTES) return true;
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
    const offset = Math.max(this.#start, this.#next);
    const from = this.#assets.rerunFrom(this.#next);
    const settled = this.#uncommitted;
    this.#uncommitted = 0;
    this.#written = { offset, from };
    this.#committedAt = now;
    const position = this.#position(offset, from);
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

  #position(offset: number, from: number): NonNullable<Transaction['position']> {
    const { group, topic } = this.around.settings;
    return { group, topic, partition: this.partition, offset, note: `swat-from:${from}` };
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
    const offset = this.#written.offset - 1;
    const again = this.past.refused?.offset === offset;
    if (offset < this.past.careful) this.past.refused = { offset, reason: error, again };
    else this.past.careful = this.#next;
    return error;
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
