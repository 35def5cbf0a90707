import type { NodeAPI } from 'node-red';

interface Wired {
  readonly id: string;
  readonly wires?: unknown;
  readonly links?: unknown;
}

/**
 * The ids of all nodes that a message from output 1 of a node can come to, over wires and link nodes. A subflow is named by
 * its instance: what is inside has that id in its path.
 */
export function nodesBehind(RED: Pick<NodeAPI, 'nodes'>, from: string): Set<string> {
  const nodes = new Map<string, Wired>();
  RED.nodes.eachNode((node) => void nodes.set(node.id, node));
  const first: unknown = nodes.get(from)?.wires;
  const found = new Set<string>();
  const queue = textsOf(Array.isArray(first) ? first[0] : []);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    const node = nodes.get(id);
    queue.push(...textsOf(node?.wires), ...textsOf(node?.links));
  }
  return found;
}

function textsOf(targets: unknown): string[] {
  const list: unknown[] = Array.isArray(targets) ? targets.flat() : [targets];
  return list.filter((each) => typeof each === 'string');
}
