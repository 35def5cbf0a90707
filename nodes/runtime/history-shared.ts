import type { Node, NodeAPI } from 'node-red';
import type { HistoryReader } from '../../lib/history/reader';

/** A `swat-history` as other nodes see it. */
export interface HistoryNode extends Node {
  /** `undefined` where its settings cannot be used. */
  readonly history?: HistoryReader;
}

/**
 * The past that a `swat-history` keeps, for another node that names it in its dialog. Ask for it afresh for every use: a deploy
 * makes a new one.
 * @param id of the node
 * @returns `undefined` where there is no such node, or it is not one of these
 */
export function historyOf(RED: Pick<NodeAPI, 'nodes'>, id: string): HistoryReader | undefined {
  const node = id === '' ? null : (RED.nodes.getNode(id) as HistoryNode | null);
  return node?.type === 'swat-history' ? node.history : undefined;
}
