import type { SwatError } from '../../../lib/errors';
import type { KafkaRecord } from '../../../lib/kafka/broker';
import { laneOfReceipt, type Chain } from '../../../lib/kafka/chain';
import { ExactFeed } from '../../../lib/kafka/exact-feed';
import type { systemTimers } from '../../../lib/platform/timers';
import type { MemoryCluster, MemoryProcess } from './cluster';

/** Time that goes on when nothing else does. */
export class VirtualTimers {
  #now = 0;
  #n = 0;
  readonly #due = new Map<number, { at: number; callback: () => void }>();
  readonly timers: typeof systemTimers = {
    now: () => this.#now,
    date: () => this.#now,
    after: (ms, callback) => {
      const n = (this.#n += 1);
      this.#due.set(n, { at: this.#now + ms, callback });
      return () => void this.#due.delete(n);
    },
    soon: (callback) => {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    },
  };

  /** Lets so much time pass, ms; what is due comes in its turn, and what comes of that. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
      const next = [...this.#due].sort(([n, one], [m, other]) => one.at - other.at || n - m).at(0);
      if (next === undefined || next[1].at > until) break;
      this.#due.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
    }
    this.#now = until;
  }
}

interface Sum {
  count: number;
  sum: number;
}

/** What one process does with a record: after a while, its asset's count and sum, which a repetition would falsify. */
export class Worker implements Chain {
  readonly process: MemoryProcess;
  readonly feed: ExactFeed;
  readonly notes: SwatError[] = [];
  readonly letters: string[] = [];
  readonly problems: string[] = [];
  readonly #sums = new Map<string, Sum>();
  readonly #underWay = new Map<string, number>();
  #waiting: (() => void)[] = [];
  #dead = false;

  constructor(
    cluster: MemoryCluster,
    time: VirtualTimers,
    stateMs: number,
    private readonly slow: () => number = () => 1,
  ) {
    this.process = cluster.client();
    this.feed = new ExactFeed(
      this.process,
      {
        group: 'g',
        topic: 'data',
        topics: ['data'],
        from: 'oldest',
        stateTopic: 'state',
        stateMs,
        batchRecords: 5,
        commitMs: 100,
        bufferRecords: 20,
        sessionMs: 6000,
        fetchBytes: 1_000_000,
      },
      {
        record: (record, receipt) => {
          if (String(record.value) === 'BAD') throw new Error('bad');
          this.#way(receipt, 1);
          time.timers.after(this.slow(), () => this.#work(record, receipt));
        },
        letter: (record, reason) => {
          this.letters.push(`${reason.code} ${String(record.value)}`);
          return { topic: 'letters', record: { key: record.key, value: record.value } };
        },
        event: (event) => {
          if (event.event === 'problem') this.problems.push(event.error.code);
        },
        note: (error) => void this.notes.push(error),
      },
      () => this,
      time.timers,
      () => 0.5,
      `r${(Worker.#n += 1)}`,
    );
    this.feed.start();
  }
  static #n = 0;

  kill(): void {
    this.#dead = true;
    this.process.kill();
  }

  /** The group notices. */
  gone(cluster: MemoryCluster): void {
    for (const member of this.process.members) cluster.leave(member);
  }

  #work(record: KafkaRecord, receipt: string): void {
    if (this.#dead) return;
    const asset = String(record.key);
    const value = String(record.value);
    const sum = this.#sums.get(asset) ?? { count: 0, sum: 0 };
    this.#sums.set(asset, sum);
    sum.count += 1;
    sum.sum += value.length > 8 ? 0 : Number(value);
    const poison = value.startsWith('POISON') ? 'POISON ' : '';
    this.feed.put(receipt, 'results', { key: asset, value: `${poison}${asset} ${sum.count} ${sum.sum}` }, false);
    if (value === '13') this.feed.refuse(receipt, new (class extends Error {})('unlucky') as never);
    this.#way(receipt, -1);
  }

  #way(receipt: string, by: number): void {
    const lane = laneOfReceipt(receipt);
    this.#underWay.set(lane, (this.#underWay.get(lane) ?? 0) + by);
    for (const each of this.#waiting.splice(0)) each();
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async quiet(lane: string): Promise<{ late: string[] }> {
    while ((this.#underWay.get(lane) ?? 0) > 0) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    return { late: [] };
  }

  capture(asset: string): Buffer {
    return Buffer.from(JSON.stringify(this.#sums.get(asset) ?? null));
  }

  restore(asset: string, state: Buffer): void {
    this.#sums.set(asset, JSON.parse(String(state)) as Sum);
  }

  forget(asset: string): void {
    this.#sums.delete(asset);
  }

  assets(): Iterable<string> {
    return this.#sums.keys();
  }

  close(): void {
    this.#waiting.splice(0).forEach((each) => each());
  }
}
