import type { Node } from 'node-red';
import type { Plant } from '../../lib/plant/dictionary';
import type { LearningProgress } from '../../lib/plant/learn';

/**
 * The config node `swat-plant` as other nodes see it: `RED.nodes.getNode(id) as PlantNode | null`.
 *
 * While it learns, `plant` is `undefined`: whoever receives frames passes each one to {@link offer} (and may show
 * `learning`), and goes on as usual once that says true. Read `plant` afresh for every message while it is undefined;
 * once there, it stays the same until the next deploy.
 */
export interface PlantNode extends Node {
  /** The tag dictionary; `undefined` while it is being learned, and when the settings are unusable. */
  readonly plant: Plant | undefined;
  /** How far learning has come; `undefined` when there is nothing to learn. */
  readonly learning: LearningProgress | undefined;
  /**
   * Takes one frame to learn from, as values by tag name. Says whether `plant` is there (now, or already).
   * @throws SwatError why there is no dictionary and none can be learned
   */
  offer(frame: Readonly<Record<string, unknown>>): boolean;
}
