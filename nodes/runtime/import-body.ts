import type { IncomingMessage, Server } from 'node:http';
import type { NodeAPI } from 'node-red';

const IMPORT = /\/swat-model\/[^/?]+\/import(?:\?|$)/;
/** The servers that are listened to already: one listener each, however often the nodes are loaded. */
const listened = new WeakSet<Server>();

/**
 * Keeps the body of an import as it comes, whatever type the sender calls it. Node-RED reads bodies of forms and of JSON before
 * any route of a node sees them (curl calls everything a form), and answers what it cannot read with a page of HTML.
 */
export function takeImportsWhole(RED: Pick<NodeAPI, 'server'>): void {
  const server = RED.server as Server | undefined;
  if (server === undefined || listened.has(server)) return;
  listened.add(server);
  server.prependListener('request', (request: IncomingMessage) => {
    if (request.method !== 'POST' || !IMPORT.test(request.url ?? '')) return;
    request.headers['content-type'] = 'application/octet-stream';
  });
}
