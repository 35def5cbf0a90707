import assert from 'node:assert/strict';
import { SwatError } from '../../../lib/errors';
import { Backoff } from '../../../lib/platform/backoff';
import { readBrokerSettings, type GivenBroker } from '../../../lib/kafka/broker-settings';
import { eventTime, readValue, writeValue, type FormSettings } from '../../../lib/kafka/form';
import { kafkaError } from '../../../lib/kafka/kafkajs-error';
import { topicSettings } from '../../../lib/kafka/topics';

const form = (name: FormSettings['form'], ...columns: string[]): FormSettings => ({ form: name, columns });
const code = (wanted: string) => (cause: unknown) => cause instanceof SwatError && cause.code === wanted;

describe('the values of Kafka records', () => {
  for (const [name, settings, text, payload] of [
    ['JSON', form('json'), '{"a":[1,null]}', { a: [1, null] }],
    ['CSV with a header line', form('csv'), 'a,b\n1,x\n', { a: 1, b: 'x' }],
    ['CSV of several lines', form('csv'), 'a,b\r\n1,x\r\n2,', [{ a: 1, b: 'x' }, { a: 2, b: '' }]], // prettier-ignore
    ['CSV with decimal commas', form('csv'), 'a;b\n1,5;-2', { a: 1.5, b: -2 }],
    ['CSV without a header line', form('csv', 'LIT101', 'FIT101'), '522.1,2.5', { LIT101: 522.1, FIT101: 2.5 }],
    ['text', form('text'), 'ä€', 'ä€'],
  ] as const) {
    it(`are read: ${name}`, () => assert.deepEqual(readValue(Buffer.from(text), settings), payload));
  }

  it('are read as they are, and a tombstone stays one', () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0xff]);
    assert.equal(readValue(bytes, form('raw')), bytes);
    for (const each of ['json', 'csv', 'text', 'raw'] as const) {
      assert.equal(readValue(null, form(each)), null);
      assert.equal(writeValue(null, form(each)), null);
    }
  });

  for (const [what, settings, value, wanted] of [
    ['no JSON', form('json'), Buffer.from('{"a":'), 'kafka-json'],
    ['garbage', form('json'), Buffer.from([0x1f, 0x8b, 0xff, 0x00]), 'kafka-utf8'],
    ['an empty value', form('json'), Buffer.alloc(0), 'kafka-json'],
    ['a header line alone', form('csv'), Buffer.from('a,b\n'), 'kafka-csv'],
    ['too few cells', form('csv', 'a', 'b'), Buffer.from('1'), 'kafka-csv'],
  ] as const) {
    it(`are refused: ${what}`, () => assert.throws(() => readValue(value, settings), code(wanted)));
  }

  it('are written', () => {
    assert.equal(writeValue({ a: 1 }, form('json')), '{"a":1}');
    assert.equal(writeValue([{ a: 1, b: 'x,y' }, { a: 2 }], form('csv')), 'a,b\n1,"x,y"\n2,'); // prettier-ignore
    assert.equal(writeValue({ a: 1, b: 2 }, form('csv', 'b', 'c')), '2,');
    assert.equal(writeValue('x', form('text')), 'x');
    assert.deepEqual(writeValue(Uint8Array.of(1, 2), form('raw')), Buffer.from([1, 2]));
  });

  it('are refused where they have no form', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const [payload, settings] of [
      [undefined, form('json')],
      [circle, form('json')],
      ['text', form('csv')],
      [[], form('csv')],
      [{ a: 1 }, form('text')],
      [[1], form('raw')],
      // What is none of its kind, but for its prototype.
      [Object.create(Buffer.prototype as object) as unknown, form('raw')],
      [Object.create(Uint8Array.prototype) as unknown, form('text')],
      [Buffer.from('x'), form('csv')],
    ] as const) {
      assert.throws(() => writeValue(payload, settings), code('kafka-payload'));
    }
  });

  it('have the time of their header, else their own, else that of writing', () => {
    assert.equal(eventTime({ 'swat-time': '5' }, { time: 1 }, 9), 5);
    assert.equal(eventTime({ 'swat-time': 'x' }, { a: 1 }, 9), 9);
    assert.equal(eventTime({}, { timestamp: 1 }, 9), undefined);
    assert.equal(eventTime({}, [{ time: 1 }], 9), undefined);
    assert.equal(eventTime({}, 'text', 9), 9);
  });
});

describe('the settings of a Kafka connection', () => {
  const read = (
    given: GivenBroker = {},
    env: Record<string, string> = {},
    readFile = (path: string): string => `text of ${path}`,
  ): ReturnType<typeof readBrokerSettings> =>
    readBrokerSettings(given, { env, readFile, addTls: (options) => void (options.added = true) });

  it('have defaults, and take from the environment what is not given', () => {
    const plain = read();
    assert.deepEqual(
      [plain.brokers, plain.group, plain.tls, plain.sasl],
      [['localhost:9092'], 'swat-consumer-group', undefined, undefined],
    );
    const env = {
      SWAT_KAFKA_BROKERS: 'a:1, b',
      SWAT_KAFKA_GROUP: 'g',
      SWAT_KAFKA_TLS: 'yes',
      SWAT_KAFKA_CA: '/ca.pem',
      SWAT_KAFKA_SASL: 'SCRAM-SHA-512',
      SWAT_KAFKA_USER: 'u',
      SWAT_KAFKA_PASSWORD: 'p',
    };
    const around = read({}, env);
    assert.deepEqual(around.brokers, ['a:1', 'b:9092']);
    assert.deepEqual(around.tls, { ca: 'text of /ca.pem', added: true });
    assert.deepEqual(around.sasl, { mechanism: 'scram-sha-512', username: 'u', password: 'p' });
    const given = read({ brokers: '[::1]:9', group: 'own', sasl: 'none', user: 'x', password: 'y' }, env);
    assert.deepEqual([given.brokers, given.group, given.sasl], [['[::1]:9'], 'own', undefined]);
    assert.deepEqual(read({ usetls: true }).tls, { added: true });
  });

  it('are refused where they cannot work', () => {
    assert.throws(() => read({ brokers: 'http://a:1' }), code('kafka-brokers'));
    assert.throws(() => read({ sasl: 'kerberos' }), code('setting-choice'));
    assert.throws(() => read({ sasl: 'plain', user: 'u' }), code('kafka-user'));
    const none = (): string => {
      throw Object.assign(new Error('no'), { code: 'ENOENT' });
    };
    assert.throws(() => read({ usetls: true }, { SWAT_KAFKA_CA: '/x' }, none), code('kafka-file'));
  });
});

describe('an error of kafkajs', () => {
  const about = { brokers: ['localhost:9092'], topics: ['t'], tls: true };
  for (const [cause, wanted] of [
    [{ type: 'UNKNOWN_TOPIC_OR_PARTITION', topic: 'other' }, 'kafka-topic-missing'],
    [
      { name: 'KafkaJSSASLAuthenticationError', message: 'SASL PLAIN mechanism is not supported by the server' },
      'kafka-sasl',
    ],
    [{ name: 'KafkaJSSASLAuthenticationError', message: 'invalid credentials with SASL mechanism' }, 'kafka-login'],
    [{ name: 'KafkaJSNotImplemented', message: 'Snappy compression not implemented' }, 'kafka-codec'],
    [{ name: 'KafkaJSServerDoesNotSupportApiKey', message: 'x' }, 'kafka-version'],
    [{ message: 'write EPROTO wrong version number' }, 'kafka-no-tls'],
    [{ message: 'self-signed certificate' }, 'kafka-certificate'],
    [{ message: 'sslv3 alert bad certificate' }, 'kafka-tls-refused'],
    [{ message: 'getaddrinfo ENOTFOUND x', broker: 'localhost:9092' }, 'kafka-host'],
    [{ message: 'connect ECONNREFUSED 127.0.0.1:9092' }, 'kafka-unreachable'],
    [{ message: 'getaddrinfo ENOTFOUND kafka', broker: 'kafka:9092' }, 'kafka-advertised'],
    [{ message: 'Closed connection' }, 'kafka-closed-by-broker'],
    [{ name: 'KafkaJSRequestTimeoutError', message: 'x' }, 'kafka-no-answer'],
    [{ name: 'KafkaJSConnectionError', message: 'x' }, 'kafka-unreachable'],
    [{ message: 'x', cause: { errors: [{ type: 'POLICY_VIOLATION' }] } }, 'kafka-policy'],
    [{ message: 'something else', code: 'E' }, 'kafka-other'],
    ['a text', 'kafka-other'],
  ] as const) {
    it(`is told as ${wanted}: ${JSON.stringify(cause)}`, () => assert.equal(kafkaError(cause, about).code, wanted));
  }

  it('stays what it is where it was told already', () => {
    const error = new SwatError('kafka-full');
    assert.equal(kafkaError(error, about), error);
  });
});

describe('pauses between attempts', () => {
  it('double up to the longest, are drawn from the upper half, and begin anew', () => {
    const drawn = [0, 0.5, 1];
    const backoff = new Backoff(100, 1000, () => drawn[0]);
    const pauses = Array.from({ length: 6 }, () => backoff.next());
    assert.deepEqual(pauses, [50, 100, 200, 400, 500, 500]);
    backoff.reset();
    drawn[0] = 1;
    assert.equal(backoff.next(), 100);
  });
});

describe('the topics of the product', () => {
  it('keep alarms and dead letters for a month, and of the state the last', () => {
    const topics = new Map(topicSettings(12, 3, 7).map((each) => [each.topic, each]));
    assert.deepEqual(topics.get('swat-state')?.config['cleanup.policy'], 'compact');
    assert.equal(topics.get('swat-alerts')?.config['retention.ms'], String(30 * 86_400_000));
    assert.deepEqual(
      [...topics.values()].map(({ topic, partitions }) => [topic, partitions]),
      [
        ['swat-sensor-data', 12],
        ['swat-anomalies', 12],
        ['swat-alerts', 12],
        ['swat-commands', 1],
        ['swat-state', 12],
        ['swat-dead-letters', 1],
      ],
    );
  });
});
