import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { OutRecord, RunningConsumer, RunningProducer } from '../lib/kafka/broker';
import { TIME_HEADER } from '../lib/kafka/form';
import { createPlantSimulation } from '../lib/plant/sim/plant';
import { SWAT } from '../lib/plant/swat';
import type { TestKafka } from '../test/harness/kafka';

/** Each asset has a partition of its own. */
export const ASSETS = 4;
const BATCH = 500;

/** Samples of the simulated plant, the same second of it to each asset, written to a topic. */
export class Load {
  readonly #plant = createPlantSimulation({ seed: 7, startTime: Date.UTC(2026, 0, 1) });
  readonly #made: OutRecord[] = [];
  /** When each sample was due that was written by {@link pace}, ms of `performance.now`, by its name. */
  readonly due = new Map<string, number>();
  #pacing: { stopped: boolean; over: Promise<void> } | undefined;

  private constructor(
    private readonly producer: RunningProducer,
    private readonly topic: string,
  ) {}

  static async open(kafka: TestKafka, topic: string): Promise<Load> {
    return new Load(await kafka.client().produce({ idempotent: true, gzip: false }), topic);
  }

  /** Writes so many samples as fast as the broker takes them. */
  async write(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => this.#next());
    for (let at = 0; at < count; at += BATCH) await this.producer.send(this.topic, records.slice(at, at + BATCH));
  }

  /** Writes so many samples a second, each as soon as it is due, until {@link rest}. What was delayed is caught up. */
  pace(rate: number): void {
    const pacing = { stopped: false, over: Promise.resolve() };
    this.#pacing = pacing;
    pacing.over = (async () => {
      let due = performance.now();
      while (!pacing.stopped) {
        const batch: OutRecord[] = [];
        for (; due <= performance.now() && batch.length < BATCH; due += 1000 / rate) {
          const record = this.#next();
          this.due.set(nameOf(String(record.key), record.headers), due);
          batch.push(record);
        }
        if (batch.length > 0) await this.producer.send(this.topic, batch);
        await pause(Math.max(0, due - performance.now()));
      }
    })();
  }

  /** Resolves once the last sample is written. */
  async rest(): Promise<void> {
    const pacing = this.#pacing;
    if (pacing === undefined) return;
    pacing.stopped = true;
    await pacing.over;
  }

  async close(): Promise<void> {
    await this.rest();
    await this.producer.close();
  }

  #next(): OutRecord {
    if (this.#made.length === 0) {
      const { time, values } = this.#plant.step();
      const value = JSON.stringify(Object.fromEntries(SWAT.tags.map(({ name }, tag) => [name, values[tag]])));
      const headers = { [TIME_HEADER]: String(time) };
      for (let partition = 0; partition < ASSETS; partition += 1)
        this.#made.push({ key: `asset-${partition}`, value, headers, partition });
    }
    const [record] = this.#made.splice(0, 1);
    return record;
  }
}

/** A verdict as its reader saw it. */
interface Seen {
  /** Of the sample that it is about. */
  readonly name: string;
  /** ms since 1970, by the writer; and ms of `performance.now`, by the reader. */
  readonly written: number;
  readonly arrived: number;
}

/** Reads the verdicts of a topic, from now on. */
export class Verdicts {
  readonly seen: Seen[] = [];
  #consumer: RunningConsumer | undefined;
  #failure: Error | undefined;

  static async watch(kafka: TestKafka, topic: string): Promise<Verdicts> {
    const verdicts = new Verdicts();
    let begun: () => void = () => undefined;
    const begins = new Promise<void>((resolve) => {
      begun = resolve;
    });
    verdicts.#consumer = await kafka.client().consume(
      {
        group: `bench-${randomBytes(6).toString('hex')}`,
        topics: [topic],
        from: 'newest',
        sessionMs: 30_000,
        fetchBytes: 4_194_304,
        settled: () => 0,
      },
      {
        assigned: () => undefined,
        begins: () => begun(),
        revoking: () => undefined,
        missed: () => undefined,
        failed: (cause) => (verdicts.#failure = cause),
        records: (records) => {
          const arrived = performance.now();
          for (const { key, headers, timestamp } of records)
            verdicts.seen.push({ name: nameOf(String(key), headers), written: timestamp, arrived });
        },
      },
    );
    await begins;
    return verdicts;
  }

  clear(): void {
    this.seen.length = 0;
  }

  /** Resolves once it is so, or rejects with `why` after some seconds. */
  async until(ready: () => boolean, seconds: number, why: () => string): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (!ready()) {
      if (this.#failure !== undefined) throw this.#failure;
      if (performance.now() > deadline) throw new Error(`${this.seen.length} verdicts: ${why()}`);
      await pause(20);
    }
  }

  async close(): Promise<void> {
    await this.#consumer?.close();
  }
}

function nameOf(key: string, headers: OutRecord['headers'] = {}): string {
  return `${key}/${headers[TIME_HEADER]}`;
}
