import type { NodeAPI } from 'node-red';

interface Wired {
  readonly id: string;
  readonly type: string;
  readonly wires?: unknown;
  readonly links?: unknown;
}

/** A node from which messages can come, over wires and link nodes. */
export interface Before {
  readonly id: string;
  readonly type: string;
}

const MOST_STEPS = 10_000;

/**
 * The nodes from which wires lead to any of some nodes, those included, the nearest first.
 * @param end nothing is looked for before nodes of this type
 */
export function nodesBefore(RED: Pick<NodeAPI, 'nodes'>, to: readonly string[], end: string): Before[] {
  const types = new Map<string, string>();
  const before = new Map<string, string[]>();
  const note = (from: string, target: unknown): void => {
    if (typeof target === 'string') before.set(target, [...(before.get(target) ?? []), from]);
  };
  RED.nodes.eachNode((node) => {
    const { id, type, wires, links } = node as Wired;
    types.set(id, type);
    if (Array.isArray(wires)) for (const target of wires.flat() as unknown[]) note(id, target);
    if (type === 'link out' && Array.isArray(links)) for (const target of links as unknown[]) note(id, target);
  });
  const queue = to.filter((id) => types.has(id));
  const met = new Set(queue);
  const found: Before[] = [];
  for (let id = queue.shift(); id !== undefined && met.size < MOST_STEPS; id = queue.shift()) {
    const type = types.get(id) ?? '';
    found.push({ id, type });
    if (type === end) continue;
    for (const from of before.get(id) ?? []) {
      if (met.has(from)) continue;
      met.add(from);
      queue.push(from);
    }
  }
  return found;
}
