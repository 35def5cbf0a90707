import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TestKafka } from '../harness/kafka';
import { KafkaFlow, type Loose } from './flow';
import { until } from './shared';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const HOUR = 3_600_000;

/** What is tested elsewhere: hosts, passwords, TLS, rights, topics and sizes (client and nodes). */
describe('swat-kafka-in and swat-kafka-out meet', function () {
  this.timeout(120_000);
  // A broker of its own: its disk is damaged.
  const kafka = new TestKafka();
  const flow = new KafkaFlow();
  before(async () => {
    await kafka.start();
    // A new broker makes the topic of offsets first.
    const topic = await kafka.topic();
    const answers = (): Promise<boolean> => kafka.read(topic, 0, 0).then(() => true, () => false); // prettier-ignore
    for (let turn = 0; turn < 50 && !(await answers()); turn += 1) await pause(200);
  });
  afterEach(async () => {
    await flow.unload();
    flow.clear();
  });
  after(async () => {
    await kafka.remove();
    flow.remove();
  });
  const reading = (topic: string, more: Loose = {}): Loose => ({ topics: topic, group: `g-${topic}`, from: 'oldest', letters: '', ...more }); // prettier-ignore
  /** Told once, shown, and nothing of it is done. */
  const toldOnce = async (id: 'in' | 'out', status: string, error: RegExp): Promise<void> => {
    const { errors, statuses } = flow.told[id];
    await until('it is told', () => errors.length > 0);
    await until('it is shown', () => statuses.some(({ fill, text }) => fill === 'red' && text?.startsWith(status)));
    await pause(3000);
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0], error);
    assert.match(errors[0], /Tried again/);
  };

  it('a clock that is two hours ahead: what is to be written is kept, and goes once the clock is set', async () => {
    const topic = await kafka.topic();
    const real = Date.now;
    Date.now = () => real() + 2 * HOUR;
    try {
      await flow.load({ brokers: kafka.address, out: { topic } });
      for (const n of [1, 2, 3]) flow.send('out', { payload: { n } });
      await toldOnce('out', 'clocks differ', /clock of this machine.*NTP/);
      assert.deepEqual([flow.got.written.length, flow.got.refused.length], [0, 0]);
    } finally {
      Date.now = real;
    }
    await until('they are written', () => flow.got.written.length === 3, 40_000);
    const found = await kafka.read(topic, 3);
    assert.deepEqual(found.map(({ value }) => (JSON.parse(String(value)) as Loose).n), [1, 2, 3]); // prettier-ignore
    assert.ok(flow.events('recovered').length === 1 && flow.got.refused.length === 0);
  });

  it('a producer whose clock is wrong: event times pass as they are, whatever the time of writing', async () => {
    const topic = await kafka.topic();
    const producer = await kafka.client().produce({ idempotent: true, gzip: false });
    const written = Date.now() - 24 * HOUR;
    const ahead = Date.now() + 400 * HOUR;
    await producer.send(topic, [
      { key: 'a', value: '{"LIT101":1}', timestamp: written },
      { key: 'a', value: '{"LIT101":2}', headers: { 'swat-time': String(ahead) } },
      { key: 'a', value: '{"LIT101":3}', headers: { 'swat-time': 'yesterday' }, timestamp: written },
      { key: 'a', value: `{"LIT101":4,"timestamp":${ahead}}` },
    ]);
    await producer.close();
    await flow.load({ brokers: kafka.address, in: reading(topic) });
    await until('all come', () => flow.got.records.length === 4);
    // The last one has its time in its payload: it is read there.
    assert.deepEqual(flow.got.records.map(({ timestamp }) => timestamp), [written, ahead, written, undefined]); // prettier-ignore
    assert.deepEqual([flow.got.letters.length, flow.told.in.errors.length], [0, 0]);
  });

  it('values that are compressed by themselves, or garbage that says it is: dead letters, and what is between them', async () => {
    const [topic, letters] = [await kafka.topic(), await kafka.topic()];
    const garbage = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xde, 0xad, 0xbe, 0xef]);
    await kafka.write(topic, ['{"n":1}', gzipSync('{"n":2}'), garbage, '{"n":3}'], 'a');
    await flow.load({ brokers: kafka.address, in: reading(topic, { letters }) });
    await until('all are done', () => flow.got.records.length === 2 && flow.got.letters.length === 2);
    assert.deepEqual(flow.payloads('records'), [{ n: 1 }, { n: 3 }]);
    const dead = await kafka.read(letters, 2);
    assert.deepEqual(dead.map(({ value }) => value), [gzipSync('{"n":2}'), garbage]); // prettier-ignore
    assert.deepEqual(dead.map(({ headers }) => headers['swat-error']), ['kafka-utf8', 'kafka-utf8']); // prettier-ignore
  });

  it('batches in a compression that is not read: told, nothing skipped', async () => {
    const topic = await kafka.topic(1, { 'compression.type': 'zstd' });
    await kafka.write(topic, ['{"n":1}']);
    await flow.load({ brokers: kafka.address, in: reading(topic) });
    await toldOnce('in', 'compression unknown', /ZSTD/);
    assert.deepEqual([flow.got.records.length, flow.got.letters.length], [0, 0]);
  });

  it('a batch that is damaged on the disk: told with what to do, nothing skipped, and read on once it was stepped over', async () => {
    const topic = await kafka.topic();
    const producer = await kafka.client().produce({ idempotent: true, gzip: true });
    for (const n of [1, 2, 3]) {
      const batch = Array.from({ length: 20 }, () => ({
        key: 'a',
        value: JSON.stringify({ n, more: 'x'.repeat(50) }),
      }));
      await producer.send(topic, batch);
    }
    await producer.close();
    await kafka.stop();
    const file = join(kafka.folder, 'data', `${topic}-0`, '00000000000000000000.log');
    const log = readFileSync(file);
    // The length of a batch stands 8 bytes into it, and counts from after itself.
    const end = log.readInt32BE(8) + 12;
    for (let at = 80; at < end - 10; at += 1) log[at] ^= 0x5a;
    writeFileSync(file, log);
    await kafka.start();
    await flow.load({ brokers: kafka.address, in: reading(topic) });
    await toldOnce('in', 'data are damaged', new RegExp(`A batch of ${topic} is damaged.*--reset-offsets for the group g-${topic}`)); // prettier-ignore
    assert.equal(flow.got.records.length, 0);
    await flow.unload();
    flow.clear();
    // As the message says: the group is moved past it.
    const { Kafka } = await import('kafkajs');
    const admin = new Kafka({ brokers: [kafka.address], logCreator: () => () => undefined }).admin();
    await admin.connect();
    await admin.setOffsets({ groupId: `g-${topic}`, topic, partitions: [{ partition: 0, offset: '20' }] });
    await admin.disconnect();
    await flow.load({ brokers: kafka.address, in: reading(topic) });
    await until('the rest comes', () => flow.got.records.length === 40, 40_000);
    assert.deepEqual([...new Set(flow.payloads('records').map((payload) => (payload as Loose).n))], [2, 3]);
  });
});
