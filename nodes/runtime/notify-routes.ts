import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { answer, bodyOf } from './answer';
import { signed } from './model-audit';

/** A `swat-notify` as its admin routes see it. */
export interface NotifyNode extends Node {
  /** Carries out a command as a message would. */
  command: (command: Readonly<Record<string, unknown>>) => Promise<object>;
  /** Why nothing can be sent with these settings, in words; `undefined` where it can. */
  held: string | undefined;
}

/** The dialog shows so many notifications. */
const SHOWN = 50;

/**
 * The admin routes of `swat-notify`: what is in its outbox, what was given up first, and every command of its messages, signed
 * by the user of the editor. The list of a node that is not deployed is empty and says so.
 */
export function notifyRoutes(RED: NodeAPI): void {
  const nodeOf = (request: Request): NotifyNode | undefined => {
    const node = RED.nodes.getNode(String(request.params.id)) as NotifyNode | null;
    return node?.type === 'swat-notify' ? node : undefined;
  };

  RED.httpAdmin.get(
    '/swat-notify/:id/outbox',
    RED.auth.needsPermission('swat-notify.read'),
    (request: Request, response: Response) =>
      answer(RED, response, async () => {
        const node = nodeOf(request);
        if (node === undefined) return { deployed: false, entries: [] };
        const entries: object[] = [];
        let counts = {};
        for (const state of ['dead', 'waiting', 'sent']) {
          const list = (await node.command({ command: 'list', state, limit: SHOWN })) as Listed;
          counts = list.counts;
          entries.push(...list.entries);
        }
        const held = node.held === undefined ? {} : { held: node.held };
        return { deployed: true, ...held, counts, entries: entries.slice(0, SHOWN) };
      }),
  );
  RED.httpAdmin.post(
    '/swat-notify/:id/command',
    RED.auth.needsPermission('swat-notify.write'),
    (request: Request, response: Response) =>
      answer(RED, response, () => {
        const node = nodeOf(request);
        if (node === undefined) throw new SwatError('node-missing');
        return node.command(signed(request, bodyOf(request)));
      }),
  );
}

interface Listed {
  readonly counts: object;
  readonly entries: readonly object[];
}
