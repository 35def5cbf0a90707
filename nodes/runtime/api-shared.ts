import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { keepBody } from './api-body';
import { dispatcher, type ApiServer } from './api-server';
import type { ApiStream } from './api-stream';

/** A node that serves an API. */
interface Place {
  readonly path: string;
  readonly name: string;
  readonly server: ApiServer;
  readonly stream: ApiStream;
}

/** Paths of others of ours on the same server. */
const TAKEN = ['/swat/metrics', '/swat/health', '/swat/ready', '/swat/ui', '/swat/operator'];

const places = new Map<string, Place>();
const listening = new WeakSet<Server>();

/** Serves, from now on, whatever nodes take a place. To be called once, before the flows start. */
export function apiPlaces(RED: NodeAPI): void {
  places.clear();
  // Where Node-RED serves nothing for flows there is no such server.
  const { httpNode } = RED as { httpNode?: NodeAPI['httpNode'] };
  httpNode?.use(
    dispatcher((path) => {
      const found = placeOf(path);
      return found && { server: found.place.server, below: found.below };
    }),
  );
}

/**
 * Takes a path; gives how to leave it.
 * @throws SwatError `api-path-used` {path, by} where the path, or one above or below it, is taken; `api-http-off`
 */
export function takePlace(RED: NodeAPI, place: Place): () => void {
  const root: unknown = (RED.settings as { httpNodeRoot?: unknown }).httpNodeRoot;
  if (root === false) throw new SwatError('api-http-off');
  const overlaps = (other: string): boolean => `${other}/`.startsWith(`${place.path}/`) || `${place.path}/`.startsWith(`${other}/`); // prettier-ignore
  const other = [...places.values()].find(({ path }) => overlaps(path));
  const own = TAKEN.find(overlaps);
  if (other !== undefined || own !== undefined)
    throw new SwatError('api-path-used', { path: place.path, by: other?.name ?? own ?? '' });
  places.set(place.path, place);
  listen(RED.server, typeof root === 'string' ? root : '/');
  return () => {
    if (places.get(place.path) === place) places.delete(place.path);
  };
}

function placeOf(path: string): { place: Place; below: string } | undefined {
  for (const place of places.values()) {
    if (path === place.path || path.startsWith(`${place.path}/`))
      return { place, below: path.slice(place.path.length) || '/' };
  }
  return undefined;
}

/**
 * Hears of requests before Node-RED does: its editor stands before the flows on the same paths, and would read bodies that are not for it, with
 * other limits and other answers. WebSockets of other paths are left to others.
 */
function listen(server: Server | undefined, root: string): void {
  if (server === undefined || listening.has(server)) return;
  listening.add(server);
  const base = root.replace(/\/+$/, '');
  const below = (url = ''): ReturnType<typeof placeOf> => {
    const [path] = url.split('?');
    return path.startsWith(base) ? placeOf(path.slice(base.length)) : undefined;
  };
  server.prependListener('request', (request: IncomingMessage) => {
    if (below(request.url) !== undefined) keepBody(request);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const found = below(request.url);
    if (found !== undefined) found.place.stream.upgrade(request, socket, head, found.below);
  });
}
