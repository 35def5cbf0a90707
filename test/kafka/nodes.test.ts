import assert from 'node:assert/strict';
import helper from '../harness/helper';
import type { TestKafka } from '../harness/kafka';
import { KafkaFlow, type Loose } from './flow';
import { sharedKafka, until } from './shared';

const numbers = (count: number, from = 0): string[] => Array.from({ length: count }, (_, n) => String(from + n));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const receiptOf = (message: Loose): string => String((message.kafka as Loose).receipt);

describe('swat-kafka-in and swat-kafka-out, against a real broker', function () {
  this.timeout(90_000);
  const flow = new KafkaFlow();
  let kafka: TestKafka;
  let brokers: string;
  before(async () => {
    kafka = await sharedKafka();
    brokers = kafka.address;
  });
  afterEach(async () => {
    await flow.unload();
    flow.clear();
  });
  after(() => flow.remove());
  /** Settings of a reader of one topic, with a group of its own. */
  const reading = (topic: string, more: Loose = {}): Loose => ({
    topics: topic,
    group: `g-${topic}`,
    from: 'oldest',
    letters: '',
    ...more,
  });
  const running = (): Promise<void> =>
    until('it reads', () =>
      flow.events('assigned').some(({ assignment }) => Object.keys(assignment as Loose).length > 0),
    );

  it('write and read JSON with key, asset, headers and event time, compressed', async () => {
    const topic = await kafka.topic(3);
    await flow.load({ brokers, in: reading(topic), out: { topic, gzip: true } });
    await running();
    const payload = { LIT101: 522.1, text: 'ä€' };
    const headers = { source: 'test' };
    flow.send('out', { asset: 'line-1', payload, timestamp: 1_700_000_000_123, kafka: { headers } });
    flow.send('out', { payload: { asset: 'line-2', time: 1_700_000_000_456 } });
    await until('both come', () => flow.got.records.length === 2 && flow.got.written.length === 2);
    const [one, two] = [...flow.got.records].sort((a, b) => String(a.key).localeCompare(String(b.key)));
    assert.deepEqual(
      [one.payload, one.key, one.asset, one.timestamp],
      [payload, 'line-1', 'line-1', 1_700_000_000_123],
    );
    assert.equal(((one.kafka as Loose).headers as Loose).source, 'test');
    assert.ok(
      Math.abs(Number((one.kafka as Loose).written) - Date.now()) < 60_000,
      'retention goes by when it was written',
    );
    assert.deepEqual(
      [two.key, two.asset, two.timestamp],
      ['line-2', 'line-2', undefined],
      'the payload has its own time',
    );
    assert.equal(flow.got.written[0].payload, payload);
    await until('the status has lag, rate and partitions', () =>
      flow.told.in.statuses.some(({ fill, text }) => fill === 'green' && /^lag 0, \d+\/s, 3 parts$/.test(text ?? '')),
    );
  });

  for (const [form, payload, value, back] of [
    ['csv', { a: 1.5, b: 'x,y' }, 'a,b\n1.5,"x,y"', { a: 1.5, b: 'x,y' }],
    ['csv', [{ a: 1 }, { a: 2 }], 'a\n1\n2', [{ a: 1 }, { a: 2 }]],
    ['text', 'plain ä', 'plain ä', 'plain ä'],
    ['raw', Buffer.from([0, 255, 1]), Buffer.from([0, 255, 1]), Buffer.from([0, 255, 1])],
    ['json', null, null, null],
  ] as const) {
    it(`write and read ${form}: ${JSON.stringify(payload)}`, async () => {
      const topic = await kafka.topic();
      await flow.load({ brokers, in: reading(topic, { form }), out: { topic, form } });
      flow.send('out', { topic: 'other', payload, key: 'k' });
      await until('it comes', () => flow.got.records.length === 1);
      assert.deepEqual(flow.got.records[0].payload, back);
      const [record] = await kafka.read(topic, 1);
      assert.deepEqual(record.value, value === null ? null : Buffer.from(value));
    });
  }

  it('put what cannot be read into the topic of dead letters, tell the first, and go on', async () => {
    const [topic, letters] = [await kafka.topic(), await kafka.topic()];
    await kafka.write(
      topic,
      ['{"a":1}', '{"a":', Buffer.from([0x1f, 0x8b, 0xff, 0x00]), '[not json', '{"a":2}'],
      'line-1',
    );
    await flow.load({ brokers, in: reading(topic, { letters }) });
    await until('all is done', () => flow.got.records.length === 2 && flow.got.letters.length === 3);
    assert.deepEqual(flow.payloads('records'), [{ a: 1 }, { a: 2 }]);
    const dead = await kafka.read(letters, 3);
    assert.deepEqual(
      dead.map(({ headers }) => [headers['swat-error'], headers['swat-topic'], headers['swat-offset']]),
      [
        ['kafka-json', topic, '1'],
        ['kafka-utf8', topic, '2'],
        ['kafka-json', topic, '3'],
      ],
    );
    assert.deepEqual([dead[1].value, String(dead[1].key)], [Buffer.from([0x1f, 0x8b, 0xff, 0x00]), 'line-1']);
    const { code, offset } = flow.got.letters[0].payload as Loose;
    assert.deepEqual([code, offset], ['kafka-json', 1]);
    assert.equal(flow.told.in.errors.length, 2, 'the first of a kind');
    flow.send('in', { swat: { command: 'metrics' } });
    const answer = (): Loose | undefined => flow.payloads('events').find((each) => (each as Loose).command) as Loose;
    await until('an answer', () => answer() !== undefined);
    const { letters: count, settled, received, lag } = answer() ?? {};
    assert.deepEqual([count, settled, received, lag], [3, 5, 5, 0]);
  });

  it('keep what cannot be read until the topic of dead letters is there, and tell once that it is missing', async () => {
    const [topic, letters] = [await kafka.topic(), `letters-${Date.now()}`];
    await kafka.write(topic, ['[not json', '{"a":1}']);
    await flow.load({ brokers, in: reading(topic, { letters }) });
    const missing = (): string[] => flow.told.in.errors.filter((error) => error.includes(`no topic ${letters}`));
    await until('it tells', () => missing().length > 0);
    await pause(3000);
    assert.equal(missing().length, 1);
    assert.equal(flow.got.letters.length, 0, 'it would be lost');
    await kafka.create(letters);
    await until('the letter is written', () => flow.got.letters.length === 1 && flow.got.records.length === 1, 40_000);
    const [{ headers }] = await kafka.read(letters, 1);
    assert.equal(headers['swat-error'], 'kafka-json');
  });

  it('commit only what has its receipt: what a deploy cut off comes again, and only that', async () => {
    const topic = await kafka.topic();
    await kafka.write(topic, numbers(50));
    const settings = reading(topic, { settle: 'each', receiptTimeout: 0 });
    flow.onRecord = (message) => {
      const { payload } = message as { payload: number };
      // The tenth has none, and the fifteenth is refused by the flow.
      if (payload === 15) flow.send('in', { ...message, error: { message: 'no such pump' } });
      else if (payload < 30 && payload !== 10) flow.send('in', message);
    };
    await flow.load({ brokers, in: settings });
    await until('all were handed out', () => flow.got.records.length === 50);
    await until('the refused one is a letter', () => flow.got.letters.length === 1);
    assert.match(String((flow.got.letters[0].payload as Loose).text), /no such pump/);
    await pause(1500);
    await flow.unload();
    flow.clear();
    await flow.load({ brokers, in: settings });
    await until('the rest comes', () => flow.got.records.length === 40);
    await pause(500);
    // From the first without a receipt on: Kafka keeps one position for a partition.
    assert.deepEqual(flow.payloads('records'), numbers(40, 10).map(Number));
  });

  it('settle all before a receipt, where the flow makes one of several', async () => {
    const topic = await kafka.topic();
    await kafka.write(topic, numbers(50));
    const settings = reading(topic, { settle: 'upto' });
    flow.onRecord = (message) => {
      if (message.payload === 39) flow.send('in', { swat: { command: 'commit', receipt: receiptOf(message) } });
    };
    await flow.load({ brokers, in: settings });
    await until('all were handed out', () => flow.got.records.length === 50);
    await flow.unload();
    flow.clear();
    await flow.load({ brokers, in: settings });
    await until('the rest comes', () => flow.got.records.length === 10);
    assert.deepEqual(flow.payloads('records'), numbers(10, 40).map(Number));
  });

  it('hand a record out again without a receipt, and give it up in the end', async () => {
    const topic = await kafka.topic();
    await kafka.write(topic, ['1', '2']);
    flow.onRecord = (message) => {
      if (message.payload === 2) flow.send('in', message);
    };
    await flow.load({ brokers, in: reading(topic, { settle: 'each', receiptTimeout: 1, attempts: 3 }) });
    await until('it is given up', () => flow.got.letters.length === 1);
    assert.deepEqual(
      flow.got.records.filter(({ payload }) => payload === 1).map((message) => (message.kafka as Loose).attempt),
      [1, 2, 3],
    );
    assert.equal((flow.got.letters[0].payload as Loose).code, 'kafka-no-receipt');
  });

  it('do not flood a slow flow, and lose nothing of it', async () => {
    const topic = await kafka.topic(2);
    const value = 'x'.repeat(200);
    for (let round = 0; round < 20; round += 1) {
      await kafka.write(
        topic,
        numbers(1000, round * 1000).map((n) => JSON.stringify({ n: Number(n), value })),
      );
    }
    let most = 0;
    const open: Loose[] = [];
    flow.onRecord = (message) => {
      open.push(message);
      most = Math.max(most, open.length);
    };
    await flow.load({ brokers, in: reading(topic, { settle: 'each', inFlight: 200 }) });
    await until('the flow is full', () => open.length === 200);
    await pause(1500);
    assert.equal(open.length, 200);
    await until('the status says so', () =>
      flow.told.in.statuses.some(({ text }) => /^flow is slow, lag 20000$/.test(text ?? '')),
    );
    const slow = setInterval(() => open.splice(0).forEach((message) => flow.send('in', message)), 1);
    await until('all have come', () => flow.got.records.length >= 20_000, 40_000);
    await until('all are settled', () => open.length === 0);
    clearInterval(slow);
    const seen = new Set(flow.got.records.map(({ payload }) => (payload as Loose).n));
    assert.deepEqual([seen.size, flow.got.records.length, most], [20_000, 20_000, 200]);
  });

  it('pass from topic to topic: what the broker has is committed, what is too large goes to the dead letters', async () => {
    const letters = await kafka.topic();
    const topic = await kafka.topic(2);
    const target = await kafka.topic(1, { 'max.message.bytes': '2000' });
    const values = numbers(200).map((n) => JSON.stringify({ n: Number(n), more: n === '77' ? 'x'.repeat(5000) : '' }));
    await kafka.write(topic, values);
    await flow.load({
      brokers,
      in: reading(topic, { settle: 'each', letters }),
      out: { topic: target, key: 'key', batch: 50 },
      through: true,
    });
    await until('all but one are written', () => flow.got.written.length === 199 && flow.got.letters.length === 1);
    const found = (await kafka.read(target, 199)).map(({ value }) => (JSON.parse(String(value)) as { n: number }).n);
    assert.deepEqual(
      found.sort((a, b) => a - b),
      numbers(200)
        .map(Number)
        .filter((n) => n !== 77),
    );
    assert.deepEqual((flow.got.refused[0].error as Loose).code, 'kafka-too-large');
    const [dead] = await kafka.read(letters, 1);
    assert.equal(dead.headers['swat-error'], 'kafka-too-large');
    assert.equal(flow.told.out.errors.length, 1);
    await until('nothing is left', () => flow.told.in.statuses.some(({ text }) => text?.startsWith('lag 0')));
  });

  it('refuse what is larger than set, and what has no form', async () => {
    const topic = await kafka.topic();
    await flow.load({ brokers, out: { topic, maxKb: 1, form: 'csv' } });
    flow.send('out', { payload: { a: 'x'.repeat(2000) } });
    flow.send('out', { payload: 'text' });
    flow.send('out', { payload: { a: 1 } });
    await until('each is settled', () => flow.got.refused.length === 2 && flow.got.written.length === 1);
    const codes = flow.got.refused.map(({ error }) => (error as Loose).code);
    assert.deepEqual(codes.sort(), ['kafka-payload', 'kafka-too-large']);
    assert.equal(flow.told.out.errors.length, 2);
  });

  it('wait for a topic that is missing, without holding up another, and tell it once', async () => {
    const [there, missing] = [await kafka.topic(), `late-${Date.now()}`];
    await flow.load({ brokers, in: reading(missing), out: { topic: '' } });
    flow.send('out', { topic: missing, payload: 1 });
    flow.send('out', { topic: there, payload: 2 });
    await until('the other is written', () => flow.got.written.length === 1);
    await until('both tell', () => flow.told.in.errors.length === 1 && flow.told.out.errors.length === 1);
    await pause(3000);
    assert.match(flow.told.in.errors[0], new RegExp(`There is no topic ${missing}.*npx swat kafka init.*Tried again`));
    for (const { errors, statuses } of Object.values(flow.told)) {
      assert.equal(errors.length, 1);
      assert.ok(statuses.some(({ fill, text }) => fill === 'red' && text?.startsWith('topic is missing')));
    }
    await kafka.create(missing);
    await until('it is written and read', () => flow.got.written.length === 2 && flow.got.records.length === 1, 40_000);
    assert.deepEqual(flow.payloads('records'), [1]);
    assert.ok(flow.events('recovered').length >= 1);
  });

  for (const [what, settings, secrets, status, error] of [
    [
      'a wrong password',
      { sasl: 'scram-sha-512' },
      { user: 'admin', password: 'wrong' },
      'login refused',
      /user "admin"/,
    ],
    ['a user without rights', { sasl: 'plain' }, { user: 'guest', password: 'guest-secret' }, 'not allowed', /may not/],
    ['TLS that does not match', { usetls: true }, {}, 'TLS does not match', /does not speak it/],
  ] as const) {
    it(`tell ${what} once, in the status and the log, and keep what waits`, async () => {
      const topic = await kafka.topic();
      const port = what.startsWith('TLS') ? kafka.ports.plain : kafka.ports.sasl;
      await flow.load({ brokers: `127.0.0.1:${port}`, kafka: settings, secrets, in: reading(topic), out: { topic } });
      flow.send('out', { payload: 1 });
      await until('both tell', () => Object.values(flow.told).every(({ errors }) => errors.length > 0));
      await pause(2500);
      for (const { errors, statuses } of Object.values(flow.told)) {
        assert.equal(errors.length, 1, errors.join('\n'));
        assert.match(errors[0], error);
        await until('the status', () => statuses.some(({ text }) => text?.startsWith(status)));
      }
      assert.deepEqual([flow.got.written.length, flow.got.refused.length], [0, 0]);
    });
  }

  it('read and write with the environment alone: TLS and SCRAM', async () => {
    const topic = await kafka.topic();
    const env = {
      SWAT_KAFKA_BROKERS: `127.0.0.1:${kafka.ports.saslTls}`,
      SWAT_KAFKA_TLS: 'true',
      SWAT_KAFKA_CA: `${kafka.folder}/ca.pem`,
      SWAT_KAFKA_SASL: 'scram-sha-256',
      SWAT_KAFKA_USER: 'admin',
      SWAT_KAFKA_PASSWORD: 'admin-secret',
      SWAT_KAFKA_GROUP: `env-${topic}`,
    };
    Object.assign(process.env, env);
    try {
      await flow.load({ brokers: '', in: { topics: topic, from: 'oldest', letters: '' }, out: { topic } });
      flow.send('out', { payload: { a: 1 } });
      await until('it comes', () => flow.got.records.length === 1);
    } finally {
      for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name);
    }
  });

  it('say where a wrong setting stands that is not in the dialog', async () => {
    process.env.SWAT_KAFKA_SASL = 'kerberos';
    try {
      await flow.load({ brokers, in: reading('none') });
      const said = helper
        .log()
        .args.map(([{ msg }]) => String(msg))
        .filter((text) => text.includes('kerberos'));
      assert.equal(said.length, 1);
      assert.match(said[0], /SWAT_KAFKA_SASL/);
    } finally {
      delete process.env.SWAT_KAFKA_SASL;
    }
  });

  it('stop and go on by command, without leaving the group', async () => {
    const topic = await kafka.topic();
    await flow.load({ brokers, in: reading(topic) });
    await running();
    flow.send('in', { swat: { command: 'pause' } });
    await kafka.write(topic, ['1']);
    await pause(1000);
    assert.equal(flow.got.records.length, 0);
    flow.send('in', { swat: { command: 'resume' } });
    await until('it comes', () => flow.got.records.length === 1);
    flow.send('in', { swat: { command: 'fly' } });
    flow.send('in', { payload: 'no receipt' });
    await until('both are errors', () => flow.told.in.errors.length === 2);
    assert.match(flow.told.in.errors[0], /commit, reject, pause, resume, metrics/);
  });
});
