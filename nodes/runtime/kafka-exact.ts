import type { Node } from 'node-red';
import { isRecord } from '../../lib/record';
import type { ExactReader } from '../../lib/kafka/chain';
import { kafkaReceipt } from './kafka-receipts';
import { tracking } from './kafka-tracking';

/** An exact reader, and which nodes are behind it. */
interface Entry {
  readonly covers: (node: Pick<Node, 'id'>) => boolean;
  readonly reader: ExactReader;
}

const entries = new Set<Entry>();

/** From now on nodes that are covered belong to this reader; returns how to end that. */
export function exactReader(covers: Entry['covers'], reader: ExactReader): () => void {
  const entry = { covers, reader };
  entries.add(entry);
  return () => void entries.delete(entry);
}

/** Whether a node is behind a reader that puts results, position and state into one transaction. */
export function isExact(node: Pick<Node, 'id'>): boolean {
  for (const { covers } of entries) if (covers(node)) return true;
  return false;
}

/** What a message has that says which record, or which lane, it belongs to. */
export interface KafkaContext {
  readonly kafka?: object;
}

const NONE: KafkaContext = {};

/**
 * What a message of an asset must carry that a node sends by itself, without one that it is about: the receipt of the lane
 * that has the asset, behind an exact reader; nothing behind any other. The asset's state is saved along with it, soon.
 * `undefined`: behind an exact reader that has the asset no longer; nothing is to be sent then.
 */
export function kafkaContext(node: Pick<Node, 'id'>, asset: string): KafkaContext | undefined {
  let context: KafkaContext | undefined = NONE;
  // What is about several, such as the digest of a storm, is of no lane.
  if (asset === '') return NONE;
  for (const { covers, reader } of entries) {
    if (!covers(node)) continue;
    const receipt = reader.receiptFor(asset);
    if (receipt !== undefined) {
      reader.touched(asset);
      return { kafka: { receipt } };
    }
    context = undefined;
  }
  return context;
}

/** What a further message must carry that is about the same record as this one. */
export function kafkaOf(message: object): KafkaContext {
  const { kafka } = message as { readonly kafka?: unknown };
  return isRecord(kafka) ? { kafka } : NONE;
}

/** Something is under way of an asset, decided but not sent yet, by a node itself; returns how to say that it is sent. */
export function underWay(node: Node, context: KafkaContext): () => void {
  const receipt = kafkaReceipt({ ...context });
  return receipt === undefined ? () => undefined : tracking.hold(receipt, node);
}

/** Whether a message is handed out again only to rebuild state: what comes of it was told before. */
export function isRerun(message: object): boolean {
  const { kafka } = message as { readonly kafka?: unknown };
  return isRecord(kafka) && kafka.rerun === true;
}
