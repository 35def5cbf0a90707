import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { DetectorNode } from './detector-node';
import { signed } from './model-audit';
import { answer, bodyOf } from './answer';
import { uploadsOnly } from './training-file';

/**
 * The admin routes of a detector's dialog: a command, as `msg.swat` would give it, but of files uploaded ones only; and what
 * the last check and training had to say, and what is at work.
 */
export function detectorRoute(RED: NodeAPI, type: string): void {
  RED.httpAdmin.post(
    `/${type}/:id/command`,
    RED.auth.needsPermission('swat-model.write'),
    (request: Request, response: Response) =>
      answer(RED, response, () => {
        const node = RED.nodes.getNode(String(request.params.id)) as DetectorNode | null;
        if (node?.type !== type || node.command === undefined) throw new SwatError('node-missing');
        return node.command(uploadsOnly(signed(request, bodyOf(request))));
      }),
  );
  RED.httpAdmin.get(
    `/${type}/:id/live`,
    RED.auth.needsPermission('swat-model.read'),
    (request: Request, response: Response) =>
      answer(RED, response, () => {
        const node = RED.nodes.getNode(String(request.params.id)) as DetectorNode | null;
        return Promise.resolve(node?.type === type && node.live !== undefined ? node.live() : {});
      }),
  );
  RED.httpAdmin.get(
    `/${type}/:id/report`,
    RED.auth.needsPermission('swat-model.read'),
    (request: Request, response: Response) =>
      answer(RED, response, () => {
        const node = RED.nodes.getNode(String(request.params.id)) as DetectorNode | null;
        // A node that is not deployed yet has nothing to report, which is no error.
        return Promise.resolve(node?.type === type && node.report !== undefined ? node.report() : { stage: 'none' });
      }),
  );
}
