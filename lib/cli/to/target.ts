import { SwatError } from '../../errors';

/** Where a producer can write to, and the port that is usual there. */
const PORTS = { kafka: 9092, mqtt: 1883, mqtts: 8883, modbus: 502 } as const;

export type Scheme = keyof typeof PORTS;

/** Where frames go, as `--to` names it. */
export interface Target {
  readonly scheme: Scheme;
  /** One address; several only of Kafka. */
  readonly addresses: readonly Address[];
  /** What stands behind the address, without the first slash: a topic. Empty for none. */
  readonly path: string;
  /** Of the address, else empty. */
  readonly user: string;
  readonly password: string;
  /** The address as it may be shown: without user and password. */
  readonly shown: string;
}

export interface Address {
  /** A name or an address; of IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** An address as URLs and brokers have it, `host:port`. */
export function hostPort({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const FORM = /^([a-z]+):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?$/i;
const ADDRESS = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i;

/**
 * Reads `scheme://user:password@host:port/topic`.
 * @throws SwatError `to-url`, `to-scheme`; neither tells user or password
 */
export function readTarget(text: string): Target {
  const found = FORM.exec(text.trim());
  if (found === null) throw wrong(text);
  const [, given, login = '', hosts, path = ''] = found;
  const scheme = given.toLowerCase();
  if (!isScheme(scheme)) throw new SwatError('to-scheme', { scheme, known: Object.keys(PORTS).join(', ') });
  const addresses = hosts.split(',').map((each) => addressOf(each, PORTS[scheme]));
  if (addresses.some((address) => address === undefined) || (addresses.length > 1 && scheme !== 'kafka')) {
    throw wrong(text);
  }
  const colon = login.indexOf(':');
  const user = decoded(colon < 0 ? login : login.slice(0, colon));
  const password = decoded(colon < 0 ? '' : login.slice(colon + 1));
  if (user === undefined || password === undefined) throw wrong(text);
  const topic = decoded(path);
  if (topic === undefined) throw wrong(text);
  return {
    scheme,
    addresses: addresses.filter((address) => address !== undefined),
    path: topic,
    user,
    password,
    shown: `${scheme}://${hosts}${path === '' ? '' : `/${path}`}`,
  };
}

function isScheme(scheme: string): scheme is Scheme {
  return Object.hasOwn(PORTS, scheme);
}

function addressOf(text: string, usual: number): Address | undefined {
  const found = ADDRESS.exec(text.trim());
  const port = Number(found?.[3] ?? usual);
  if (found === null || port < 1 || port > 65_535) return undefined;
  const [, v6 = '', name] = found;
  return { host: v6 || name, port };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Whatever stands before an @ may be a password. */
function wrong(text: string): SwatError {
  return new SwatError('to-url', { url: text.replace(/^([a-z]+:\/\/)?.*@/is, '$1…@').slice(0, 100) });
}
