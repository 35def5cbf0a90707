import type { IncomingMessage } from 'node:http';
import { SwatError } from '../../lib/errors';

/** A body that takes longer than this to come is not waited for, ms. */
const LONGEST_MS = 30_000;

/** Refuses what is no UTF-8. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/** A request whose body a parser before us may have read: `_body` is how the parsers of Express say so to each other. */
type Parsed = IncomingMessage & { _body?: boolean; body?: unknown };

/** Requests whose bodies no parser reads before us. */
const kept = new WeakSet<IncomingMessage>();

/** Keeps parsers that stand before us from reading the body of a request. */
export function keepBody(request: IncomingMessage): void {
  kept.add(request);
  (request as Parsed)._body = true;
}

/**
 * The JSON in the body of a request; `undefined` where it has none.
 * @param most bytes
 * @throws SwatError `api-media-type`, `api-too-large` {most} in KB, `api-json`
 */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  const { headers } = request;
  const length = Number(headers['content-length'] ?? 0);
  if (length === 0 && headers['transfer-encoding'] === undefined) return undefined;
  const [type = '', ...rest] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = rest.map((each) => each.trim()).find((each) => each.startsWith('charset='));
  const plain = headers['content-encoding'] === undefined || headers['content-encoding'] === 'identity';
  if (type.trim() !== 'application/json' || !plain || (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)))
    throw new SwatError('api-media-type');
  if (length > most) throw new SwatError('api-too-large', { most: most / 1024 });
  const { _body, body } = request as Parsed;
  if (_body === true && !kept.has(request)) return body;
  const bytes = await readBytes(request, most);
  if (bytes.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return value;
  } catch (cause) {
    throw new SwatError('api-json', {}, { cause });
  }
}

function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => end(new SwatError('api-json')), LONGEST_MS);
    const end = (failure?: Error): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', end).off('error', end).off('close', cut);
      if (failure === undefined) resolve(Buffer.concat(parts));
      else reject(failure);
    };
    const cut = (): void => end(new SwatError('api-json'));
    const take = (part: Buffer): void => {
      length += part.length;
      if (length > most) end(new SwatError('api-too-large', { most: most / 1024 }));
      else parts.push(part);
    };
    request
      .on('data', take)
      .once('end', () => end())
      .once('error', () => end(new SwatError('api-json')))
      .once('close', cut);
  });
}
