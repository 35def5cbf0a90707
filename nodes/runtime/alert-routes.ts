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

/** The admin route of `swat-alert`: every command of its messages, signed by the user of the editor. */
export function alertRoutes(RED: NodeAPI): void {
  journalRoute(RED, '/swat-alert/:id/journal', 'swat-alert.read', (id) => {
    const node = RED.nodes.getNode(id) as AlertNode | null;
    return node?.type === 'swat-alert' ? node.journal : undefined;
  });
  RED.httpAdmin.post(
    '/swat-alert/:id/command',
    RED.auth.needsPermission('swat-alert.write'),
    (request: Request, response: Response) =>
      answer(RED, response, () => {
        const node = RED.nodes.getNode(String(request.params.id)) as AlertNode | null;
        if (node?.type !== 'swat-alert' || node.command === undefined) throw new SwatError('node-missing');
        return node.command(signed(request, bodyOf(request)));
      }),
  );
}
