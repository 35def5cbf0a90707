import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { csvOf, tagsFromCsv } from '../../lib/plant/csv';
import { createPlant } from '../../lib/plant/dictionary';
import { tagsOf } from '../../lib/plant/list';
import { SWAT } from '../../lib/plant/swat';
import type { PlantNode } from './plant-node';
import { words, worded } from './words';

/**
 * The admin routes behind the dialog of `swat-plant`: tags of a pasted CSV and a CSV of tags, tags of the preset or of a deployed plant
 * (to copy them into a list).
 */
export function plantRoutes(RED: NodeAPI): void {
  const read = RED.auth.needsPermission('swat-plant.read');
  const write = RED.auth.needsPermission('swat-plant.write');
  const fail = (response: Response, cause: unknown): void => {
    response.status(cause instanceof SwatError ? 400 : 500).json({ error: worded(RED, cause).message });
  };

  RED.httpAdmin.post('/swat-plant/csv', write, (request: Request, response: Response) => {
    try {
      const body = request.body as { csv?: unknown } | undefined;
      const { tags, problems } = tagsFromCsv(typeof body?.csv === 'string' ? body.csv : '');
      response.json({
        tags,
        problems: problems.map(({ line, error }) => ({
          line,
          code: error.code,
          message: words(RED, `errors.${error.code}`, error.details),
        })),
      });
    } catch (cause) {
      fail(response, cause);
    }
  });

  RED.httpAdmin.post('/swat-plant/csv/text', write, (request: Request, response: Response) => {
    try {
      const tags = tagsOf((request.body as { tags?: unknown } | undefined)?.tags);
      createPlant('list', tags);
      response.json({ csv: csvOf(tags) });
    } catch (cause) {
      fail(response, cause);
    }
  });

  RED.httpAdmin.get('/swat-plant/:id/tags', read, (request: Request, response: Response) => {
    const node = RED.nodes.getNode(String(request.params.id)) as PlantNode | null;
    const plant = request.params.id === 'swat' ? SWAT : node?.type === 'swat-plant' ? node.plant : undefined;
    if (plant === undefined) response.status(404).json({ error: words(RED, 'errors.plant-not-there') });
    else response.json({ tags: plant.tags });
  });
}
