import type { NextFunction, Request, Response } from 'express';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { keepBody } from './api-body';
import type { ApiServer } from './api-server';
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
  httpNode?.use((request: Request, response: Response, next: NextFunction) => {
    const found = placeOf(request.path);
    if (found === undefined) next();
    else found.place.server.handle(request, response, found.below);
  });
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
  listen(RED.server, typeof root === 'string' ? root : '/', isFirst(RED.settings));
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

/** What a settings file has for requests before they get to a flow. */
const BEFORE_FLOWS = ['httpNodeAuth', 'httpAuth', 'httpNodeMiddleware', 'httpAdminMiddleware'] as const;

/**
 * Whether nothing that was set up by somebody stands before the flows. What embeds Node-RED into a program of its own may have a login there
 * that we know nothing of.
 */
function isFirst(settings: object): boolean {
  const given = settings as Readonly<Record<string, unknown>>;
  return isOwnProgram(require.main?.filename ?? '') && BEFORE_FLOWS.every((name) => !given[name]);
}

/** Whether a program is that of Node-RED itself. */
function isOwnProgram(path: string): boolean {
  return path.endsWith(join('node-red', 'red.js'));
}

/**
 * Hears of requests before Node-RED does: its editor stands before the flows on the same paths, and would read bodies that are not for it, with
 * other limits and other answers. WebSockets of other paths are left to others.
 * @param first whether requests are answered before Node-RED has them: each pass through Express leaves 8 KB behind that only a long garbage
 * collection takes away, and takes as much time as the answer
 */
function listen(server: Server | undefined, root: string, first: boolean): void {
  if (server === undefined || listening.has(server)) return;
  listening.add(server);
  const base = root.replace(/\/+$/, '');
  const below = (url = ''): ReturnType<typeof placeOf> => {
    const [path] = url.split('?');
    return path.startsWith(base) ? placeOf(path.slice(base.length)) : undefined;
  };
  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const found = below(request.url);
    if (found !== undefined && first) {
      found.place.server.handle(request, response, found.below);
      return;
    }
    if (found !== undefined) keepBody(request);
    for (const other of others) other.call(server, request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const found = below(request.url);
    if (found !== undefined) found.place.stream.upgrade(request, socket, head, found.below);
  });
}
