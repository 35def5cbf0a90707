import { createRequire } from 'node:module';
import { CompressionTypes, Kafka, Partitioners, type KafkaConfig, type Message } from 'kafkajs';
import type { systemTimers } from '../platform/timers';
import type {
  BrokerAdmin,
  BrokerClient,
  BrokerSettings,
  OutRecord,
  ProduceSettings,
  RunningProducer,
  SaslSettings,
} from './broker';
import { consumeWith } from './kafkajs-consumer';
import { kafkaError, type About } from './kafkajs-error';
import { calmRequestQueue } from './kafkajs-queue';

calmRequestQueue(createRequire(__filename)('kafkajs/src/network/requestQueue') as { prototype: unknown });

/** kafkajs tries again so often by itself, within a second or two; then it is our turn, with pauses of our own. */
const RETRY = {
  retries: 3,
  initialRetryTime: 150,
  maxRetryTime: 1000,
  restartOnFailure: () => Promise.resolve(false),
} as const;
/** Closing waits no longer than this for a broker that hangs, ms. */
const CLOSE_MS = 3000;

/** The client behind {@link BrokerClient}: kafkajs. Opens no connection by itself. */
export function kafkajsClient(settings: BrokerSettings, timers: typeof systemTimers): BrokerClient {
  const { brokers, clientId, tls, sasl, connectMs, answerMs } = settings;
  const kafka = new Kafka({
    clientId,
    brokers: [...brokers],
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
    connectionTimeout: connectMs,
    authenticationTimeout: answerMs,
    requestTimeout: answerMs,
    retry: RETRY,
    // What matters comes as an error, once; kafkajs would tell each attempt.
    logCreator: () => () => undefined,
  });
  const about: About = { brokers, user: sasl?.username, tls: tls !== undefined };
  const closing = (close: () => Promise<unknown>): Promise<void> => atMost(timers, CLOSE_MS, close);
  return {
    consume: (wanted, watcher) => consumeWith({ kafka, about, retry: RETRY, closing }, wanted, watcher),
    produce: (wanted) => produceWith(kafka, about, wanted, closing),
    admin: () => adminWith(kafka, about, closing),
  };
}

function saslOf({ mechanism, username, password }: SaslSettings): NonNullable<KafkaConfig['sasl']> {
  switch (mechanism) {
    case 'plain':
      return { mechanism: 'plain', username, password };
    case 'scram-sha-256':
      return { mechanism: 'scram-sha-256', username, password };
    case 'scram-sha-512':
      return { mechanism: 'scram-sha-512', username, password };
  }
}

type Closing = (close: () => Promise<unknown>) => Promise<void>;

async function produceWith(
  kafka: Kafka,
  about: About,
  { idempotent, gzip }: ProduceSettings,
  closing: Closing,
): Promise<RunningProducer> {
  const producer = kafka.producer({
    idempotent,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: RETRY,
  });
  const close = (): Promise<void> => closing(() => producer.disconnect());
  try {
    await producer.connect();
  } catch (cause) {
    await close();
    throw kafkaError(cause, about);
  }
  const compression = gzip ? CompressionTypes.GZIP : CompressionTypes.None;
  return {
    async send(topic, records) {
      try {
        await producer.send({ topic, acks: -1, compression, messages: records.map(messageOf) });
      } catch (cause) {
        throw kafkaError(cause, { ...about, topics: [topic] });
      }
    },
    close,
  };
}

function messageOf({ key, value, headers, timestamp, partition }: OutRecord): Message {
  return {
    key,
    value,
    ...(headers === undefined ? {} : { headers: { ...headers } }),
    ...(timestamp === undefined ? {} : { timestamp: String(Math.max(0, Math.trunc(timestamp))) }),
    ...(partition === undefined ? {} : { partition }),
  };
}

async function adminWith(kafka: Kafka, about: About, closing: Closing): Promise<BrokerAdmin> {
  const admin = kafka.admin({ retry: RETRY });
  const close = (): Promise<void> => closing(() => admin.disconnect());
  const asked = async <T>(work: () => Promise<T>, topics: readonly string[] = []): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw kafkaError(cause, { ...about, topics });
    }
  };
  try {
    await asked(() => admin.connect());
  } catch (cause) {
    await close();
    throw cause;
  }
  return {
    topics: () =>
      asked(async () => {
        const { topics } = await admin.fetchTopicMetadata();
        return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
      }),
    create: async (topics) => {
      const names = topics.map(({ topic }) => topic);
      await asked(
        () =>
          admin.createTopics({
            waitForLeaders: true,
            topics: topics.map(({ topic, partitions, replicas, config }) => ({
              topic,
              numPartitions: partitions,
              replicationFactor: replicas,
              configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
            })),
          }),
        names,
      );
    },
    close,
  };
}

/** Resolves with the work, whatever becomes of it, or after a while. */
function atMost(timers: typeof systemTimers, ms: number, work: () => Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(ms, resolve);
    const over = (): void => {
      cancel();
      resolve();
    };
    work().then(over, over);
  });
}
