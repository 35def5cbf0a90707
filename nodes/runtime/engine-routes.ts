import { resolve } from 'node:path';
import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { PACKAGE_FOLDER } from '../../lib/platform/product';
import { tryEngine } from '../../lib/train/try-engine';
import { answer } from './answer';
import { userFolder } from './user-folder';
import { worded } from './words';

/** Where a training engine may be installed: in Node-RED's user directory, or where this package is. */
export function engineFolders(RED: NodeAPI): string[] {
  return [resolve(userFolder(RED)), PACKAGE_FOLDER];
}

/** The admin route that says whether the engine that is not built in can be used, and if not, why. */
export function engineRoute(RED: NodeAPI, type: string): void {
  let trying: Promise<object> | undefined;
  const look = (): Promise<object> =>
    tryEngine('tfjs-node', engineFolders(RED)).then(
      () => ({ ready: true }),
      (cause: unknown) => ({ ready: false, reason: worded(RED, cause).message }),
    );
  RED.httpAdmin.get(
    `/${type}/engines`,
    RED.auth.needsPermission('swat-model.read'),
    (_request: Request, response: Response) =>
      answer(RED, response, async () => {
        // Dialogs that are open at the same time share one process.
        trying ??= look().finally(() => (trying = undefined));
        return { 'tfjs-node': await trying };
      }),
  );
}
