import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { SwatError } from '../../errors';
import { isOldBroker, mqttError, type AboutMqtt } from './mqtt-error';

/** A message for a broker. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
}

export interface SessionSettings {
  readonly url: string;
  readonly about: AboutMqtt;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Options of TLS. */
  readonly tls: Readonly<Record<string, unknown>>;
  /** Published by the broker where the connection ends without a farewell. */
  readonly will?: MqttMessage | undefined;
  /** What is listened to. */
  readonly subscribe?: string | undefined;
}

export interface SessionWatcher {
  /** The connection is over. */
  ended(cause: SwatError): void;
  message(topic: string, payload: Buffer): void;
}

/** One connection to a broker, from its beginning to its end. What it has not acknowledged is nobody's business but the caller's. */
export interface MqttSession {
  /** Messages that may be under way at once. */
  readonly most: number;
  /** Calls back once the broker has it; never after the end. */
  publish(message: MqttMessage, done: (failed: SwatError | undefined) => void): void;
  /** Ends it with a farewell, so that no will is published. */
  end(): Promise<void>;
}

const CONNECT_MS = 5000;
const MOST = 1000;
const VERSIONS = [5, 4] as const;

/** Connects once. @throws SwatError `mqtt-…` */
export async function openSession(settings: SessionSettings, watcher: SessionWatcher): Promise<MqttSession> {
  let failure: unknown;
  for (const version of VERSIONS) {
    try {
      return await open(settings, watcher, version);
    } catch (cause) {
      failure = cause;
      // Brokers that know 3.1.1 only say so, or hang up.
      if (!isOldBroker(cause) && !(cause instanceof SwatError && cause.code === 'mqtt-hangs-up')) break;
    }
  }
  throw mqttError(failure, settings.about);
}

function open(settings: SessionSettings, watcher: SessionWatcher, protocolVersion: 4 | 5): Promise<MqttSession> {
  const { url, about, clientId, username, password, tls, will, subscribe } = settings;
  const options: IClientOptions = {
    ...tls,
    protocolVersion,
    clientId,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(will === undefined ? {} : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const } }),
    clean: true,
    keepalive: 20,
    // Each attempt is one of ours.
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS,
    queueQoSZero: false,
  };
  return new Promise((resolve, reject) => {
    const client = connect(url, options);
    let connected = false;
    let over = false;
    let last: Error | undefined;
    const finish = (): void => {
      if (over) return;
      over = true;
      client.end(true);
      const { broker } = about;
      if (connected) watcher.ended(new SwatError('mqtt-gone', { broker }, { cause: last }));
      else reject(last ?? new SwatError('mqtt-hangs-up', { broker }));
    };
    client.on('error', (cause) => {
      last = cause;
      if (!connected) finish();
    });
    client.on('close', finish);
    client.on('message', (topic, payload) => watcher.message(topic, payload));
    client.once('connect', ({ properties }) => {
      connected = true;
      last = undefined;
      if (subscribe !== undefined) client.subscribe(subscribe, { qos: 1 });
      const most = Math.min(MOST, properties?.receiveMaximum ?? MOST);
      resolve(sessionOf(client, most, about, () => over));
    });
  });
}

function sessionOf(client: MqttClient, most: number, about: AboutMqtt, isOver: () => boolean): MqttSession {
  return {
    most,
    publish({ topic, payload }, done) {
      client.publish(topic, payload, { qos: 1 }, (cause) => {
        if (isOver() || client.disconnecting) return;
        done(cause instanceof Error ? mqttError(cause, { ...about, topic }) : undefined);
      });
    },
    end: () =>
      new Promise((resolve) => {
        client.end(false, {}, () => resolve());
        // A broker that hangs is not waited for.
        setTimeout(() => {
          client.end(true);
          resolve();
        }, 1000).unref();
      }),
  };
}
