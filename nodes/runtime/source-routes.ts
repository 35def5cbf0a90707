import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { ATTACKS } from '../../lib/plant/attacks';
import { worded } from './words';

/** A `swat-source` as its button in the editor sees it. */
export interface SourceNode extends Node {
  /** Starts the chosen attack, or ends the one there is. Absent where the settings are unusable. */
  press?(): void;
}

/** The admin routes of `swat-source`: the attacks to choose from, and the button in the editor. */
export function sourceRoutes(RED: NodeAPI): void {
  RED.httpAdmin.get('/swat-source/attacks', RED.auth.needsPermission('swat-source.read'), (_request, response) => {
    response.json(ATTACKS.map(({ id, stage, tags, durationS }) => ({ id, stage, tags, durationS })));
  });

  RED.httpAdmin.post(
    '/swat-source/:id/button',
    RED.auth.needsPermission('swat-source.write'),
    (request: Request, response: Response) => {
      const node = RED.nodes.getNode(String(request.params.id)) as SourceNode | null;
      try {
        if (node?.type !== 'swat-source' || node.press === undefined) throw new SwatError('source-not-there');
        node.press();
        response.sendStatus(204);
      } catch (cause) {
        response.status(409).json({ error: worded(RED, cause).message });
      }
    },
  );
}
