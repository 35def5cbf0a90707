import { readFileSync } from 'node:fs';
import { SwatError } from '../errors';
import type { BrokerAdmin } from '../kafka/broker';
import { readBrokerSettings } from '../kafka/broker-settings';
import { kafkajsClient } from '../kafka/kafkajs-client';
import { topicSettings } from '../kafka/topics';
import { englishText } from '../platform/catalogue';
import { systemTimers } from '../platform/timers';
import { readArguments, type Given, type Options } from './arguments';
import { environment } from './config';
import type { Command, Terminal } from './terminal';

/** What `swat kafka` can be told. Secrets come from the environment: a command line is seen by others. */
export const KAFKA_OPTIONS = {
  brokers: { kind: 'text' },
  partitions: { kind: 'number', fallback: 12, min: 1, max: 1000, whole: true },
  replicas: { kind: 'number', fallback: 1, min: 1, max: 20, whole: true },
  days: { kind: 'number', fallback: 7, min: 1, max: 3650, whole: true },
  sasl: { kind: 'text' },
  tls: { kind: 'flag' },
} as const satisfies Options;

/** `swat kafka init`: creates the topics that are not there; those that are stay as they are. */
export const kafka: Command = async (args, terminal) => {
  if (args.at(0) !== 'init') throw new SwatError('kafka-action', { known: 'init' });
  const given = readArguments(args.slice(1), KAFKA_OPTIONS);
  const settings = readBrokerSettings(
    { brokers: given.text('brokers'), sasl: given.text('sasl'), usetls: given.flag('tls') },
    { env: environment(), readFile: (path) => readFileSync(path, 'utf8') },
  );
  const admin = await kafkajsClient(settings, systemTimers).admin();
  try {
    await init(admin, given, terminal);
  } finally {
    await admin.close();
  }
  return 0;
};

async function init(admin: BrokerAdmin, given: Given, terminal: Terminal): Promise<void> {
  const there = await admin.topics();
  const wanted = topicSettings(given.number('partitions'), given.number('replicas'), given.number('days'));
  const missing = wanted.filter(({ topic }) => !there.has(topic));
  if (missing.length > 0) await admin.create(missing);
  const width = Math.max(...wanted.map(({ topic }) => topic.length));
  for (const { topic, partitions, replicas, config } of wanted) {
    const known = there.get(topic);
    const params = {
      topic: topic.padEnd(width),
      partitions: known ?? partitions,
      replicas,
      config: Object.entries(config)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    };
    terminal.result(englishText(`sentences.kafka-topic-${known === undefined ? 'created' : 'there'}`, params) ?? topic);
    if (known === undefined || known === partitions) continue;
    const other = { topic, known, wanted: partitions, brokers: given.text('brokers') ?? 'HOST:PORT' };
    terminal.progress(`swat kafka: ${englishText('sentences.kafka-topic-other', other) ?? topic}`);
  }
}
