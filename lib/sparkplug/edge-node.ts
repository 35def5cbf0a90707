import { encodePayload } from './encode';
import { DataType, type Metric, type MetricValue } from './payload';
import { topicOf } from './topic';

/** A message as a broker takes it. */
export interface EdgeMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

/** What a device says at one instant. */
export interface DeviceValues {
  /** ms since the epoch. */
  readonly time: number;
  readonly values: Readonly<Record<string, MetricValue | null>>;
  readonly quality?: Readonly<Record<string, number>> | undefined;
}

const SEQUENCE = 256;

/**
 * An edge node of Sparkplug B that publishes for its devices: each is born with the first values that it gives, then tells them
 * by alias. One for each connection: `will` is to be given to the broker before, `birth` comes first.
 */
export class EdgeNode {
  #seq = 0;
  /** Aliases by device and metric; unique within the edge node. */
  readonly #aliases = new Map<string, Map<string, number>>();
  readonly #born = new Set<string>();
  #next = 1;

  /** @param bdSeq which birth of this edge node it is: 0 … 255, one more with each connection */
  constructor(
    readonly group: string,
    readonly edge: string,
    readonly bdSeq: number,
  ) {}

  /** What its host writes to, to have it born anew. */
  get commands(): string {
    return topicOf({ group: this.group, type: 'NCMD', edge: this.edge });
  }

  /** What the broker is to say once the connection is lost. */
  will(): EdgeMessage {
    const { group, edge } = this;
    return {
      topic: topicOf({ group, type: 'NDEATH', edge }),
      payload: encodePayload({ metrics: [this.#bdSeq()] }),
    };
  }

  /** Its birth; those of its devices come with their next values. */
  birth(now: number): EdgeMessage {
    this.#seq = 0;
    this.#born.clear();
    const { group, edge } = this;
    const rebirth = { name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: false };
    const metrics = [this.#bdSeq(), rebirth].map((metric) => ({ ...metric, timestamp: now }));
    return {
      topic: topicOf({ group, type: 'NBIRTH', edge }),
      payload: encodePayload({ timestamp: now, metrics, seq: this.#nextSeq() }),
    };
  }

  /** The values of a device: as its birth where it has none yet, or gives a metric that its birth did not have. */
  data(device: string, { time, values, quality = {} }: DeviceValues): EdgeMessage {
    const { group, edge } = this;
    const aliases = this.#aliases.get(device) ?? new Map<string, number>();
    this.#aliases.set(device, aliases);
    for (const name of Object.keys(values)) {
      if (aliases.has(name)) continue;
      aliases.set(name, this.#next++);
      this.#born.delete(device);
    }
    const birth = !this.#born.has(device);
    this.#born.add(device);
    const said = birth ? [...aliases] : Object.keys(values).map((name) => [name, aliases.get(name) ?? 0] as const);
    const metrics = said.map(([name, alias]): Metric => {
      const value = Object.hasOwn(values, name) ? values[name] : null;
      const judged = Object.hasOwn(quality, name) ? quality[name] : undefined;
      return { ...(birth ? { name } : {}), alias, timestamp: time, value, quality: judged };
    });
    return {
      topic: topicOf({ group, type: birth ? 'DBIRTH' : 'DDATA', edge, device }),
      payload: encodePayload({ timestamp: time, metrics, seq: this.#nextSeq() }),
    };
  }

  #bdSeq(): Metric {
    return { name: 'bdSeq', datatype: DataType.Int64, value: this.bdSeq };
  }

  #nextSeq(): number {
    const seq = this.#seq;
    this.#seq = (seq + 1) % SEQUENCE;
    return seq;
  }
}
