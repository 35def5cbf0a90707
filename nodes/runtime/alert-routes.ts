import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { answer, bodyOf } from './answer';
import { journalRoute } from './journal-routes';
import type { JournalHandle } from './journal-shared';
import { signed } from './model-audit';

/** A `swat-alert` as its admin route sees it. */
export interface AlertNode extends Node {
  /** Carries out a command as a message would; `undefined` where the settings are unusable. */
  command: ((command: Readonly<Record<string, unknown>>) => Promise<object>) | undefined;
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
        return command(signed(request, bodyOf(request)));
      }),
  );
}
