import type { Node, NodeAPI } from 'node-red';
import type { Plant } from '../../lib/plant/dictionary';
import { resolveSchema, shapeOf, windowSchema } from '../../lib/stream/schema';
import type { Tag } from '../../lib/plant/dictionary';
import type { WindowSettings } from '../../lib/stream/settings';

/** A `swat-window` as others see it: how it cuts frames into windows. */
export interface WindowNode extends Node {
  windowing?: Windowing;
}

/** How frames become windows, and of which tags. */
export interface Windowing {
  /** `undefined` while the plant learns its tags. */
  readonly plant: Plant | undefined;
  readonly settings: WindowSettings;
}

/** The tags of windows, and how they are cut. */
export interface Cut {
  readonly tags: readonly Tag[];
  readonly settings: WindowSettings;
}

interface Wired {
  readonly id: string;
  readonly type: string;
  readonly wires?: unknown;
  readonly links?: unknown;
}

/** How windows are cut where only their schema is known. */
const USUAL = { stride: 1, maxAgeMs: 10_000, maxAssets: 1, idleMs: 3_600_000 };
const MOST_STEPS = 10_000;

/**
 * How the windows before a detector are cut: by the `swat-window` that is named, else by the one wired before it (also through
 * links), else by one whose windows came last, else as their schema tells. `undefined` where none is known.
 * @param seen id of the windows that came last
 */
export function windowsBefore(
  RED: NodeAPI,
  detector: string,
  named: string,
  seen: string | undefined,
): Cut | undefined {
  if (named !== '') return cutBy(RED, named);
  const before = wiredBefore(RED, detector);
  for (const id of before) {
    const cut = cutBy(RED, id);
    if (cut !== undefined) return cut;
  }
  const schema = seen === undefined ? undefined : resolveSchema(seen);
  if (schema === undefined) return undefined;
  for (const id of ofType(RED, 'swat-window')) {
    const cut = cutBy(RED, id);
    if (cut !== undefined && windowSchema(cut, cut.settings.lengths, cut.settings.lags).id === schema.id) return cut;
  }
  return { tags: schema.tags, settings: { ...USUAL, ...shapeOf(schema) } };
}

function cutBy(RED: NodeAPI, id: string): Cut | undefined {
  const node = RED.nodes.getNode(id) as WindowNode | null | undefined;
  const { plant, settings } = node?.windowing ?? {};
  return plant === undefined || settings === undefined ? undefined : { tags: plant.tags, settings };
}

function ofType(RED: NodeAPI, type: string): string[] {
  return allNodes(RED).flatMap((node) => (node.type === type ? [node.id] : []));
}

/** The `swat-window` nodes from which wires lead to a node, the nearest first. */
function wiredBefore(RED: NodeAPI, to: string): string[] {
  const nodes = allNodes(RED);
  const types = new Map(nodes.map(({ id, type }) => [id, type]));
  const before = new Map<string, string[]>();
  const note = (from: string, target: unknown): void => {
    if (typeof target === 'string') before.set(target, [...(before.get(target) ?? []), from]);
  };
  for (const { id, type, wires, links } of nodes) {
    if (Array.isArray(wires)) for (const target of wires.flat() as unknown[]) note(id, target);
    if (type === 'link out' && Array.isArray(links)) for (const target of links as unknown[]) note(id, target);
  }
  const found: string[] = [];
  const queue = [to];
  const met = new Set(queue);
  for (let id = queue.shift(); id !== undefined && met.size < MOST_STEPS; id = queue.shift()) {
    for (const from of before.get(id) ?? []) {
      if (met.has(from)) continue;
      met.add(from);
      if (types.get(from) === 'swat-window') found.push(from);
      else queue.push(from);
    }
  }
  return found;
}

function allNodes(RED: NodeAPI): Wired[] {
  const nodes: Wired[] = [];
  RED.nodes.eachNode((node) => void nodes.push(node));
  return nodes;
}
