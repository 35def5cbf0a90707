import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Kafka } from 'kafkajs';
import { SwatError } from '../../lib/errors';
import type { BrokerSettings, ConsumeSettings, ConsumeWatcher, KafkaRecord, Position } from '../../lib/kafka/broker';
import { kafkaError } from '../../lib/kafka/kafkajs-error';
import type { TestKafka } from '../harness/kafka';
import { sharedKafka, until } from './shared';

const consume = (topic: string, more: Partial<ConsumeSettings> = {}): ConsumeSettings => ({
  group: `g-${topic}`,
  topics: [topic],
  from: 'oldest',
  sessionMs: 6000,
  fetchBytes: 4_000_000,
  settled: () => 0,
  ...more,
});

const codeOf = (cause: unknown): string => (cause instanceof SwatError ? cause.code : String(cause));

/** Keeps what a consumer tells. */
class Heard implements ConsumeWatcher {
  readonly got: KafkaRecord[] = [];
  readonly begun: Position[] = [];
  missedCount = 0;
  partitions: readonly number[] = [];
  failure: Error | undefined;
  assigned = (assignment: Readonly<Record<string, readonly number[]>>): void => {
    this.partitions = Object.values(assignment).flat();
  };
  begins = (position: Position): void => void this.begun.push(position);
  revoking = (): void => undefined;
  records = (records: readonly KafkaRecord[]): void => void this.got.push(...records);
  missed = (_topic: string, _partition: number, count: number): void => void (this.missedCount += count);
  failed = (cause: Error): void => {
    this.failure = cause;
  };
  values(): string[] {
    return this.got.map(({ value }) => String(value));
  }
}

describe('the Kafka client, against a real broker', function () {
  this.timeout(90_000);
  let kafka: TestKafka;
  before(async () => {
    kafka = await sharedKafka();
  });

  describe('says what is wrong', () => {
    const at = (port: number): Partial<BrokerSettings> => ({ brokers: [`127.0.0.1:${port}`] });
    const login = (username: string, password: string, mechanism: 'plain' | 'scram-sha-256' = 'plain') => ({
      sasl: { mechanism, username, password },
    });
    const cases: readonly (readonly [string, string, () => Partial<BrokerSettings>])[] = [
      ['no broker', 'kafka-unreachable', () => at(1)],
      ['an unknown host', 'kafka-host', () => ({ brokers: ['no-such-host.invalid:9092'] })],
      ['a listener of TLS without TLS', 'kafka-closed-by-broker', () => at(kafka.ports.tls)],
      ['TLS at a plain listener', 'kafka-no-tls', () => ({ ...at(kafka.ports.plain), tls: {} })],
      ['a CA that is not known', 'kafka-certificate', () => ({ ...at(kafka.ports.tls), tls: {} })],
      [
        'a certificate of another host',
        'kafka-certificate',
        () => ({ ...at(kafka.ports.tls), tls: { ca: kafka.pem('ca.pem'), servername: 'other.example' } }),
      ],
      ['no login where one is wanted', 'kafka-closed-by-broker', () => at(kafka.ports.sasl)],
      ['a login where none is wanted', 'kafka-sasl-unwanted', () => ({ ...at(kafka.ports.plain), ...login('a', 'b') })],
      ['a wrong password, PLAIN', 'kafka-login', () => ({ ...at(kafka.ports.sasl), ...login('admin', 'wrong') })],
      [
        'a wrong password, SCRAM',
        'kafka-login',
        () => ({ ...at(kafka.ports.sasl), ...login('admin', 'wrong', 'scram-sha-256') }),
      ],
    ];
    for (const [what, code, settings] of cases) {
      it(`of ${what}`, async () => {
        const client = kafka.client(settings());
        const asked = await Promise.allSettled([
          client.admin(),
          client.produce({ idempotent: true, gzip: false }),
          client.consume(consume('any'), new Heard()),
        ]);
        for (const each of asked) assert.equal(each.status === 'rejected' && codeOf(each.reason), code);
      });
    }

    it('of a peer that does not answer, and leaves no connection behind', async () => {
      const open = new Set<Socket>();
      const server = createServer((socket) => {
        open.add(socket);
        socket.on('close', () => open.delete(socket)).on('error', () => undefined);
        socket.resume();
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const client = kafka.client({ ...at(port), connectMs: 500, answerMs: 500 });
      await assert.rejects(client.admin(), (cause) => codeOf(cause) === 'kafka-no-answer');
      await until('the connections end', () => open.size === 0);
      server.close();
    });

    it('of a missing topic, a name that is none, and what a user may not do', async () => {
      const topic = await kafka.topic();
      const guest = kafka.client({ ...at(kafka.ports.sasl), ...login('guest', 'guest-secret') });
      const code = (wanted: string) => (cause: unknown) => codeOf(cause) === wanted;
      await assert.rejects(kafka.client().consume(consume('nowhere'), new Heard()), code('kafka-topic-missing'));
      await assert.rejects(kafka.client().consume(consume('no name!'), new Heard()), code('kafka-topic-name'));
      await assert.rejects(guest.consume(consume(topic), new Heard()), code('kafka-topic-denied'));
      await assert.rejects(guest.produce({ idempotent: true, gzip: false }), code('kafka-cluster-denied'));
      const producer = await guest.produce({ idempotent: false, gzip: false });
      await assert.rejects(producer.send(topic, [{ key: null, value: 'x' }]), code('kafka-topic-denied'));
      await producer.close();
    });

    it('of an address that the cluster gives away and nobody reaches', () => {
      const cause = Object.assign(new Error('Connection error: connect ECONNREFUSED 10.9.9.9:9092'), {
        name: 'KafkaJSConnectionError',
        broker: '10.9.9.9:9092',
      });
      const error = kafkaError(cause, { brokers: ['localhost:9092'], tls: false });
      assert.deepEqual([error.code, error.details.broker], ['kafka-advertised', '10.9.9.9:9092']);
    });
  });

  it('speaks TLS with a client certificate, and SCRAM over TLS', async () => {
    const tls = { ca: kafka.pem('ca.pem'), cert: kafka.pem('client.crt'), key: kafka.pem('client.key') };
    const mutual = await kafka.client({ brokers: [`127.0.0.1:${kafka.ports.tls}`], tls }).admin();
    await mutual.topics();
    await mutual.close();
    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
      const admin = await kafka
        .client({
          brokers: [`127.0.0.1:${kafka.ports.saslTls}`],
          tls: { ca: tls.ca },
          sasl: { mechanism, username: 'admin', password: 'admin-secret' },
        })
        .admin();
      assert.ok((await admin.topics()).size >= 0);
      await admin.close();
    }
  });

  it('begins a new group with the newest, and loses nothing of what comes before the first commit', async () => {
    const topic = await kafka.topic();
    await kafka.write(topic, ['before']);
    const first = new Heard();
    const one = await kafka.client().consume(consume(topic, { from: 'newest' }), first);
    await until('it knows where it begins', () => first.begun.length === 1);
    assert.deepEqual(first.begun, [{ topic, partition: 0, offset: 1 }]);
    await kafka.write(topic, ['a', 'b']);
    await until('both come', () => first.got.length === 2);
    // As a crash would: nothing was committed.
    await one.close();
    await kafka.write(topic, ['c']);
    const second = new Heard();
    const two = await kafka.client().consume(consume(topic, { from: 'newest' }), second);
    await until('all three come', () => second.got.length === 3);
    assert.deepEqual(second.values(), ['a', 'b', 'c']);
    await two.close();
  });

  it('counts what the broker has removed before it was read', async () => {
    const topic = await kafka.topic();
    await kafka.write(topic, ['0']);
    const first = new Heard();
    const one = await kafka.client().consume(consume(topic), first);
    await until('the first comes', () => first.got.length === 1);
    await one.commit([{ topic, partition: 0, offset: 1 }]);
    await one.close();
    await kafka.write(topic, ['1', '2', '3', '4']);
    const admin = new Kafka({ brokers: [kafka.address], logCreator: () => () => undefined }).admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
    await admin.disconnect();
    const second = new Heard();
    const two = await kafka.client().consume(consume(topic, { from: 'newest' }), second);
    await until('the rest comes', () => second.got.length === 1);
    assert.deepEqual([second.values(), second.missedCount], [['4'], 3]);
    await two.close();
  });

  it('goes on over rebalances without a loss, and without a repetition where everybody leaves in order', async () => {
    const topic = await kafka.topic(4);
    const heard = [new Heard(), new Heard()];
    const settings = consume(topic);
    const one = await kafka.client().consume(settings, heard[0]);
    await until('one has all', () => heard[0].partitions.length === 4);
    let n = 0;
    const state = { writing: true };
    const producer = await kafka.client().produce({ idempotent: true, gzip: true });
    const writer = (async () => {
      while (state.writing) {
        await producer.send(
          topic,
          Array.from({ length: 20 }, () => ({ key: String(n), value: String(n++) })),
        );
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await until('some have come', () => heard[0].got.length > 200);
    const commit = async (consumer: typeof one, from: Heard): Promise<void> => {
      const last = new Map<number, number>();
      for (const { partition, offset } of from.got) last.set(partition, offset + 1);
      const positions = [...last]
        .filter(([partition]) => from.partitions.includes(partition))
        .map(([partition, offset]) => ({ topic, partition, offset }));
      await consumer.commit(positions).catch((cause: unknown) => {
        assert.equal((cause as SwatError).code, 'kafka-rebalancing');
      });
    };
    const commits = setInterval(() => void commit(one, heard[0]), 50);
    const two = await kafka.client().consume(settings, heard[1]);
    await until('they share', () => heard[0].partitions.length === 2 && heard[1].partitions.length === 2);
    await until('both read', () => heard[1].got.length > 200);
    state.writing = false;
    await writer;
    await producer.close();
    const all = (): Set<string> => new Set([...heard[0].values(), ...heard[1].values()]);
    await until('all has come', () => all().size === n);
    clearInterval(commits);
    const count = heard[0].got.length + heard[1].got.length;
    // Those that the other had read and not yet committed when the partitions moved may come twice, no others.
    assert.ok(count - n < n / 2, `${count} read of ${n}`);
    await one.close();
    await two.close();
    assert.equal(heard[0].failure ?? heard[1].failure, undefined);
  });

  it('pauses without leaving the group', async () => {
    const topic = await kafka.topic();
    const heard = new Heard();
    const one = await kafka.client().consume(consume(topic), heard);
    await until('it begins', () => heard.begun.length === 1);
    one.pause();
    await kafka.write(topic, ['a']);
    // Longer than a member that says nothing is kept.
    await new Promise((resolve) => setTimeout(resolve, 7000));
    assert.deepEqual(heard.values(), []);
    one.resume();
    await until('it comes', () => heard.got.length === 1);
    assert.equal(heard.failure, undefined);
    assert.equal((await one.ends(topic)).get(0), 1);
    await one.close();
  });
});
