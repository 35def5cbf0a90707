import type { Node, NodeAPI } from 'node-red';
import type { Plant } from '../../lib/plant/dictionary';
import { resolveSchema, shapeOf, windowSchema } from '../../lib/stream/schema';
import type { Tag } from '../../lib/plant/dictionary';
import type { WindowSettings } from '../../lib/stream/settings';
import type { AssetWindows } from '../../lib/stream/windows';
import { nodesBefore } from './nodes-before';

/** A `swat-window` as others see it: how it cuts frames into windows. */
export interface WindowNode extends Node {
  windowing?: Windowing;
}

/** How frames become windows, and of which tags. */
export interface Windowing {
  /** `undefined` while the plant learns its tags. */
  readonly plant: Plant | undefined;
  readonly settings: WindowSettings;
  /** The windows at work, only to look at; `undefined` while the plant learns its tags. */
  readonly live: Pick<AssetWindows, 'assets' | 'copyTo' | 'health' | 'times' | 'length'> | undefined;
}

/** The tags of windows, and how they are cut. */
export interface Cut {
  readonly tags: readonly Tag[];
  readonly settings: WindowSettings;
}

/** How windows are cut where only their schema is known. */
const USUAL = { stride: 1, maxAgeMs: 10_000, maxAssets: 1, idleMs: 3_600_000 };

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
  for (const { id, type } of nodesBefore(RED, [detector], 'swat-window')) {
    if (type !== 'swat-window') continue;
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
  const found: string[] = [];
  RED.nodes.eachNode((node) => {
    if (node.type === type) found.push(node.id);
  });
  return found;
}
