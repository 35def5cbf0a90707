import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NodeAPI } from 'node-red';
import { keyOf } from '../../lib/api/keys';
import { problemOf } from '../../lib/api/problem';
import { SwatError } from '../../lib/errors';
import { WebSocketServer, type WebSocket } from '../../lib/vendor/ws';
import { keyGiven, mayAsk } from './api-server';
import type { ApiSettings } from './api-settings';
import { worded } from './words';

/** What is told live: verdicts as `swat-severity` sends them, alarm events as `swat-alert` does. */
export interface ApiStream {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, below: string): void;
  /** @returns how many were not sent as their reader is too slow */
  tell(type: 'verdict' | 'alarm', asset: string, payload: unknown): number;
  readonly clients: number;
  close(): Promise<void>;
}

/** WebSockets of one node, at most. */
const MOST_CLIENTS = 100;
/** Of a reader that has so much before it, verdicts are dropped; with so much more, it is sent away. Bytes. */
const SLOW = 256 * 1024;
const TOO_SLOW = 4 * 1024 * 1024;
/** Nothing is wanted from a client but answers to pings, and that it closes. */
const MOST_HEARD = 1024;
const PING_MS = 30_000;
/** The protocol of a browser's WebSocket, which cannot send headers, and before a key in its list of protocols. */
const PROTOCOL = 'swat';
const KEY_PREFIX = 'swat.key.';
/** Codes with which a WebSocket is closed (RFC 6455, IANA). */
const GOING_AWAY = 1001;
const TRY_LATER = 1013;

interface Client {
  readonly socket: WebSocket;
  /** Only of this asset, only of these types; all where it is absent. */
  readonly asset: string | undefined;
  readonly types: readonly string[];
  answered: boolean;
  dropped: number;
}

/** WebSockets at `<path>/stream`, for keys that may read. */
export function apiStream(RED: NodeAPI, settings: ApiSettings): ApiStream {
  const clients = new Set<Client>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MOST_HEARD,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  });

  /** @throws SwatError `api-nothing-here`, `api-key-missing`, `api-key-wrong`, `api-scope`, `api-origin`, `api-stream-full`, `api-stream-types` */
  const admit = ({ headers, url = '' }: IncomingMessage, below: string): Pick<Client, 'asset' | 'types'> => {
    if (below !== '/stream') throw new SwatError('api-nothing-here', { path: below.slice(0, 80) });
    const { origin, host } = headers;
    if (origin !== undefined && !mayAsk(settings, origin, host)) throw new SwatError('api-origin', { origin: origin.slice(0, 80) }); // prettier-ignore
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
    const inProtocol = offered.find((each) => each.startsWith(KEY_PREFIX))?.slice(KEY_PREFIX.length);
    const given = keyGiven((name) => [headers[name]].flat()[0]) ?? inProtocol;
    if (given === undefined) throw new SwatError('api-key-missing');
    const key = keyOf(settings.keys, given);
    if (key === undefined) throw new SwatError('api-key-wrong');
    if (!key.scopes.includes('read')) throw new SwatError('api-scope', { name: key.name, scope: 'read' });
    const { searchParams } = new URL(url, 'http://localhost');
    const types = (searchParams.get('types') ?? TYPES.join(',')).split(',');
    if (!types.every((type) => TYPES.includes(type)))
      throw new SwatError('api-stream-types', { known: TYPES.join(', ') });
    if (clients.size >= MOST_CLIENTS) throw new SwatError('api-stream-full', { most: MOST_CLIENTS });
    return { asset: searchParams.get('asset') ?? undefined, types };
  };

  const take = (socket: WebSocket, wanted: Pick<Client, 'asset' | 'types'>): void => {
    const client: Client = { socket, ...wanted, answered: true, dropped: 0 };
    clients.add(client);
    socket.on('pong', () => (client.answered = true));
    socket.on('close', () => clients.delete(client));
    socket.on('error', () => socket.terminate());
  };

  const timer = setInterval(() => {
    for (const client of clients) {
      if (!client.answered) client.socket.terminate();
      client.answered = false;
      client.socket.ping();
    }
  }, PING_MS);
  timer.unref();

  return {
    get clients() {
      return clients.size;
    },
    upgrade(request, socket, head, below) {
      try {
        const wanted = admit(request, below);
        server.handleUpgrade(request, socket, head, (opened) => take(opened, wanted));
      } catch (cause) {
        refuse(RED, socket, cause);
      }
    },
    tell(type, asset, payload) {
      if (clients.size === 0) return 0;
      let dropped = 0;
      let text: string | undefined;
      for (const client of clients) {
        const { socket } = client;
        if (!client.types.includes(type) || (client.asset !== undefined && client.asset !== asset)) continue;
        if (socket.bufferedAmount > TOO_SLOW) {
          socket.close(TRY_LATER, 'too slow');
          clients.delete(client);
        } else if (socket.bufferedAmount > SLOW && type === 'verdict') {
          client.dropped += 1;
          dropped += 1;
        } else {
          text ??= JSON.stringify({ type, data: payload });
          socket.send(client.dropped === 0 ? text : JSON.stringify({ type, data: payload, dropped: client.dropped }));
          client.dropped = 0;
        }
      }
      return dropped;
    },
    close() {
      clearInterval(timer);
      const open = [...clients].map(
        ({ socket }) =>
          new Promise<void>((resolve) => {
            const late = setTimeout(() => socket.terminate(), 500);
            socket.once('close', () => {
              clearTimeout(late);
              resolve();
            });
            socket.close(GOING_AWAY);
          }),
      );
      return Promise.all(open).then(() => undefined);
    },
  };
}

const TYPES: readonly string[] = ['verdict', 'alarm'];

/** Answers over HTTP what is not to become a WebSocket. */
function refuse(RED: NodeAPI, socket: Duplex, cause: unknown): void {
  const { code, message } = worded(RED, cause);
  const problem = problemOf(code, message);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.on('error', () => socket.destroy());
  // Nothing of this socket is read any more, not even that its other end has gone: it would stay open for good.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
