import assert from 'node:assert/strict';
import { Kafka } from 'kafkajs';
import { SwatError } from '../../lib/errors';
import type { ConsumeWatcher, KafkaRecord } from '../../lib/kafka/broker';
import type { Chain } from '../../lib/kafka/chain';
import { ExactFeed } from '../../lib/kafka/exact-feed';
import { systemTimers } from '../../lib/platform/timers';
import type { TestKafka } from '../harness/kafka';
import { sharedKafka, until } from './shared';

const code = (wanted: string) => (cause: unknown) => cause instanceof SwatError && cause.code === wanted;

const SILENT: ConsumeWatcher = {
  assigned: () => undefined,
  begins: () => undefined,
  revoking: () => undefined,
  records: () => undefined,
  missed: () => undefined,
  failed: () => undefined,
};

/** Counts the records of each asset: what is lost or doubled shows in every result from there on. */
class Counter implements Chain {
  readonly counts = new Map<string, number>();
  readonly problems: string[] = [];
  readonly feed: ExactFeed;

  constructor(kafka: TestKafka, topic: string, stateMs: number) {
    this.feed = new ExactFeed(
      kafka.client(),
      {
        group: `g-${topic}`,
        topic,
        topics: [topic],
        from: 'oldest',
        stateTopic: `${topic}-state`,
        stateMs,
        batchRecords: 200,
        commitMs: 100,
        bufferRecords: 1000,
        sessionMs: 6000,
        fetchBytes: 4_194_304,
      },
      {
        record: ({ key, value }, receipt) => {
          const asset = String(key);
          const count = (this.counts.get(asset) ?? 0) + 1;
          this.counts.set(asset, count);
          this.feed.put(receipt, `${topic}-out`, { key, value: `${asset} ${String(value)} ${count}` }, false);
        },
        letter: () => undefined,
        event: (event) => {
          if (event.event === 'problem') this.problems.push(event.error.code);
        },
        note: (error) => void this.problems.push(error.code),
      },
      () => this,
      systemTimers,
      Math.random,
      `r${Math.random().toString(36).slice(2)}`,
    );
    this.feed.start();
  }

  ready = (): Promise<void> => Promise.resolve();
  quiet = (): Promise<{ late: string[] }> => Promise.resolve({ late: [] });
  capture = (asset: string): Buffer => Buffer.from(String(this.counts.get(asset) ?? 0));
  restore = (asset: string, state: Buffer): void => void this.counts.set(asset, Number(String(state)));
  forget = (asset: string): void => void this.counts.delete(asset);
  assets = (): Iterable<string> => this.counts.keys();
  close = (): void => undefined;
}

describe('exactly once, against a real broker', function () {
  this.timeout(120_000);
  let kafka: TestKafka;
  before(async () => {
    kafka = await sharedKafka();
  });

  it('commits records and a position together, and fences who wrote under the same name before', async () => {
    const topic = await kafka.topic(2);
    const target = await kafka.topic(2);
    const record = (value: string) => ({ topic: target, gzip: value === 'b', record: { key: 'k', value } });
    const position = (offset: number) => ({ group: 'g1', topic, partition: 1, offset, note: `from ${offset}` });
    const one = await kafka.client().transact('id-1');
    // One right after the other: the broker is still ending the one before.
    for (let n = 1; n <= 5; n += 1) await one.commit({ records: [record('a'), record('b')], position: position(n) });
    const two = await kafka.client().transact('id-1');
    await assert.rejects(one.commit({ records: [record('lost')], position: position(9) }), code('kafka-fenced'));
    await two.commit({ records: [record('c')], position: position(6) });
    const found = await kafka.read(target, Infinity, 2500);
    assert.equal(found.map(({ value }) => String(value)).sort().join(''), 'aaaaabbbbbc'); // prettier-ignore
    await kafka.write(topic, Array.from({ length: 20 }, String));
    const consumer = await kafka.client().consume(
      { group: 'g1', topics: [topic], from: 'oldest', sessionMs: 6000, fetchBytes: 1_000_000, settled: () => 0, held: true }, // prettier-ignore
      SILENT,
    );
    const stands = await consumer.stands(topic);
    assert.deepEqual(stands.get(1)?.committed, { offset: 6, note: 'from 6' });
    assert.equal(stands.get(0)?.committed, undefined);
    await Promise.all([one, two, consumer].map((each) => each.close()));
  });

  it('reads nothing of transactions that were aborted, in whatever order they began and ended', async () => {
    const topic = await kafka.topic(1);
    const raw = new Kafka({ brokers: [kafka.address], logCreator: () => () => undefined });
    const producers = ['x', 'y', 'z'].map((name) =>
      raw.producer({ transactionalId: `${topic}-${name}`, maxInFlightRequests: 1 }),
    );
    await Promise.all(producers.map((each) => each.connect()));
    const [a, b, c] = await Promise.all(producers.map((each) => each.transaction()));
    const send = (by: typeof a, value: string): Promise<unknown> => by.send({ topic, messages: [{ value }] });
    await send(a, 'a1');
    await send(b, 'b1');
    await send(c, 'c1');
    await send(a, 'a2');
    await b.abort();
    await send(a, 'a3');
    await c.commit();
    await a.abort();
    await kafka.write(topic, ['plain']);
    const found = await kafka.read(topic, 2, 5000);
    assert.deepEqual(
      found.map(({ value }) => String(value)),
      ['c1', 'plain'],
    );
    await Promise.all(producers.map((each) => each.disconnect()));
  });

  it('says what is missing: the topic of states, or partitions of it', async () => {
    const topic = await kafka.topic(3);
    const one = new Counter(kafka, topic, 0);
    await until('it tells', () => one.problems.length > 0);
    assert.deepEqual(one.problems, ['kafka-state-missing']);
    await kafka.create(`${topic}-state`, 2);
    await until('it tells the rest', () => one.problems.length > 1, 20_000);
    assert.deepEqual(one.problems[1], 'kafka-state-partitions');
    await one.feed.close();
  });

  for (const stateMs of [0, 5000]) {
    it(`has each result once over a second process that comes, and the end of the first; state every ${stateMs} ms`, async () => {
      const topic = await kafka.topic(4);
      await kafka.create(`${topic}-out`, 4);
      await kafka.create(`${topic}-state`, 4, { 'cleanup.policy': 'compact' });
      const producer = await kafka.client().produce({ idempotent: true, gzip: false });
      let written = 0;
      const write = async (count: number): Promise<void> => {
        const records = Array.from({ length: count }, () => ({ key: `asset ${written % 10}`, value: String(Math.floor(written++ / 10)) })); // prettier-ignore
        await producer.send(topic, records);
      };
      const one = new Counter(kafka, topic, stateMs);
      const done = (): number => one.feed.state.settled + two.feed.state.settled;
      await write(500);
      await until('one reads', () => one.feed.state.settled === 500, 30_000);
      const two = new Counter(kafka, topic, stateMs);
      for (let n = 0; n < 40; n += 1) {
        await write(50);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await until('all is done', () => done() >= 2500, 30_000);
      assert.ok(two.feed.state.settled > 0, 'they have shared it');
      await write(100);
      await one.feed.close();
      await write(100);
      await until('the other has it all', () => done() >= 2700, 30_000);
      await two.feed.close();
      await producer.close();
      const found: KafkaRecord[] = await kafka.read(`${topic}-out`, 2700, 10_000);
      const expected = Array.from({ length: 2700 }, (_, n) => `asset ${n % 10} ${Math.floor(n / 10)} ${Math.floor(n / 10) + 1}`); // prettier-ignore
      assert.deepEqual(found.map(({ value }) => String(value)).sort(), expected.sort()); // prettier-ignore
      assert.deepEqual([...one.problems, ...two.problems], []);
      const { transactions, ...exact } = { transactions: two.feed.state.commits, ...two.feed.state.exact };
      process.stdout.write(`      ${transactions} transactions, ${JSON.stringify(exact)}\n`);
    });
  }
});
