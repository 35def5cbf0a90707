import type { Node } from 'node-red';
import type { BrokerClient } from '../../lib/kafka/broker';
import { SwatError } from '../../lib/errors';

/** The config node `swat-kafka` as other nodes see it: `RED.nodes.getNode(id) as KafkaNode | null`. */
export interface KafkaNode extends Node {
  /** `undefined` when its settings are unusable. Opens a connection only when it is asked for something. */
  readonly client: BrokerClient | undefined;
  /** The group that nodes read with unless they name their own. */
  readonly group: string;
}

/**
 * The client of a chosen config node.
 * @throws SwatError `kafka-node-missing` for none, `kafka-node-refused` for one whose own settings are unusable
 */
export function kafkaClient(node: unknown): { client: BrokerClient; group: string } {
  const { type, name = '', client, group } = (node ?? {}) as Partial<KafkaNode>;
  if (type !== 'swat-kafka') throw new SwatError('kafka-node-missing');
  if (client === undefined || group === undefined)
    throw new SwatError('kafka-node-refused', { name: name || 'SWaT Kafka' });
  return { client, group };
}
