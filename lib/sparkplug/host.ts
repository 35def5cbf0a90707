import { decodePayload } from './decode';
import type { Metric, MetricValue, Payload } from './payload';
import type { SparkplugTopic } from './topic';

/** A metric with its name, as the nodes take readings. */
export interface NamedMetric {
  readonly name: string;
  readonly value: MetricValue | null;
  /** ms since the epoch; its own, else that of the payload. */
  readonly timestamp?: number | undefined;
  readonly quality?: number | undefined;
}

/** Why an edge node should be born anew: messages of it are missing, or aliases are unknown, here since so many metrics. */
export type RebirthReason =
  | { readonly why: 'gap'; readonly expected: number; readonly got: number }
  | { readonly why: 'alias'; readonly alias: number; readonly metrics: number };

/** What a message says. */
export type Heard =
  | {
      readonly kind: 'metrics';
      readonly metrics: readonly NamedMetric[];
      /** Told once until the next birth, or once a minute. */
      readonly rebirth?: RebirthReason | undefined;
    }
  /** Devices, or edge nodes, of which nothing will come any more; those of a death that is out of date are none. */
  | { readonly kind: 'death'; readonly devices: readonly string[] }
  /** A command, which is for the edge node. */
  | { readonly kind: 'command' };

/** What is known of an edge node since its birth. */
interface Edge {
  bdSeq: number | undefined;
  seq: number | undefined;
  /** Names by alias, of the edge node itself (by an empty name) and of each device. */
  readonly aliases: Map<string, Map<number, string>>;
  /** The edge node, and the devices, that have said something. */
  readonly heard: Set<string>;
  gapTold: boolean;
  aliasTold: number;
  unknown: number;
}

/** At most so many edge nodes, devices of one, and aliases of one device; of more, the oldest are forgotten. */
const MOST_EDGES = 2000;
const MOST_DEVICES = 2000;
const MOST_ALIASES = 20_000;
/** What is still not known is told again after so long, ms. */
const AGAIN_MS = 60_000;
const SEQUENCE = 256;
const CONTROL = /^(bdSeq$|(Node|Device) Control\/)/;

/**
 * A listener to edge nodes of Sparkplug B: gives metrics the names that their births gave to aliases, and tells what only
 * another birth can mend. It never refuses a message for what came before it.
 */
export class SparkplugHost {
  readonly #edges = new Map<string, Edge>();

  /**
   * @param now ms, of any clock that does not go back
   * @throws SwatError `sparkplug-payload`
   */
  take(topic: SparkplugTopic, bytes: Uint8Array, now: number): Heard {
    const payload = decodePayload(bytes);
    const edge = this.#edge(topic);
    const device = topic.device ?? '';
    switch (topic.type) {
      case 'NCMD':
      case 'DCMD':
        return { kind: 'command' };
      case 'NDEATH':
        return { kind: 'death', devices: this.#died(topic, edge, payload) };
      case 'NBIRTH':
        this.#born(edge, payload);
        break;
      case 'DBIRTH':
        edge.aliases.delete(device);
        break;
      default:
    }
    const rebirth = topic.type === 'NBIRTH' ? undefined : gapOf(edge, payload.seq);
    if (payload.seq !== undefined) edge.seq = payload.seq;
    if (topic.type === 'DDEATH') {
      edge.heard.delete(device);
      return { kind: 'death', devices: [device] };
    }
    if (topic.type === 'NBIRTH' || topic.type === 'DBIRTH') learn(edge, device, payload.metrics);
    if (edge.heard.size < MOST_DEVICES) edge.heard.add(device === '' ? topic.edge : device);
    const { metrics, unknown } = named(edge, device, payload);
    return { kind: 'metrics', metrics, rebirth: rebirth ?? aliasOf(edge, unknown, now) };
  }

  #edge({ group, edge }: SparkplugTopic): Edge {
    const key = `${group}/${edge}`;
    let found = this.#edges.get(key);
    if (found === undefined) {
      found = { bdSeq: undefined, seq: undefined, aliases: new Map(), heard: new Set(), gapTold: false, aliasTold: -Infinity, unknown: 0 }; // prettier-ignore
      this.#edges.set(key, found);
      const oldest = this.#edges.keys().next();
      if (this.#edges.size > MOST_EDGES && oldest.done !== true) this.#edges.delete(oldest.value);
    }
    return found;
  }

  #born(edge: Edge, { metrics }: Payload): void {
    edge.bdSeq = bdSeqOf(metrics);
    edge.aliases.clear();
    edge.gapTold = false;
    edge.aliasTold = -Infinity;
    edge.unknown = 0;
  }

  /** The will of a connection that has been followed by another one says nothing of that one. */
  #died({ edge: name }: SparkplugTopic, edge: Edge, { metrics }: Payload): readonly string[] {
    const bdSeq = bdSeqOf(metrics);
    if (bdSeq !== undefined && edge.bdSeq !== undefined && bdSeq !== edge.bdSeq) return [];
    const devices = edge.heard.size === 0 ? [name] : [...edge.heard];
    edge.heard.clear();
    edge.seq = undefined;
    return devices;
  }
}

function bdSeqOf(metrics: readonly Metric[]): number | undefined {
  const value = metrics.find(({ name }) => name === 'bdSeq')?.value;
  return typeof value === 'number' ? value : undefined;
}

/** A message that came twice, as MQTT may deliver it, is no gap. */
function gapOf(edge: Edge, got: number | undefined): RebirthReason | undefined {
  if (edge.seq === undefined || got === undefined || got === edge.seq) return undefined;
  const expected = (edge.seq + 1) % SEQUENCE;
  if (got === expected || edge.gapTold) return undefined;
  edge.gapTold = true;
  return { why: 'gap', expected, got };
}

function aliasOf(edge: Edge, unknown: number | undefined, now: number): RebirthReason | undefined {
  if (unknown === undefined || now - edge.aliasTold < AGAIN_MS) return undefined;
  edge.aliasTold = now;
  const { unknown: metrics } = edge;
  edge.unknown = 0;
  return { why: 'alias', alias: unknown, metrics };
}

function learn(edge: Edge, device: string, metrics: readonly Metric[]): void {
  const names = new Map<number, string>();
  for (const { alias, name } of metrics) {
    if (alias !== undefined && name !== undefined && names.size < MOST_ALIASES) names.set(alias, name);
  }
  if (names.size === 0) return;
  edge.aliases.set(device, names);
  const oldest = edge.aliases.keys().next();
  if (edge.aliases.size > MOST_DEVICES && oldest.done !== true) edge.aliases.delete(oldest.value);
}

/** Metrics with their names, but for those that control the edge node; and the first alias that is not known. */
function named(
  edge: Edge,
  device: string,
  { metrics, timestamp: common }: Payload,
): { readonly metrics: readonly NamedMetric[]; readonly unknown: number | undefined } {
  const own = edge.aliases.get(device);
  // An alias is unique within its edge node, says the specification; some give those of a device in the node's own birth.
  const shared = edge.aliases.get('');
  let unknown: number | undefined;
  const found: NamedMetric[] = [];
  for (const { name: given, alias = -1, value, timestamp = common, quality } of metrics) {
    const name = given !== undefined && given !== '' ? given : (own?.get(alias) ?? shared?.get(alias));
    if (name === undefined) {
      unknown ??= alias;
      edge.unknown += 1;
      continue;
    }
    if (CONTROL.test(name)) continue;
    found.push({ name, value, timestamp, ...(quality === undefined ? {} : { quality }) });
  }
  return { metrics: found, unknown };
}
