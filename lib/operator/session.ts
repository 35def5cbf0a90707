import { createHmac, timingSafeEqual } from 'node:crypto';
import { SwatError } from '../errors';
import { isRecord } from '../record';
import type { Known } from './actor';

/** Who was let in, where, how, and until when. */
export interface Session {
  /** Id of the node that it is for. */
  readonly node: string;
  readonly user: string;
  readonly known: Extract<Known, 'pin' | 'proxy'>;
  /** Wall-clock time, ms since the epoch. */
  readonly until: number;
  /** Of what let the user in: another PIN ends the session. */
  readonly mark: string;
}

const LONGEST = 2048;

/** A session as a text that nobody without the secret can make: its JSON and an HMAC-SHA256 over it, both base64url. */
export function sealSession(session: Session, secret: Buffer): string {
  const { node, user, known, until, mark } = session;
  const body = Buffer.from(JSON.stringify({ node, user, known, until, mark })).toString('base64url');
  return `${body}.${sealOf(body, secret).toString('base64url')}`;
}

/**
 * Reads a text of {@link sealSession}.
 * @throws SwatError `operator-session` for one that was not made with this secret, or whose time is over
 */
export function openSession(token: unknown, secret: Buffer, now: number): Session {
  const over = new SwatError('operator-session');
  if (typeof token !== 'string' || token.length > LONGEST) throw over;
  const [body = '', seal = '', ...more] = token.split('.');
  const given = Buffer.from(seal, 'base64url');
  const right = sealOf(body, secret);
  if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) throw over;
  const session: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  if (!isRecord(session) || typeof session.until !== 'number' || session.until <= now) throw over;
  return session as unknown as Session;
}

function sealOf(body: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(body).digest();
}
