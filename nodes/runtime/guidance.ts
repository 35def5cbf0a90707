import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { Guidance } from '../../lib/plant/dictionary';
import type { PlantNode } from './plant-node';
import { readText } from './settings';

/**
 * What the plant that a dialog names says of a tag; nothing of any tag where it names none, or while the plant is learned.
 * @throws SwatError `plant-missing` where it names one that is not there
 */
export function guidanceFrom(RED: NodeAPI, id: unknown): (tag: string) => Guidance | undefined {
  const named = readText(id);
  if (named === '') return () => undefined;
  const node = RED.nodes.getNode(named) as PlantNode | null | undefined;
  if (typeof node?.offer !== 'function') throw new SwatError('plant-missing');
  return (tag) => {
    const { plant } = node;
    const index = plant?.indexOf(tag);
    return plant === undefined || index === undefined ? undefined : plant.tags[index].guidance;
  };
}
