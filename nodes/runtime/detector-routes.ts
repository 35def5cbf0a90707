import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { DetectorNode } from './detector-node';
import { signed } from './model-audit';
import { answer, bodyOf } from './model-routes';

/** The admin route behind the buttons of a detector's dialog: a command, as `msg.swat` would give it. */
export function detectorRoute(RED: NodeAPI, type: string): void {
  RED.httpAdmin.post(
    `/${type}/:id/command`,
    RED.auth.needsPermission('swat-model.write'),
    (request: Request, response: Response) =>
      answer(RED, response, () => {
        const node = RED.nodes.getNode(String(request.params.id)) as DetectorNode | null;
        if (node?.type !== type || node.command === undefined) throw new SwatError('node-missing');
        return node.command(signed(request, bodyOf(request)));
      }),
  );
}
