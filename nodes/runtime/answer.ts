import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { worded } from './words';

/** Runs the work of an admin request and answers with its outcome as JSON (bytes as they are), or with a worded error. Work that has answered by itself gives `undefined`. */
export function answer(RED: NodeAPI, response: Response, work: () => Promise<object | undefined>): void {
  const fail = (cause: unknown): void => {
    const missing = cause instanceof SwatError && cause.code === 'node-missing';
    const large = cause instanceof SwatError && cause.code === 'bundle-too-large';
    const status = missing ? 404 : large ? 413 : cause instanceof SwatError ? 400 : 500;
    response.status(status).json({ error: worded(RED, cause).message });
  };
  Promise.resolve()
    .then(work)
    .then((body) => {
      if (Buffer.isBuffer(body)) response.type('application/x-tar').send(body);
      else if (body !== undefined) response.json(body);
    })
    .catch(fail);
}

/** The body of a request as fields that nobody has vouched for. */
export function bodyOf(request: Request): Record<string, unknown> {
  const body: unknown = request.body;
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}
