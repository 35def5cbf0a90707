import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { randomBytes } from 'node:crypto';
import { SwatError } from '../../lib/errors';
import type { Actor } from '../../lib/operator/actor';
import { hashPin } from '../../lib/operator/pin';
import { answer, bodyOf } from './answer';
import { journalRoute } from './journal-routes';
import type { JournalHandle } from './journal-shared';
import { editorUser } from './model-audit';
import type { OperatorGate } from './operator-gate';
import { operatorRoutes } from './operator-routes';

/** A `swat-alert` as its admin route sees it. */
export interface AlertNode extends Node {
  /**
   * Carries out a command as a message would, of somebody who is trusted: whoever calls has asked who it is (`actor`), or
   * needs not. `undefined` where the settings are unusable.
   */
  command: ((command: Readonly<Record<string, unknown>>, actor?: Actor) => Promise<object>) | undefined;
  /** Who may act by messages; `undefined` where the settings are unusable. */
  gate: OperatorGate | undefined;
  /** `undefined` where nothing is recorded. */
  journal: JournalHandle['journal'] | undefined;
}

/**
 * The admin routes of `swat-alert`: its open alarms and silences, and every command of its messages, signed by the user of the editor. The
 * list of a node that is not deployed is empty and says so.
 */
export function alertRoutes(RED: NodeAPI): void {
  journalRoute(RED, '/swat-alert/:id/journal', 'swat-alert.read', (id) => {
    const node = RED.nodes.getNode(id) as AlertNode | null;
    return node?.type === 'swat-alert' ? node.journal : undefined;
  });
  const commandOf = (request: Request): AlertNode['command'] => {
    const node = RED.nodes.getNode(String(request.params.id)) as AlertNode | null;
    return node?.type === 'swat-alert' ? node.command : undefined;
  };

  RED.httpAdmin.get(
    '/swat-alert/:id/alarms',
    RED.auth.needsPermission('swat-alert.read'),
    (request: Request, response: Response) =>
      answer(RED, response, async () => {
        const command = commandOf(request);
        if (command === undefined) return { deployed: false, alarms: [], silences: [] };
        const [list, silences] = await Promise.all([command({ command: 'list' }), command({ command: 'silences' })]);
        return { deployed: true, ...silences, ...list };
      }),
  );
  RED.httpAdmin.post(
    '/swat-alert/:id/command',
    RED.auth.needsPermission('swat-alert.write'),
    (request: Request, response: Response) =>
      answer(RED, response, () => {
        const command = commandOf(request);
        if (command === undefined) throw new SwatError('node-missing');
        const user = editorUser(request);
        return command(bodyOf(request), user === undefined ? undefined : { user, known: 'editor' });
      }),
  );
  // The dialog keeps what comes back, so that the PIN itself is in no flow and no file.
  RED.httpAdmin.post(
    '/swat-alert/pin',
    RED.auth.needsPermission('swat-alert.write'),
    (request: Request, response: Response) =>
      answer(RED, response, async () => ({ hash: await hashPin(bodyOf(request).pin, randomBytes(16)) })),
  );
  operatorRoutes(RED);
}
