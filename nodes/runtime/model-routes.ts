import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { DETECTOR_KINDS } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import { byCommand, readHistory, signed } from './model-audit';
import type { Model, ModelNode } from './model-node';
import { presetFields } from './preset-fields';
import { readChoice, readText } from './settings';
import { worded } from './words';

/** Runs the work of an admin request and answers with its outcome as JSON, or with a worded error. */
export function answer(RED: NodeAPI, response: Response, work: () => Promise<object>): void {
  const fail = (cause: unknown): void => {
    const missing = cause instanceof SwatError && cause.code === 'node-missing';
    const status = missing ? 404 : cause instanceof SwatError ? 400 : 500;
    response.status(status).json({ error: worded(RED, cause).message });
  };
  Promise.resolve()
    .then(work)
    .then((body) => response.json(body))
    .catch(fail);
}

/** The body of a request as fields that nobody has vouched for. */
export function bodyOf(request: Request): Record<string, unknown> {
  const body: unknown = request.body;
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** The admin routes of `swat-model`: the versions of each detector, activation and rollback. */
export function modelRoutes(RED: NodeAPI): void {
  const modelOf = (request: Request): Model => {
    const node = RED.nodes.getNode(String(request.params.id)) as ModelNode | null;
    if (node?.type !== 'swat-model' || node.model === undefined) throw new SwatError('node-missing');
    return node.model;
  };
  const kindOf = (request: Request) => readChoice('kind', bodyOf(request).kind, DETECTOR_KINDS, DETECTOR_KINDS[0]);
  const by = (request: Request) => byCommand(signed(request, bodyOf(request)));
  const write = RED.auth.needsPermission('swat-model.write');

  RED.httpAdmin.get(
    '/swat-model/presets',
    RED.auth.needsPermission('swat-model.read'),
    (_request: Request, response: Response) => answer(RED, response, () => Promise.resolve(presetFields())),
  );
  RED.httpAdmin.get(
    '/swat-model/:id/versions',
    RED.auth.needsPermission('swat-model.read'),
    (request: Request, response: Response) =>
      answer(RED, response, async () => {
        const { store } = modelOf(request);
        const lists = await Promise.all(DETECTOR_KINDS.map(async (kind) => [kind, await store.list(kind)] as const));
        return Object.fromEntries(lists);
      }),
  );
  RED.httpAdmin.get(
    '/swat-model/:id/history',
    RED.auth.needsPermission('swat-model.read'),
    (request: Request, response: Response) =>
      answer(RED, response, () => modelOf(request).trail.history(readHistory(request.query))),
  );
  RED.httpAdmin.post('/swat-model/:id/activate', write, (request: Request, response: Response) =>
    answer(RED, response, async () => {
      const version = readText(bodyOf(request).version);
      await modelOf(request).activate(kindOf(request), version, by(request));
      return { version };
    }),
  );
  RED.httpAdmin.post('/swat-model/:id/rollback', write, (request: Request, response: Response) =>
    answer(RED, response, async () => ({ version: await modelOf(request).rollback(kindOf(request), by(request)) })),
  );
}
