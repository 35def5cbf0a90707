import { SwatError } from '../errors';

/** What kafkajs says of an error; nothing of it is certain to be there. */
interface Said {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly broker?: unknown;
  readonly cause?: unknown;
  readonly topic?: unknown;
}

/** What a request was about, for the sentence. */
export interface About {
  readonly brokers: readonly string[];
  /** Topics that were asked for. */
  readonly topics?: readonly string[];
  readonly group?: string;
  readonly user?: string | undefined;
  /** Name that transactions are written under. */
  readonly transaction?: string;
  readonly tls: boolean;
}

/** Error types of the protocol that have a sentence of their own. */
const TYPES: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'kafka-topic-missing',
  INVALID_TOPIC_EXCEPTION: 'kafka-topic-name',
  TOPIC_AUTHORIZATION_FAILED: 'kafka-topic-denied',
  GROUP_AUTHORIZATION_FAILED: 'kafka-group-denied',
  CLUSTER_AUTHORIZATION_FAILED: 'kafka-cluster-denied',
  SASL_AUTHENTICATION_FAILED: 'kafka-login',
  UNSUPPORTED_SASL_MECHANISM: 'kafka-sasl',
  ILLEGAL_SASL_STATE: 'kafka-sasl-unwanted',
  MESSAGE_TOO_LARGE: 'kafka-too-large',
  RECORD_LIST_TOO_LARGE: 'kafka-too-large',
  INVALID_RECORD: 'kafka-record',
  CORRUPT_MESSAGE: 'kafka-record',
  INVALID_TIMESTAMP: 'kafka-clock',
  REBALANCE_IN_PROGRESS: 'kafka-rebalancing',
  ILLEGAL_GENERATION: 'kafka-rebalancing',
  UNKNOWN_MEMBER_ID: 'kafka-rebalancing',
  GROUP_LOAD_IN_PROGRESS: 'kafka-starting',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'kafka-starting',
  NOT_COORDINATOR_FOR_GROUP: 'kafka-starting',
  LEADER_NOT_AVAILABLE: 'kafka-starting',
  NOT_LEADER_FOR_PARTITION: 'kafka-starting',
  INCONSISTENT_GROUP_PROTOCOL: 'kafka-group-foreign',
  INVALID_REPLICATION_FACTOR: 'kafka-replicas',
  NOT_ENOUGH_REPLICAS: 'kafka-replicas-few',
  POLICY_VIOLATION: 'kafka-policy',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'kafka-transaction-denied',
  INVALID_PRODUCER_EPOCH: 'kafka-fenced',
  CONCURRENT_TRANSACTIONS: 'kafka-transaction',
  INVALID_TXN_STATE: 'kafka-transaction',
  INVALID_PRODUCER_ID_MAPPING: 'kafka-transaction',
  UNKNOWN_PRODUCER_ID: 'kafka-transaction',
  OUT_OF_ORDER_SEQUENCE_NUMBER: 'kafka-transaction',
};

/** What TLS says where the other side's certificate is none that we trust, or not for that name. */
const TRUST = /self.signed|unable to (verify|get)|certificate has expired|CERT_|altnames|not yet valid|issuer/i;
const NOT_TLS = /wrong version number|packet length too long|unknown protocol|EPROTO|before secure TLS connection/i;
const TLS_REFUSED = /alert|handshake|bad certificate|certificate required/i;

/** What reading a batch fails with that was damaged where it lies. */
const DAMAGED =
  /^(Z_DATA_ERROR|Z_BUF_ERROR|ERR_OUT_OF_RANGE|ERR_BUFFER_OUT_OF_BOUNDS)$|^KafkaJSInvalid(VarInt|Long)Error$/;

/** An error of kafkajs as a reason, with the cause kept. */
export function kafkaError(cause: unknown, about: About): SwatError {
  if (cause instanceof SwatError) return cause;
  const chain = causes(cause);
  const details = {
    brokers: about.brokers.join(', '),
    topics: (about.topics ?? []).join(', '),
    group: about.group ?? '',
    user: about.user ?? '',
    ...(about.transaction === undefined ? {} : { transaction: about.transaction }),
  };
  const fail = (code: string, more: Record<string, string> = {}): SwatError =>
    new SwatError(code, { ...details, ...more }, { cause });

  for (const said of chain) {
    const code = typeof said.type === 'string' && Object.hasOwn(TYPES, said.type) ? TYPES[said.type] : undefined;
    if (code !== undefined) {
      return fail(code, typeof said.topic === 'string' ? { topics: said.topic } : {});
    }
    if (said.name === 'KafkaJSSASLAuthenticationError') {
      return fail(/mechanism is not supported|not enabled/i.test(textOf(said)) ? 'kafka-sasl' : 'kafka-login');
    }
    if (said.name === 'KafkaJSNotImplemented') return fail('kafka-codec', { detail: textOf(said) });
    if ([said.code, said.name].some((each) => typeof each === 'string' && DAMAGED.test(each)))
      return fail('kafka-damaged', { detail: textOf(said) });
    if (said.name === 'KafkaJSServerDoesNotSupportApiKey') return fail('kafka-version', { detail: textOf(said) });
  }
  for (const said of chain) {
    const text = textOf(said);
    if (NOT_TLS.test(text)) return fail('kafka-no-tls');
    if (TRUST.test(text)) return fail('kafka-certificate', { detail: text.slice(0, 200) });
    if (about.tls && TLS_REFUSED.test(text)) return fail('kafka-tls-refused', { detail: text.slice(0, 200) });
  }
  for (const said of chain) {
    const connection = connectionProblem(said, about);
    if (connection !== undefined) return fail(...connection);
  }
  return fail('kafka-other', { detail: textOf(chain.at(-1) ?? {}).slice(0, 300) });
}

function connectionProblem(said: Said, about: About): [code: string, more: Record<string, string>] | undefined {
  const text = textOf(said);
  const broker = typeof said.broker === 'string' ? said.broker : (/\d+\.\d+\.\d+\.\d+:\d+/.exec(text)?.[0] ?? '');
  const where = { broker: broker || about.brokers.join(', ') };
  // A broker that was found by another one's word: reachable is only the first.
  const told = broker !== '' && !about.brokers.some((each) => sameBroker(each, broker));
  if (/ENOTFOUND|EAI_AGAIN|getaddrinfo/.test(text)) return [told ? 'kafka-advertised' : 'kafka-host', where];
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|Connection timeout|ETIMEDOUT/.test(text)) {
    return [told ? 'kafka-advertised' : 'kafka-unreachable', where];
  }
  if (/Closed connection|ECONNRESET|EPIPE|socket hang up/i.test(text)) return ['kafka-closed-by-broker', where];
  if (said.name === 'KafkaJSRequestTimeoutError' || text === 'Broker not connected') return ['kafka-no-answer', where];
  if (said.name === 'KafkaJSConnectionError') return ['kafka-unreachable', where];
  return undefined;
}

/** `localhost` and `127.0.0.1` are the same machine. */
function sameBroker(one: string, other: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/^localhost:/, '127.0.0.1:');
  return plain(one) === plain(other);
}

/** The error and what it came of; several failures of one attempt one after the other. */
function causes(cause: unknown): Said[] {
  const found: Said[] = [];
  const look = (each: unknown): void => {
    if (typeof each !== 'object' || each === null || found.includes(each) || found.length >= 20) return;
    found.push(each);
    look((each as Said).cause);
    const { errors } = each as { errors?: unknown };
    if (Array.isArray(errors)) errors.forEach(look);
  };
  look(cause);
  return found;
}

function textOf({ message, code }: Said): string {
  return `${typeof message === 'string' ? message : ''}${typeof code === 'string' ? ` (${code})` : ''}`;
}
