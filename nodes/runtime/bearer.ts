import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { hashOf } from '../../lib/api/keys';

/** The token of an `Authorization: Bearer <token>`; `undefined` where there is none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
}

/** Whether a request carries `Authorization: Bearer <token>`; how long that takes says nothing of the token. */
export function bears(request: Pick<Request, 'get'>, token: string): boolean {
  return timingSafeEqual(hashOf(bearerToken(request.get('authorization')) ?? ''), hashOf(token));
}
