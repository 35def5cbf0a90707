import { decodePayload } from './decode';
import { encodePayload, REBIRTH } from './encode';
import { DataType, type Metric } from './payload';
import { topicOf } from './topic';

/** A message as a broker takes it. */
export interface EdgeMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

/** A metric of a device, by its name. */
export type DeviceMetric = Omit<Metric, 'alias' | 'name'> & { readonly name: string };

const SEQUENCE = 256;

/**
 * An edge node of Sparkplug B that publishes for its devices: each is born with the first values that it gives, then tells them
 * by alias. One for each connection: `will` is to be given to the broker before, `birth` comes first.
 */
export class EdgeNode {
  #seq = 0;
  /** What each device has said last, with aliases that are unique within the edge node. */
  readonly #said = new Map<string, Map<string, Metric>>();
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

  /**
   * Whether the payload of a command asks for {@link birth}.
   * @throws SwatError `sparkplug-payload`
   */
  asksForBirth(payload: Uint8Array): boolean {
    return decodePayload(payload).metrics.some(({ name, value }) => name === REBIRTH && value === true);
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
    const rebirth = { name: REBIRTH, datatype: DataType.Boolean, value: false };
    const metrics = [this.#bdSeq(), rebirth].map((metric) => ({ ...metric, timestamp: now }));
    return {
      topic: topicOf({ group, type: 'NBIRTH', edge }),
      payload: encodePayload({ timestamp: now, metrics, seq: this.#nextSeq() }),
    };
  }

  /** The births of all devices, with what they have said last: after {@link birth}, where it was asked for. */
  births(now: number): EdgeMessage[] {
    return [...this.#said.keys()].map((device) => this.data(device, now, []));
  }

  /**
   * Metrics of a device: as its birth where it has none yet, or gives one that its birth did not have; a birth has all metrics
   * that the device has ever given, with their latest values.
   * @param time ms since the epoch
   */
  data(device: string, time: number, metrics: readonly DeviceMetric[]): EdgeMessage {
    const { group, edge } = this;
    const said = this.#said.get(device) ?? new Map<string, Metric>();
    this.#said.set(device, said);
    for (const metric of metrics) {
      const { alias } = said.get(metric.name) ?? {};
      if (alias === undefined) this.#born.delete(device);
      said.set(metric.name, { ...metric, alias: alias ?? this.#next++ });
    }
    const birth = !this.#born.has(device);
    this.#born.add(device);
    // By alias alone once it is known.
    const told = birth
      ? [...said.values()]
      : metrics.map(({ name, ...metric }) => ({ ...metric, alias: said.get(name)?.alias }));
    return {
      topic: topicOf({ group, type: birth ? 'DBIRTH' : 'DDATA', edge, device }),
      payload: encodePayload({ timestamp: time, metrics: told, seq: this.#nextSeq() }),
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
