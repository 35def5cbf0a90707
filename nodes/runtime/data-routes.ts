import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { Uploads } from '../../lib/platform/uploads';
import type { ModelNode } from './model-node';
import { readNumber } from './settings';
import { lookedAt } from './table-look';
import { worded } from './words';

const MB = 1024 * 1024;
/** Largest upload unless settings.js says otherwise (`swatModelUploadMb`), in MB. */
export const UPLOAD_MB = 2048;
const STATUS: Readonly<Record<string, number>> = {
  'node-missing': 404,
  'data-missing': 404,
  'data-too-large': 413,
  'data-disk-full': 507,
};

/** The admin routes of `swat-model` for files to learn from: list, upload, delete. They reach into the upload folder only. */
export function dataRoutes(RED: NodeAPI): void {
  const read = RED.auth.needsPermission('swat-model.read');
  const write = RED.auth.needsPermission('swat-model.write');
  const uploadsOf = (request: Request): Uploads => {
    const node = RED.nodes.getNode(String(request.params.id)) as ModelNode | null;
    if (node?.type !== 'swat-model' || node.uploads === undefined) throw new SwatError('node-missing');
    return node.uploads;
  };
  const nameOf = (request: Request): string => String(request.params.name);
  const serve = (response: Response, work: () => Promise<object>): void => {
    Promise.resolve()
      .then(work)
      .then((body) => response.json(body))
      .catch((cause: unknown) => {
        const { code, message } = worded(RED, cause);
        const status = Object.hasOwn(STATUS, code) ? STATUS[code] : cause instanceof SwatError ? 400 : 500;
        // What is still on its way of a refused upload is not waited for.
        if (!response.headersSent) response.set('Connection', 'close').status(status).json({ error: message, code });
      });
  };

  RED.httpAdmin.get('/swat-model/:id/data', read, (request: Request, response: Response) =>
    serve(response, async () => ({ files: await uploadsOf(request).list(), most: mostBytes(RED) })),
  );
  RED.httpAdmin.put('/swat-model/:id/data/:name', write, (request: Request, response: Response) =>
    serve(response, async () => {
      const [uploads, name, most] = [uploadsOf(request), nameOf(request), mostBytes(RED)];
      uploads.path(name);
      if (Number(request.get('content-length') ?? 0) > most)
        throw new SwatError('data-too-large', { most: Math.floor(most / MB) });
      return { name, bytes: await uploads.receive(name, lookedAt(name, request as AsyncIterable<Uint8Array>), most) };
    }),
  );
  RED.httpAdmin.delete('/swat-model/:id/data/:name', write, (request: Request, response: Response) =>
    serve(response, async () => {
      await uploadsOf(request).remove(nameOf(request));
      return { name: nameOf(request) };
    }),
  );
}

/** Largest upload, bytes. */
function mostBytes(RED: NodeAPI): number {
  const given = (RED.settings as { swatModelUploadMb?: unknown }).swatModelUploadMb;
  return readNumber('swatModelUploadMb', given, { min: 0.001, max: 1_000_000, fallback: UPLOAD_MB }) * MB;
}
