import type { NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';
import { isBuffer, isRecord } from '../../lib/record';
import { rebirthCommand } from '../../lib/sparkplug/encode';
import { SparkplugHost, type RebirthReason } from '../../lib/sparkplug/host';
import { sparkplugTopic, topicOf, type SparkplugTopic } from '../../lib/sparkplug/topic';
import type { Arrival } from './window-intake';
import { words } from './words';

/** What is left of a message of Sparkplug B once its bytes have been read: `msg.sparkplug`. */
interface OfSparkplug extends SparkplugTopic {
  /** Assets of which nothing will come any more, as a death has said. */
  readonly lost?: readonly string[];
}

/** What a message is for the node that it has come to. */
export interface Turned {
  /** Whether there is something in it to take; what is no Sparkplug is as it was. */
  readonly data: boolean;
  /** Assets that have lost their communication, as a death says. */
  readonly lost: readonly string[];
  readonly event?: SparkplugEvent | undefined;
}

const NOTHING: Turned = { data: false, lost: [] };
const AS_IT_WAS: Turned = { data: true, lost: [] };

/** Devices whose assets are remembered. */
const MOST_DEVICES = 100_000;

/** That an edge node should be born anew: `payload.command` published under `topic` asks it to. */
export interface SparkplugEvent extends NodeMessage {
  topic: string;
  payload: Readonly<Record<string, unknown>> & { readonly text: string };
}

/**
 * Turns bytes of Sparkplug B (a Buffer with a topic `spBv1.0/group/TYPE/edge/device`) into metrics by name, as readings of the
 * asset that is called as the device, or the edge node, unless the message names its asset.
 * @param assetOf the asset of a message
 * @throws SwatError `sparkplug-payload`, and what `assetOf` throws
 */
export function sparkplugReader(
  RED: Pick<NodeAPI, '_'>,
  assetOf: (message: NodeMessageInFlow) => string,
): (message: NodeMessageInFlow, arrival: Arrival) => Turned {
  const host = new SparkplugHost();
  /** Assets of devices, the one that was heard of last at the end. */
  const assets = new Map<string, string>();
  return (message, arrival) => {
    const { payload, topic: given } = message;
    if (!isBuffer(payload)) return readBefore(message);
    const topic = sparkplugTopic(given);
    if (topic === undefined) return AS_IT_WAS;
    const heard = host.take(topic, payload, arrival.steady);
    const said = message as NodeMessageInFlow & { asset?: unknown; sparkplug?: OfSparkplug };
    switch (heard.kind) {
      case 'command':
        return NOTHING;
      case 'death': {
        const lost = heard.devices.map((device) => assets.get(keyOf(topic, device)) ?? device);
        said.sparkplug = { ...topic, lost };
        said.payload = { metrics: [] };
        return { data: false, lost };
      }
      case 'metrics': {
        said.sparkplug = topic;
        said.asset ??= topic.device ?? topic.edge;
        said.payload = { metrics: heard.metrics };
        const asset = assetOf(message);
        const key = keyOf(topic, topic.device ?? topic.edge);
        assets.delete(key);
        assets.set(key, asset);
        const oldest = assets.keys().next();
        if (assets.size > MOST_DEVICES && oldest.done !== true) assets.delete(oldest.value);
        const { metrics, rebirth } = heard;
        const event = rebirth === undefined ? undefined : rebirthEvent(RED, topic, asset, rebirth, arrival.wall);
        return { data: metrics.length > 0, lost: [], event };
      }
    }
  };
}

function keyOf({ group, edge }: SparkplugTopic, device: string): string {
  return `${group}/${edge}/${device}`;
}

/** What another of our nodes has read already. */
function readBefore(message: NodeMessageInFlow): Turned {
  const { payload, sparkplug } = message as { payload?: unknown; sparkplug?: unknown };
  if (!isRecord(sparkplug) || !isRecord(payload) || !Array.isArray(payload.metrics)) return AS_IT_WAS;
  if (Array.isArray(sparkplug.lost)) {
    return { data: false, lost: sparkplug.lost.filter((asset) => typeof asset === 'string') };
  }
  return payload.metrics.length === 0 ? NOTHING : AS_IT_WAS;
}

function rebirthEvent(
  RED: Pick<NodeAPI, '_'>,
  topic: SparkplugTopic,
  asset: string,
  reason: RebirthReason,
  now: number,
): SparkplugEvent {
  const { group, edge, device } = topic;
  const place = [group, edge, ...(device === undefined ? [] : [device])].join('/');
  const { why, ...params } = reason;
  const text = words(RED, `sentences.sparkplug-${why}`, { place, ...params });
  return {
    topic: topicOf({ group, type: 'NCMD', edge }),
    payload: { event: 'rebirth-needed', asset, group, edge, ...reason, text, command: rebirthCommand(now) },
  };
}
