import type { NodeDef } from 'node-red';
import { SwatError } from '../../lib/errors';
import { wordsOf } from '../../lib/kafka/broker-settings';
import type { ExactFeedSettings } from '../../lib/kafka/exact-feed';
import type { FeedSettings } from '../../lib/kafka/feed-state';
import { FORMS, type FormSettings } from '../../lib/kafka/form';
import { SETTLEMENTS } from '../../lib/kafka/intake';
import type { OutletSettings } from '../../lib/kafka/outlet';
import { TOPICS } from '../../lib/kafka/topics';
import { readChoice, readNumber, readText } from './settings';

type Given = NodeDef & Readonly<Record<string, unknown>>;

const MOST_TOPICS = 100;
const MOST_COLUMNS = 5000;
const NAME = /^[\w.-]{1,249}$/;
const KB = 1000;

/** What `swat-kafka-in` does beside reading. */
export interface InSettings {
  readonly feed: FeedSettings;
  /** Where results, position and state go into one transaction: instead of `feed`. */
  readonly exact: ExactFeedSettings | undefined;
  readonly form: FormSettings;
  readonly keyIsAsset: boolean;
  /** Topic for what cannot be read; empty: none. */
  readonly letters: string;
  /** 0: no metrics. */
  readonly metricsMs: number;
}

/** @throws SwatError `kafka-topic-name`, `kafka-exact-topics`, `setting-number`, `setting-choice` */
export function readInSettings(given: Given, group: string): InSettings {
  const topics = wordsOf(readText(given.topics) || TOPICS.data).map(topicOf);
  if (topics.length > MOST_TOPICS) throw new SwatError('kafka-topics', { topic: topics[0], most: MOST_TOPICS });
  const settle = readChoice('settle', given.settle, [...SETTLEMENTS, 'exact'], 'handed');
  const exact = settle === 'exact';
  const letters = readText(given.letters, TOPICS.letters);
  const seconds = (name: string, max: number, fallback: number, min = 0): number =>
    readNumber(name, given[name], { min, max, fallback }) * 1000;
  const consume = {
    group: readText(given.group) || group,
    topics: [...new Set(topics)],
    from: readChoice('from', given.from, ['newest', 'oldest'], 'newest'),
    sessionMs: seconds('session', 300, 6, 1),
    fetchBytes: 4_194_304,
  };
  if (exact && consume.topics.length > 1) throw new SwatError('kafka-exact-topics', { topics: topics.join(', ') });
  return {
    feed: {
      ...consume,
      settle: exact ? 'handed' : settle,
      mostInFlight: readNumber('inFlight', given.inFlight, { min: 1, max: 100_000, fallback: 1000, integer: true }),
      receiptMs: seconds('receiptTimeout', 86_400, 60),
      mostAttempts: readNumber('attempts', given.attempts, { min: 1, max: 1000, fallback: 5, integer: true }),
      bufferRecords: 5000,
      bufferBytes: 33_554_432,
    },
    exact: exact
      ? {
          ...consume,
          topic: consume.topics[0],
          stateTopic: topicOf(readText(given.stateTopic) || TOPICS.state),
          stateMs: seconds('stateEvery', 3600, 60),
          batchRecords: 200,
          commitMs: 100,
          bufferRecords: 1000,
        }
      : undefined,
    form: formOf(given),
    keyIsAsset: exact || given.keyIsAsset !== false,
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
  const columns = wordsOf(readText(given.columns));
  if (columns.length > MOST_COLUMNS) {
    throw new SwatError('setting-number', { name: 'columns', value: columns.length, min: 0, max: MOST_COLUMNS });
  }
  return { form: readChoice('form', given.form, FORMS, 'json'), columns };
}
