import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { isRecord } from '../../lib/record';
import type { AlertNode } from './alert-routes';
import { worded } from './words';

/** Bytes of a request that somebody signs in with. */
const MOST_BYTES = 4096;
/** The HTTP status of what can be wrong; else 400. */
const STATUS: Readonly<Partial<Record<string, number>>> = {
  'node-missing': 404,
  'operator-wrong': 401,
  'operator-proxy': 401,
  'operator-proxy-twice': 401,
  'operator-locked': 429,
  'operator-busy': 429,
  unexpected: 500,
};

/**
 * `POST /swat/operator` on Node-RED's HTTP server, for dashboards: `{node, user, pin}`, or `{node}` behind a trusted proxy, is answered
 * with `{session, user, known, until}`; what is refused with `{error, code, seconds?}`. To be called once.
 */
export function operatorRoutes(RED: NodeAPI): void {
  RED.httpNode.post('/swat/operator', (request: Request, response: Response) => {
    response.set('Cache-Control', 'no-store');
    signIn(RED, request).then(
      (signedIn) => response.json(signedIn),
      (cause: unknown) => {
        const { code, message } = worded(RED, cause);
        const seconds =
          cause instanceof SwatError && Object.hasOwn(cause.details, 'seconds') ? cause.details.seconds : undefined;
        if (seconds !== undefined) response.set('Retry-After', String(seconds));
        response
          .status(STATUS[code] ?? 400)
          .json({ error: message, code, ...(seconds === undefined ? {} : { seconds }) });
      },
    );
  });
}

async function signIn(RED: NodeAPI, request: Request): Promise<object> {
  const given = await jsonOf(request);
  const node = RED.nodes.getNode(typeof given.node === 'string' ? given.node : '') as AlertNode | null;
  if (node?.type !== 'swat-alert' || node.gate === undefined) throw new SwatError('node-missing');
  return node.gate.signIn(request, given);
}

/** The body, which Node-RED may have read already: where its editor has the same root. @throws SwatError `operator-body` */
async function jsonOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const wrong = new SwatError('operator-body');
  const parsed: unknown = request.body;
  if (isRecord(parsed) && Object.keys(parsed).length > 0) return parsed;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw wrong;
    parts.push(part);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (isRecord(body)) return body;
  } catch {
    // Said below.
  }
  throw wrong;
}
