import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { Guidance } from '../../lib/plant/dictionary';
import { swatGuidanceKey } from '../../lib/plant/swat-guidance';
import type { PlantNode } from './plant-node';
import { readText } from './settings';
import { words } from './words';

/**
 * What the plant that a dialog names says of a tag, in Node-RED's language where it is SWaT; nothing of any tag where it names none, or while the plant is learned.
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
    const guidance = plant === undefined || index === undefined ? undefined : plant.tags[index].guidance;
    return guidance === undefined ? undefined : inLanguage(RED, tag, guidance);
  };
}

/** The guidance of the SWaT plant in Node-RED's language; that of any other plant as its owner wrote it. */
function inLanguage(RED: NodeAPI, tag: string, guidance: Guidance): Guidance {
  const key = swatGuidanceKey(tag, guidance);
  if (key === undefined) return guidance;
  const say = (part: keyof Guidance): string => words(RED, `guidance.${key}.${part}`);
  return { cause: say('cause'), consequence: say('consequence'), response: say('response') };
}
