import { isAbsolute, join, resolve } from 'node:path';
import type { NodeAPI } from 'node-red';

/** Node-RED's user directory, under which everything of ours is kept in `swat/`; the working directory where none is set. */
export function userFolder(RED: Pick<NodeAPI, 'settings'>): string {
  const folder: unknown = RED.settings.userDir;
  return typeof folder === 'string' && folder !== '' ? folder : '.';
}

/** Where models are kept: the folder of a dialog, else of `SWAT_MODELS`, else `swat/models` in the user directory. */
export function modelFolder(RED: Pick<NodeAPI, 'settings'>, given = ''): string {
  const folder = given || (process.env.SWAT_MODELS ?? '').trim();
  const home = resolve(userFolder(RED));
  if (folder === '') return join(home, 'swat', 'models');
  return isAbsolute(folder) ? folder : join(home, folder);
}
