import assert from 'node:assert/strict';
import { TestKafka } from '../harness/kafka';
import { KafkaFlow } from './flow';
import { until } from './shared';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('swat-kafka-in and swat-kafka-out live through', function () {
  this.timeout(170_000);
  // A broker of its own: it comes and goes.
  const kafka = new TestKafka();
  const flow = new KafkaFlow();
  after(async () => {
    await flow.unload();
    await kafka.remove();
    flow.remove();
  });

  it('a broker that is not there at the start, comes, is killed and comes back: nothing is lost, and each is told once', async () => {
    // Ports and data are there, the broker is not.
    await kafka.start();
    const topic = await kafka.topic(3);
    const target = await kafka.topic(3);
    await kafka.stop();

    const rejections: unknown[] = [];
    const onRejection = (cause: unknown): void => void rejections.push(cause);
    process.on('unhandledRejection', onRejection);
    await flow.load({
      brokers: kafka.address,
      in: { topics: topic, group: `g-${topic}`, from: 'oldest', letters: '', settle: 'each' },
      out: { topic: target, key: 'key' },
      through: true,
    });
    const feeder = kafka.client();
    await until('both tell', () => Object.values(flow.told).every(({ errors }) => errors.length > 0));
    await pause(3000);
    for (const { errors, statuses } of Object.values(flow.told)) {
      assert.equal(errors.length, 1, errors.join('\n'));
      assert.match(errors[0], /^No Kafka broker answers at 127\.0\.0\.1:\d+\. Start it/);
      assert.ok(statuses.some(({ fill, text }) => fill === 'red' && text?.startsWith('no broker')));
    }

    await kafka.start();
    await until('it reads', () => flow.events('assigned').length > 0, 60_000);
    let written = 0;
    const write = async (count: number): Promise<void> => {
      const producer = await feeder.produce({ idempotent: true, gzip: false });
      for (let end = written + count; written < end; written += 100) {
        const records = Array.from({ length: 100 }, (_, n) => ({
          key: String(written + n),
          value: String(written + n),
        }));
        await producer.send(topic, records);
      }
      await producer.close();
    };
    await write(2000);
    await until('half of them are through', () => flow.got.written.length > 1000, 30_000);
    await kafka.kill();
    for (const { errors } of Object.values(flow.told)) errors.length = 0;
    await pause(4000);
    const back = Date.now();
    await kafka.start();
    const up = Date.now();
    await write(2000);
    const seen = (): Set<unknown> => new Set(flow.got.written.map(({ payload }) => payload));
    await until('all are through', () => seen().size === 4000, 90_000);
    process.removeListener('unhandledRejection', onRejection);
    const found = new Set((await kafka.read(target, 4000)).map(({ value }) => Number(value)));
    assert.equal(found.size, 4000);
    for (const { errors } of Object.values(flow.told)) {
      assert.ok(errors.length <= 2, `told once for each reason: ${errors.join('\n')}`);
    }
    assert.deepEqual(rejections, []);
    const twice = flow.got.written.length - 4000;
    process.stdout.write(`      back after ${Date.now() - up} ms (start ${up - back} ms), ${twice} twice\n`);
    assert.ok(twice <= 2000, 'no more than was in flight');
  });

  it('a deploy in mid-batch, again and again: nothing is lost', async () => {
    await flow.unload();
    flow.clear();
    const topic = await kafka.topic(2);
    const target = await kafka.topic(2);
    const producer = await kafka.client().produce({ idempotent: true, gzip: false });
    const options = {
      brokers: kafka.address,
      in: { topics: topic, group: `g-${topic}`, from: 'oldest', letters: '', settle: 'each' },
      out: { topic: target, key: 'key', linger: 20 },
      through: true,
    };
    for (let round = 0; round < 5; round += 1) {
      const records = Array.from({ length: 1000 }, (_, n) => ({ key: String(n), value: String(round * 1000 + n) }));
      await producer.send(topic, records);
      await flow.load(options);
      await until('some have come', () => flow.got.records.length > 0, 30_000);
      await flow.unload();
    }
    await producer.close();
    await flow.load(options);
    await until('nothing is left', () => {
      const last = flow.events('assigned').length > 0 && flow.told.in.statuses.at(-1);
      return last !== false && last?.text?.startsWith('lag 0') === true;
    }, 40_000); // prettier-ignore
    const found = (await kafka.read(target, 5000)).map(({ value }) => Number(value));
    assert.equal(new Set(found).size, 5000);
    process.stdout.write(`      ${found.length - 5000} of 5000 twice\n`);
    assert.ok(flow.got.letters.length === 0 && flow.got.refused.length === 0);
  });
});
