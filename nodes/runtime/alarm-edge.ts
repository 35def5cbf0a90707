import type { SparkplugMetric, SparkplugPayload, SparkplugValue } from '../../lib/alarm/forms/sparkplug';
import { SwatError } from '../../lib/errors';
import { isBuffer } from '../../lib/record';
import { EdgeNode, type DeviceMetric, type EdgeMessage } from '../../lib/sparkplug/edge-node';
import { DataType, type Property } from '../../lib/sparkplug/payload';
import { sparkplugTopic } from '../../lib/sparkplug/topic';

/** A message that may ask the edge node to be born anew. */
interface Asking {
  readonly topic?: unknown;
  readonly payload?: unknown;
}

/**
 * Alarms as an edge node of Sparkplug B, with a device for each asset. The connection is the one of an mqtt out node, whose last
 * will has to be given in its own dialog: so its number of birth stays 0.
 */
export class AlarmEdge {
  readonly #edge: EdgeNode;
  #born = false;

  /** @param name `group/edge` @throws SwatError `sparkplug-edge` */
  constructor(
    name: string,
    private readonly now: () => number,
  ) {
    const parts = name.split('/');
    const [group, edge = ''] = parts;
    if (parts.length !== 2 || group === '' || edge === '' || /[#+\s\0]/.test(name)) {
      throw new SwatError('sparkplug-edge', { name: name.slice(0, 80) });
    }
    this.#edge = new EdgeNode(group, edge, 0);
  }

  /** The messages for an alarm event: before the first one the birth of the edge node. */
  messages(asset: string, { timestamp, metrics }: SparkplugPayload): EdgeMessage[] {
    const device = asset === '' ? 'plant' : asset.replaceAll(/[/#+\0]/g, '_');
    const birth = this.#born ? [] : [this.#edge.birth(this.now())];
    this.#born = true;
    return [...birth, this.#edge.data(device, timestamp, metrics.map(metricOf))];
  }

  /** What a host that has missed a birth asks for; `undefined` for a message that asks for nothing. */
  rebirth({ topic, payload }: Asking): EdgeMessage[] | undefined {
    const asked = sparkplugTopic(topic);
    if (asked?.type !== 'NCMD' || !isBuffer(payload) || topic !== this.#edge.commands) return undefined;
    return this.#edge.asksForBirth(payload) ? this.births() : [];
  }

  /** The birth of the edge node and of all its devices. */
  births(): EdgeMessage[] {
    const now = this.now();
    this.#born = true;
    return [this.#edge.birth(now), ...this.#edge.births(now)];
  }
}

function metricOf({ name, timestamp, properties, ...said }: SparkplugMetric): DeviceMetric {
  return { name, timestamp, ...typed(said), properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, typed(value)])) }; // prettier-ignore
}

function typed({ type, value }: SparkplugValue): Property {
  return { datatype: DataType[type], value };
}
