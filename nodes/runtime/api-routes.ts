import { randomBytes, randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { hashOf } from '../../lib/api/keys';
import { answer } from './answer';

/** The admin route that makes a key for the dialog of `swat-api`: it is shown there once, and only its digest is saved. */
export function apiKeyRoute(RED: NodeAPI): void {
  RED.httpAdmin.post(
    '/swat-api/key',
    RED.auth.needsPermission('swat-api.write'),
    (_request: Request, response: Response) =>
      answer(RED, response, () => {
        const key = `swat_${randomBytes(32).toString('base64url')}`;
        response.set('Cache-Control', 'no-store');
        return Promise.resolve({ id: randomUUID(), key, hash: hashOf(key).toString('hex') });
      }),
  );
}
