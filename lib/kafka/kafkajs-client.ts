import type { Admin, KafkaConfig } from 'kafkajs';
import { SwatError } from '../errors';
import { Sockets } from '../platform/sockets';
import { pauseOf, type systemTimers } from '../platform/timers';
import type {
  BrokerAdmin,
  BrokerClient,
  BrokerSettings,
  ProduceSettings,
  RunningProducer,
  SaslSettings,
} from './broker';
import { kafkajs } from './kafkajs';
import { consumeWith, type Behind } from './kafkajs-consumer';
import { kafkaError, type About } from './kafkajs-error';
import { messageOf } from './kafkajs-message';
import { transactWith } from './kafkajs-transactor';

/** kafkajs tries again so often by itself, within a second or two; then it is our turn, with pauses of our own. */
const RETRY = {
  retries: 3,
  initialRetryTime: 150,
  maxRetryTime: 1000,
  restartOnFailure: () => Promise.resolve(false),
} as const;
/** Whatever kafkajs waits for, it is not waited for longer than this, ms: more than its own limits, and than a rebalance. */
const LONGEST_MS = 60_000;
/** Closing waits no longer than this for a broker that hangs, ms. */
const CLOSE_MS = 3000;
/** Topics that were created are looked for so often, every so many ms. */
const MOST_LOOKS = 100;
const LOOK_MS = 100;

/** The client behind {@link BrokerClient}: kafkajs. Opens no connection by itself. */
export function kafkajsClient(settings: BrokerSettings, timers: typeof systemTimers): BrokerClient {
  const { brokers, clientId, tls, sasl, connectMs, answerMs } = settings;
  const about: About = { brokers, user: sasl?.username, tls: tls !== undefined };
  /** A client of its own for each use: what one of them leaves open ends with it. */
  const fresh = (): Behind => {
    const sockets = new Sockets();
    const kafka = new (kafkajs().Kafka)({
      clientId,
      brokers: [...brokers],
      ...(tls === undefined ? {} : { ssl: { ...tls } }),
      ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
      connectionTimeout: connectMs,
      authenticationTimeout: answerMs,
      requestTimeout: answerMs,
      retry: RETRY,
      socketFactory: sockets.open,
      // What matters comes as an error, once; kafkajs would tell each attempt.
      logCreator: () => () => undefined,
    });
    const closing = async (close: () => Promise<unknown>): Promise<void> => {
      await atMost(timers, CLOSE_MS, close);
      sockets.destroy();
    };
    const within = <T>(work: () => Promise<T>): Promise<T> => inTime(timers, LONGEST_MS, about, work);
    return { kafka, about, retry: RETRY, closing, within };
  };
  return {
    consume: (wanted, watcher) => consumeWith(fresh(), wanted, watcher, timers),
    produce: (wanted) => produceWith(fresh(), wanted),
    transact: (id) => transactWith(fresh(), id, timers),
    admin: () => adminWith(fresh(), timers),
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

async function produceWith(behind: Behind, { idempotent, gzip }: ProduceSettings): Promise<RunningProducer> {
  const { kafka, about, closing, within } = behind;
  const { CompressionTypes, Partitioners } = kafkajs();
  const producer = kafka.producer({
    idempotent,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: RETRY,
  });
  const close = (): Promise<void> => closing(() => producer.disconnect());
  try {
    await within(() => producer.connect());
  } catch (cause) {
    await close();
    throw kafkaError(cause, about);
  }
  const compression = gzip ? CompressionTypes.GZIP : CompressionTypes.None;
  return {
    async send(topic, records) {
      try {
        await within(() => producer.send({ topic, acks: -1, compression, messages: records.map(messageOf) }));
      } catch (cause) {
        throw kafkaError(cause, { ...about, topics: [topic] });
      }
    },
    close,
  };
}

async function adminWith({ kafka, about, closing, within }: Behind, timers: typeof systemTimers): Promise<BrokerAdmin> {
  const admin = kafka.admin({ retry: RETRY });
  const close = (): Promise<void> => closing(() => admin.disconnect());
  const asked = async <T>(work: () => Promise<T>, topics: readonly string[] = []): Promise<T> => {
    try {
      return await within(work);
    } catch (cause) {
      throw kafkaError(cause, { ...about, topics });
    }
  };
  try {
    await asked(async () => {
      await admin.connect();
      // A listener that wants a login answers the greeting, and hangs up at the first question.
      await admin.listTopics();
    });
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
      await asked(async () => {
        await admin.createTopics({
          topics: topics.map(({ topic, partitions, replicas, config }) => ({
            topic,
            numPartitions: partitions,
            replicationFactor: replicas,
            configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
          })),
          waitForLeaders: false,
        });
        await known(admin, names, timers);
      }, names);
    },
    close,
  };
}

/** Resolves once the broker knows topics that it has just created: it says so a little before it does, above all under load. */
async function known(admin: Admin, topics: string[], timers: typeof systemTimers): Promise<void> {
  for (let left = MOST_LOOKS; ; left -= 1) {
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (cause) {
      const { type } = cause as { type?: unknown };
      if (left === 0 || (type !== 'UNKNOWN_TOPIC_OR_PARTITION' && type !== 'LEADER_NOT_AVAILABLE')) throw cause;
      await pauseOf(timers, LOOK_MS).over;
    }
  }
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

/** The work, or a failure once it has taken too long. */
function inTime<T>(timers: typeof systemTimers, ms: number, about: About, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const broker = about.brokers.join(', ');
    const cancel = timers.after(ms, () => reject(new SwatError('kafka-no-answer', { broker })));
    work().then(resolve, reject).finally(cancel);
  });
}
