import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SwatError } from '../../errors';
import { Backoff } from '../../platform/backoff';
import { pauseOf, type Pause } from '../../platform/timers';
import { EdgeNode, type DeviceMetric } from '../../sparkplug/edge-node';
import { writeFrame, type OutForm } from './form';
import { openSession, type MqttMessage, type MqttSession, type SessionSettings } from './mqtt-session';
import type { OutFrame, Sink, SinkAround, SinkState } from './sink';
import { hostPort, type Target } from './target';

/** Frames that wait, or are under way, at once. */
const MOST_FRAMES = 1000;
const PREFIX = 'swat';
/** A broker that hangs is not waited for longer at the end, ms. */
const DEATH_MS = 1000;
const TLS_FILES = { ca: 'SWAT_MQTT_CA', cert: 'SWAT_MQTT_CERT', key: 'SWAT_MQTT_KEY' } as const;

interface Item {
  readonly frame: OutFrame;
  /** Messages of it that are not acknowledged. */
  left: number;
  /** Acknowledged, or refused for good. */
  over: boolean;
  refused: boolean;
}

/**
 * Frames as messages with quality of service 1: JSON and CSV under `prefix/asset`, readings under `prefix/asset/tag`, Sparkplug B
 * under `spBv1.0/prefix/…/swat/asset`; the prefix is `swat` unless named. When the connection is lost, what was not acknowledged is
 * sent again over the next one, in its order: each frame arrives at least once.
 * @throws SwatError `mqtt-topic`; `kafka-file` for a file of TLS that cannot be read
 */
export function mqttSink(target: Target, form: OutForm, around: SinkAround): Sink {
  return new MqttSink(target, form, around);
}

class MqttSink implements Sink {
  readonly #backoff = new Backoff(250, 10_000, Math.random);
  readonly #settings: SessionSettings;
  readonly #prefix: string;
  #session: MqttSession | undefined;
  #edge: EdgeNode | undefined;
  #bdSeq = -1;
  #underWay: Item[] = [];
  #unsent: Item[] = [];
  #messages = 0;
  #closed = false;
  #pause: Pause | undefined;
  #problem: SwatError | undefined;
  #first: SwatError | undefined;
  #sent = 0;
  #refused = 0;
  #room: () => void = () => undefined;

  constructor(
    private readonly target: Target,
    private readonly form: OutForm,
    private readonly around: SinkAround,
  ) {
    this.#prefix = target.path.replace(/\/+$/, '') || PREFIX;
    if (/[#+\0]/.test(this.#prefix) || (form === 'sparkplug' && this.#prefix.includes('/'))) {
      throw new SwatError('mqtt-topic', { topic: this.#prefix.slice(0, 100) });
    }
    this.#settings = settingsOf(target, around.env);
  }

  async ready(): Promise<void> {
    await this.#connect();
  }

  async put(frame: OutFrame): Promise<void> {
    if (this.#closed) throw new SwatError('mqtt-gone', { broker: this.target.shown });
    this.#unsent.push({ frame, left: 0, over: false, refused: false });
    this.#send();
    while (this.#full() && !this.#isClosed()) await new Promise<void>((resolve) => (this.#room = resolve));
  }

  get state(): SinkState {
    return {
      sent: this.#sent,
      waiting: this.#underWay.length + this.#unsent.length,
      refused: this.#refused,
      problem: this.#problem ?? this.#first,
      note: '',
    };
  }

  async close(patienceMs: number): Promise<void> {
    const { timers } = this.around;
    const until = timers.now() + patienceMs;
    while (this.state.waiting > 0 && timers.now() < until) await pauseOf(timers, 10).over;
    this.#closed = true;
    this.#pause?.wake();
    this.#room();
    await this.#die();
    await this.#session?.end();
  }

  /** A farewell takes the will away: an edge node that ends as intended tells its death itself, and waits until the broker has it. */
  async #die(): Promise<void> {
    const [edge, session] = [this.#edge, this.#session];
    this.#edge = undefined;
    if (edge === undefined || session === undefined) return;
    const patience = pauseOf(this.around.timers, DEATH_MS);
    session.publish(edge.will(), () => patience.wake());
    await patience.over;
  }

  /** Asked anew after each wait. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #full(): boolean {
    return this.#underWay.length + this.#unsent.length >= MOST_FRAMES;
  }

  /** @throws SwatError */
  async #connect(): Promise<void> {
    this.#bdSeq = (this.#bdSeq + 1) % 256;
    const edge = this.form === 'sparkplug' ? new EdgeNode(this.#prefix, PREFIX, this.#bdSeq) : undefined;
    const sparkplug = edge === undefined ? {} : { will: edge.will(), subscribe: edge.commands };
    const session = await openSession(
      { ...this.#settings, ...sparkplug },
      {
        ended: (cause) => this.#lost(cause),
        message: (_topic, payload) => this.#command(payload),
      },
    );
    this.#session = session;
    this.#edge = edge;
    this.#problem = undefined;
    this.#backoff.reset();
    if (edge !== undefined) this.#publish(edge.birth(this.around.timers.date()));
    this.#send();
  }

  #lost(cause: SwatError): void {
    this.#session = undefined;
    this.#messages = 0;
    const again = this.#underWay.filter(({ over }) => !over);
    for (const item of this.#underWay) if (item.over) this.#count(item);
    this.#underWay = [];
    this.#unsent.unshift(...again);
    if (this.#closed) return;
    this.#problem = cause;
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    while (!this.#closed) {
      this.#pause = pauseOf(this.around.timers, this.#backoff.next());
      await this.#pause.over;
      if (this.#isClosed()) return;
      try {
        await this.#connect();
        return;
      } catch (cause) {
        if (!(cause instanceof SwatError)) throw cause;
        this.#problem = cause;
      }
    }
  }

  #send(): void {
    const { most = 0 } = this.#session ?? {};
    while (this.#session !== undefined && !this.#closed && this.#messages < most) {
      const item = this.#unsent.shift();
      if (item === undefined) return;
      this.#underWay.push(item);
      const messages = this.#messagesOf(item.frame);
      item.left = messages.length;
      item.refused = false;
      for (const message of messages) this.#publish(message, item);
    }
  }

  #publish(message: MqttMessage, item?: Item): void {
    const session = this.#session;
    this.#messages += 1;
    session?.publish(message, (failed) => {
      // What an ended connection still says is of no account: it is sent again.
      if (this.#session !== session) return;
      this.#messages -= 1;
      if (failed !== undefined) this.#first ??= failed;
      if (item !== undefined) {
        item.left -= 1;
        item.refused ||= failed !== undefined;
        item.over = item.left === 0;
        while (this.#underWay.at(0)?.over === true) this.#count(this.#underWay.shift());
        if (!this.#full()) this.#room();
      }
      this.#send();
    });
  }

  #count(item: Item | undefined): void {
    if (item === undefined) return;
    if (item.refused) this.#refused += 1;
    else this.#sent += 1;
  }

  /** A host asks the edge node to be born anew. */
  #command(payload: Buffer): void {
    if (this.#edge === undefined) return;
    let asked = false;
    try {
      asked = this.#edge.asksForBirth(payload);
    } catch (cause) {
      if (!(cause instanceof SwatError)) throw cause;
    }
    const now = this.around.timers.date();
    if (asked) for (const message of [this.#edge.birth(now), ...this.#edge.births(now)]) this.#publish(message);
  }

  #messagesOf(frame: OutFrame): MqttMessage[] {
    const { asset } = frame;
    const name = asset.replaceAll(/[/#+\0]/g, '_');
    if (this.form === 'sparkplug')
      return this.#edge === undefined ? [] : [this.#edge.data(name, frame.time, metricsOf(frame))];
    return writeFrame(frame, this.form).map(({ tag, text }) => ({
      topic: [this.#prefix, name, ...(tag === undefined ? [] : [tag])].join('/'),
      payload: text,
    }));
  }
}

function metricsOf({ time, values, quality = {} }: OutFrame): DeviceMetric[] {
  return Object.entries(values).map(([name, value]) => {
    const judged = Object.hasOwn(quality, name) ? { quality: quality[name] } : {};
    return { name, timestamp: time, value, ...judged };
  });
}

function settingsOf({ scheme, addresses, user, password, shown }: Target, env: SinkAround['env']): SessionSettings {
  const username = user || (env.SWAT_MQTT_USER ?? '');
  const secret = password || (env.SWAT_MQTT_PASSWORD ?? '');
  return {
    url: `${scheme}://${hostPort(addresses[0])}`,
    about: { broker: shown, user: username, tls: scheme === 'mqtts' },
    clientId: `swat-${randomBytes(6).toString('hex')}`,
    ...(username === '' ? {} : { username, password: secret }),
    tls: scheme === 'mqtts' ? tlsOf(env) : {},
  };
}

function tlsOf(env: SinkAround['env']): Record<string, Buffer> {
  const options: Record<string, Buffer> = {};
  for (const [name, variable] of Object.entries(TLS_FILES)) {
    const path = env[variable] ?? '';
    if (path === '') continue;
    try {
      options[name] = readFileSync(path);
    } catch (cause) {
      const detail = (cause as { code?: string }).code ?? '';
      throw new SwatError('kafka-file', { variable, path, detail }, { cause });
    }
  }
  return options;
}
