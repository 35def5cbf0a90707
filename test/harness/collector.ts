import { createServer as createHttp, type Server } from 'node:http';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';

/** Hears what a Node-RED under test tells: alarms by HTTP POST, and lines of JSON by TCP. Both on 127.0.0.1. */
export interface Collector {
  readonly url: string;
  readonly linePort: number;
  /** Bodies of all posts, in the order in which they came. */
  readonly posts: Record<string, unknown>[];
  /** All lines, with the time at which each came (performance.now). */
  readonly lines: { readonly at: number; readonly value: Record<string, unknown> }[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const posts: Collector['posts'] = [];
  const lines: Collector['lines'] = [];
  const sockets = new Set<Socket>();
  const http = createHttp((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      posts.push(JSON.parse(body) as Record<string, unknown>);
      response.end('ok');
    });
  });
  const net = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const texts = (rest + chunk).split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts)
        lines.push({ at: performance.now(), value: JSON.parse(text) as Record<string, unknown> });
    });
  });
  const port = await listen(http);
  return {
    url: `http://127.0.0.1:${port}`,
    linePort: await listen(net),
    posts,
    lines,
    async close() {
      for (const socket of sockets) socket.destroy();
      http.closeAllConnections();
      await Promise.all([http, net].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function listen(server: Server | NetServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
