import { SwatError } from '../errors';
import { SASL_MECHANISMS, type BrokerSettings, type SaslSettings } from './broker';

/** What a dialog or a command line says; what is absent or empty is taken from the environment. */
export interface GivenBroker {
  readonly brokers?: unknown;
  readonly group?: unknown;
  readonly usetls?: unknown;
  readonly sasl?: unknown;
  readonly user?: unknown;
  readonly password?: unknown;
}

/** Where the rest comes from. */
export interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file. Throws where there is none. */
  readonly readFile: (path: string) => string;
  /** Adds to the options of TLS. */
  readonly addTls?: (options: Record<string, unknown>) => void;
}

const GROUP = 'swat-consumer-group';
const BROKER = 'localhost:9092';
const ADDRESS = /^(\[[\da-f:]+\]|[^\s:/]+):\d{1,5}$/i;
const TLS_FILES = { ca: 'SWAT_KAFKA_CA', cert: 'SWAT_KAFKA_CERT', key: 'SWAT_KAFKA_KEY' } as const;

/**
 * How to reach the brokers: as given; else as `SWAT_KAFKA_…` of the environment says; else localhost:9092 without TLS and login,
 * and the group `swat-consumer-group`.
 * @throws SwatError `kafka-brokers`, `kafka-user`, `kafka-file`, `setting-choice`
 */
export function readBrokerSettings(
  given: GivenBroker,
  around: Around,
): BrokerSettings & {
  readonly group: string;
} {
  const { env } = around;
  const or = (value: unknown, name: string): string =>
    (typeof value === 'string' ? value.trim() : '') || (env[`SWAT_KAFKA_${name}`] ?? '').trim();
  const brokers = wordsOf(or(given.brokers, 'BROKERS') || BROKER).map((each) =>
    /:\d+$/.test(each) ? each : `${each}:9092`,
  );
  const wrong = brokers.find((each) => !ADDRESS.test(each));
  if (wrong !== undefined)
    throw new SwatError('kafka-brokers', { broker: wrong.slice(0, 100), ...saidBy(given.brokers, 'BROKERS') });
  return {
    brokers,
    group: or(given.group, 'GROUP') || GROUP,
    clientId: or('', 'CLIENT_ID') || 'node-red-swat',
    tls: given.usetls === true || /^(1|true|yes|on)$/i.test(or('', 'TLS')) ? tlsOf(around) : undefined,
    sasl: saslOf(
      or(given.sasl, 'SASL'),
      or(given.user, 'USER'),
      or(given.password, 'PASSWORD'),
      saidBy(given.sasl, 'SASL'),
    ),
    connectMs: 5000,
    answerMs: 15_000,
  };
}

/** Words with commas, or line breaks, between them. */
export function wordsOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function tlsOf({ env, readFile, addTls }: Around): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(TLS_FILES)) {
    const path = env[variable] ?? '';
    if (path === '') continue;
    try {
      options[name] = readFile(path);
    } catch (cause) {
      const detail = (cause as { code?: string }).code ?? '';
      throw new SwatError('kafka-file', { variable, path, detail }, { cause });
    }
  }
  addTls?.(options);
  return options;
}

/** The variable, as a detail of an error, where the value is not given. */
function saidBy(given: unknown, name: string): { variable?: string } {
  return typeof given === 'string' && given.trim() !== '' ? {} : { variable: `SWAT_KAFKA_${name}` };
}

function saslOf(
  given: string,
  username: string,
  password: string,
  by: { variable?: string },
): SaslSettings | undefined {
  if (given === '' || given === 'none') return undefined;
  const mechanism = SASL_MECHANISMS.find((each) => each === given.toLowerCase());
  if (mechanism === undefined) {
    const choices = ['none', ...SASL_MECHANISMS].join(', ');
    throw new SwatError('setting-choice', { name: 'sasl', value: JSON.stringify(given.slice(0, 40)), choices, ...by });
  }
  if (username === '' || password === '') throw new SwatError('kafka-user', { mechanism });
  return { mechanism, username, password };
}
