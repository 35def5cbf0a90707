import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';

/** The token of an `Authorization: Bearer <token>`; `undefined` where there is none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
}

/** Whether a request carries `Authorization: Bearer <token>`; how long that takes says nothing of the token. */
export function bears(request: Pick<Request, 'get'>, token: string): boolean {
  return timingSafeEqual(digest(bearerToken(request.get('authorization')) ?? ''), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
