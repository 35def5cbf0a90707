import { detailOf, SwatError } from '../../errors';

/** What an error was about, for the sentence. */
export interface AboutMqtt {
  /** The address without user and password. */
  readonly broker: string;
  readonly user: string;
  readonly tls: boolean;
  readonly topic?: string;
}

const UNREACHABLE = /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|connack timeout/i;
const NO_HOST = /ENOTFOUND|EAI_AGAIN/;
const TRUST = /self.signed|unable to (verify|get)|certificate has expired|CERT_|altnames|not yet valid|issuer/i;
const NOT_TLS =
  /wrong version number|packet length too long|unknown protocol|EPROTO|before secure TLS connection|ECONNRESET/i;

/** Reason codes of MQTT 5, and return codes of a connection in MQTT 3.1.1. */
const CONNECTING: Readonly<Record<number, string>> = {
  4: 'mqtt-login',
  5: 'mqtt-login',
  134: 'mqtt-login',
  135: 'mqtt-login',
  138: 'mqtt-login',
};
const PUBLISHING: Readonly<Record<number, string>> = {
  135: 'mqtt-denied',
  144: 'mqtt-topic',
  149: 'mqtt-too-large',
};

/** An error of a connection, or of a message, as a reason; the cause is kept. */
export function mqttError(cause: unknown, { broker, user, tls, topic = '' }: AboutMqtt): SwatError {
  if (cause instanceof SwatError) return cause;
  const said = cause as { readonly code?: unknown; readonly errors?: readonly unknown[] };
  // An address of several, of which none answers.
  const detail = [cause, ...(said.errors ?? [])].map(detailOf).join(' ');
  const number = typeof said.code === 'number' ? said.code : -1;
  const text = `${typeof said.code === 'string' ? said.code : ''} ${detail}`;
  const fail = (code: string): SwatError =>
    new SwatError(code, { broker, user, topic, detail: detail.slice(0, 120) }, { cause });
  const known = (topic === '' ? CONNECTING : PUBLISHING)[number] as string | undefined;
  if (known !== undefined) return fail(known);
  if (NO_HOST.test(text)) return fail('mqtt-host');
  if (TRUST.test(text)) return fail('mqtt-certificate');
  if (tls && NOT_TLS.test(text)) return fail('mqtt-no-tls');
  if (text.includes('ECONNRESET')) return fail('mqtt-hangs-up');
  if (UNREACHABLE.test(text)) return fail('mqtt-unreachable');
  return fail('mqtt-other');
}

/** Whether a broker has said that it does not speak this version of the protocol. */
export function isOldBroker(cause: unknown): boolean {
  const { code } = cause as { readonly code?: unknown };
  return code === 1 || code === 132;
}
