import type { NodeAPI } from 'node-red';

/** Node-RED's user directory, under which everything of ours is kept in `swat/`; the working directory where none is set. */
export function userFolder(RED: Pick<NodeAPI, 'settings'>): string {
  const folder: unknown = RED.settings.userDir;
  return typeof folder === 'string' && folder !== '' ? folder : '.';
}
