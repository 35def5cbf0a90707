import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A request in bytes, and how they are given. */
export interface Sent {
  readonly bytes: Buffer;
  /** Breaks off when it has sent all: nobody waits for the rest. */
  readonly breaksOff: boolean;
}

/** What came back. */
export interface Got {
  /** `undefined` where nothing came. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The longest that an answer may take, ms. */
const PATIENCE = 20_000;
/** What broke off is heard so long, ms. */
const LISTENS = 30;
/** No answer of ours is longer. */
const MOST = 32 * 2 ** 20;

/**
 * Sends bytes over a connection of its own and hears all that comes back: no client stands in between that would refuse to send them.
 * @throws Error where nothing came in time, or more than any answer has
 */
export async function exchanged(port: number, { bytes, breaksOff }: Sent): Promise<Got> {
  const socket = connect({ port, host: '127.0.0.1' });
  const parts: Buffer[] = [];
  let length = 0;
  socket.on('data', (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length > MOST) socket.destroy(new Error('an answer without end'));
  });
  const over = new Promise<Error | undefined>((resolve) => {
    socket.on('error', resolve);
    socket.on('close', () => resolve(undefined));
  });
  const late = new AbortController();
  try {
    await new Promise<void>((resolve) => {
      socket.write(bytes, () => resolve());
      void over.then(() => resolve());
    });
    const until = pause(breaksOff ? LISTENS : PATIENCE, 'late' as const, { signal: late.signal }).catch(
      () => undefined,
    );
    if ((await Promise.race([over, until])) === 'late' && !breaksOff)
      throw new Error(`no answer within ${PATIENCE} ms`);
    if (length > MOST) throw new Error('an answer without end');
    return read(Buffer.concat(parts));
  } finally {
    late.abort();
    socket.destroy();
  }
}

/** An answer whose connection has ended; without a whole head there is none. */
function read(bytes: Buffer): Got {
  const end = bytes.indexOf('\r\n\r\n');
  const [first, ...lines] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (end < 0 || status === undefined) return { status: undefined, headers: {}, body: '' };
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  // 100 Continue comes before the answer.
  if (status === '100') return read(bytes.subarray(end + 4));
  const rest = bytes.subarray(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? whole(rest) : rest;
  return { status: Number(status), headers, body: body.toString() };
}

/** What came in chunks, in one; as far as it came. */
function whole(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n', at);
    const size = end < 0 ? 0 : Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
