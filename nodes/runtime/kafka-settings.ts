import { readFileSync } from 'node:fs';
import type { NodeDef } from 'node-red';
import { SwatError } from '../../lib/errors';
import { SASL_MECHANISMS, type BrokerSettings, type SaslSettings } from '../../lib/kafka/broker';
import type { FeedSettings } from '../../lib/kafka/feed';
import { FORMS, type FormSettings } from '../../lib/kafka/form';
import { SETTLEMENTS } from '../../lib/kafka/intake';
import type { OutletSettings } from '../../lib/kafka/outlet';
import { TOPICS } from '../../lib/kafka/topics';
import { readChoice, readNumber, readText } from './settings';

type Given = NodeDef & Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;
type Secrets = Readonly<Record<string, unknown>>;

const GROUP = 'swat-consumer-group';
const BROKER = 'localhost:9092';
const MOST_TOPICS = 100;
const MOST_COLUMNS = 5000;
const NAME = /^[\w.-]{1,249}$/;
const KB = 1000;

/** What the core node tls-config has for us. */
export interface TlsNode {
  addTLSOptions(options: Record<string, unknown>): void;
}

/**
 * How to reach the brokers: as the dialog says; where a field is empty, as the environment does; else the default.
 * @throws SwatError `kafka-brokers`, `kafka-user`, `kafka-file`, `setting-choice`
 */
export function readBrokerSettings(
  given: Given,
  secrets: Secrets,
  env: Environment,
  tlsNode: TlsNode | undefined,
): BrokerSettings & { readonly group: string } {
  const or = (value: unknown, name: string): string => readText(value) || (env[`SWAT_KAFKA_${name}`] ?? '').trim();
  const brokers = listOf(or(given.brokers, 'BROKERS') || BROKER).map((each) =>
    /:\d+$/.test(each) ? each : `${each}:9092`,
  );
  const wrong = brokers.find((each) => !/^(\[[\da-f:]+\]|[^\s:/]+):\d{1,5}$/i.test(each));
  if (wrong !== undefined) throw new SwatError('kafka-brokers', { broker: wrong.slice(0, 100) });
  const group = or(given.group, 'GROUP') || GROUP;
  return {
    brokers,
    group,
    clientId: or(given.clientId, 'CLIENT_ID') || 'node-red-swat',
    tls: tlsOf(given, env, tlsNode),
    sasl: saslOf(or(given.sasl, 'SASL'), or(secrets.user, 'USER'), or(secrets.password, 'PASSWORD')),
    connectMs: 5000,
    answerMs: 15_000,
  };
}

function tlsOf(given: Given, env: Environment, node: TlsNode | undefined): Record<string, unknown> | undefined {
  const wanted = given.usetls === true || /^(1|true|yes|on)$/i.test(env.SWAT_KAFKA_TLS ?? '');
  if (!wanted) return undefined;
  const options: Record<string, unknown> = {};
  for (const [name, key] of [
    ['CA', 'ca'],
    ['CERT', 'cert'],
    ['KEY', 'key'],
  ] as const) {
    const path = env[`SWAT_KAFKA_${name}`];
    if (path !== undefined && path !== '') options[key] = fileOf(path);
  }
  node?.addTLSOptions(options);
  return options;
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const detail = (cause as NodeJS.ErrnoException).code ?? '';
    throw new SwatError('kafka-file', { path, detail }, { cause });
  }
}

function saslOf(mechanism: string, username: string, password: string): SaslSettings | undefined {
  const chosen = readChoice('sasl', mechanism, ['none', ...SASL_MECHANISMS], 'none');
  if (chosen === 'none') return undefined;
  if (username === '' || password === '') throw new SwatError('kafka-user', { mechanism: chosen });
  return { mechanism: chosen, username, password };
}

/** What `swat-kafka-in` does beside reading. */
export interface InSettings {
  readonly feed: FeedSettings;
  readonly form: FormSettings;
  readonly keyIsAsset: boolean;
  /** Topic for what cannot be read; empty: none. */
  readonly letters: string;
  /** 0: no metrics. */
  readonly metricsMs: number;
}

/** @throws SwatError `kafka-topic-name`, `kafka-group-name`, `setting-number`, `setting-choice` */
export function readInSettings(given: Given, group: string): InSettings {
  const topics = listOf(readText(given.topics) || TOPICS.data).map(topicOf);
  if (topics.length > MOST_TOPICS) throw new SwatError('kafka-topics', { topic: topics[0], most: MOST_TOPICS });
  const settle = readChoice('settle', given.settle, SETTLEMENTS, 'handed');
  const letters = readText(given.letters, TOPICS.letters);
  const seconds = (name: string, max: number, fallback: number, min = 0): number =>
    readNumber(name, given[name], { min, max, fallback }) * 1000;
  return {
    feed: {
      group: readText(given.group) || group,
      topics: [...new Set(topics)],
      from: readChoice('from', given.from, ['newest', 'oldest'], 'newest'),
      sessionMs: seconds('session', 300, 6, 1),
      fetchBytes: 4_194_304,
      settle,
      mostInFlight: readNumber('inFlight', given.inFlight, { min: 1, max: 100_000, fallback: 1000, integer: true }),
      receiptMs: seconds('receiptTimeout', 86_400, 60),
      mostAttempts: readNumber('attempts', given.attempts, { min: 1, max: 1000, fallback: 5, integer: true }),
      bufferRecords: 5000,
      bufferBytes: 33_554_432,
    },
    form: formOf(given),
    keyIsAsset: given.keyIsAsset !== false,
    letters: letters === '' ? '' : topicOf(letters),
    metricsMs: seconds('metrics', 3600, 10),
  };
}

/** What `swat-kafka-out` does beside writing. */
export interface OutSettings {
  readonly outlet: OutletSettings;
  readonly form: FormSettings;
  /** Empty: as `msg.topic` says. */
  readonly topic: string;
  /** Path of the message property that is the key. */
  readonly key: string;
  readonly metricsMs: number;
}

/** @throws SwatError `kafka-topic-name`, `setting-number`, `setting-choice` */
export function readOutSettings(given: Given): OutSettings {
  const topic = readText(given.topic, TOPICS.anomalies);
  const mostBytes = readNumber('maxKb', given.maxKb, { min: 1, max: 100_000, fallback: 1000 }) * KB;
  return {
    outlet: {
      ...LETTER_OUTLET,
      idempotent: given.idempotent !== false,
      gzip: given.gzip === true,
      lingerMs: readNumber('linger', given.linger, { min: 0, max: 10_000, fallback: 5 }),
      batchRecords: readNumber('batch', given.batch, { min: 1, max: 10_000, fallback: 500, integer: true }),
      mostBytes,
      queueRecords: readNumber('queue', given.queue, { min: 1, max: 1_000_000, fallback: 10_000, integer: true }),
    },
    form: formOf(given),
    topic: topic === '' ? '' : topicOf(topic),
    key: readText(given.key) || 'asset',
    metricsMs: readNumber('metrics', given.metrics, { min: 0, max: 3600, fallback: 10 }) * 1000,
  };
}

/** How dead letters are written: a record is as large as it came. */
export const LETTER_OUTLET: OutletSettings = {
  idempotent: true,
  gzip: false,
  lingerMs: 5,
  batchRecords: 500,
  batchBytes: 900_000,
  mostBytes: 100_000_000,
  queueRecords: 10_000,
  queueBytes: 67_108_864,
};

/** @throws SwatError `kafka-topic-name` */
export function topicOf(name: string): string {
  if (!NAME.test(name) || name === '.' || name === '..')
    throw new SwatError('kafka-topic-name', { topics: name.slice(0, 100) });
  return name;
}

function formOf(given: Given): FormSettings {
  const columns = listOf(readText(given.columns));
  if (columns.length > MOST_COLUMNS) {
    throw new SwatError('setting-number', { name: 'columns', value: columns.length, min: 0, max: MOST_COLUMNS });
  }
  return { form: readChoice('form', given.form, FORMS, 'json'), columns };
}

/** Words with commas, or line breaks, between them. */
function listOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
