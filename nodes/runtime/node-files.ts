import { tameName } from '../../lib/platform/device-name';

/** The file of a node's state. */
export function stateFile(type: string, id: string): string {
  return `${type}-${id.replaceAll(/[^\w.-]/g, '_').slice(0, 64)}.state`;
}

/** The folder of a node's history. */
export function historyFolder(id: string): string {
  return tameName(id.replaceAll(/[^\w.-]/g, '_').slice(0, 64));
}

/** The file of the dictionary that a plant has learned; each time it learns anew, its generation rises. */
export function plantFile(id: string, generation: number): string {
  return tameName(`${id.replaceAll(/[^\w-]/g, '_')}${generation === 0 ? '' : `.${generation}`}.json`);
}

/** The file in which a node remembers which reports it has made. */
export function scheduleFile(id: string): string {
  return tameName(`${id.replaceAll(/[^\w-]/g, '_')}.json`);
}
