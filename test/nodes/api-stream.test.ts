import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { NodeAPI } from 'node-red';
import { WebSocket } from 'ws';
import { readApiSettings } from '../../nodes/runtime/api-settings';
import { apiStream, type ApiStream } from '../../nodes/runtime/api-stream';
import { API_KEYS, READ_KEY } from '../harness/api-flow';
import { eventually } from '../harness/eventually';

const RED = { _: (key: string): string => key } as unknown as NodeAPI;
/** 100 kB: so that what the system keeps between both ends is filled soon. */
const LARGE = { asset: 'a', text: 'x'.repeat(100_000) };

describe('the stream of an API', function () {
  this.timeout(60_000);
  let server: Server;
  let stream: ApiStream;
  const open = async (query = ''): Promise<WebSocket> => {
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/stream${query}`, { headers: { 'X-API-Key': READ_KEY } });
    await once(socket, 'open');
    return socket;
  };

  beforeEach(async () => {
    stream = apiStream(RED, readApiSettings({}, undefined, { SWAT_API_KEYS: API_KEYS }));
    server = createServer().listen(0, '127.0.0.1');
    server.on('upgrade', (request, socket, head) => stream.upgrade(request, socket, head, '/stream'));
    await once(server, 'listening');
  });
  afterEach(async () => {
    await stream.close();
    server.closeAllConnections();
    server.close();
  });

  it('tells each reader what it wants, and only that', async () => {
    const heard: string[] = [];
    for (const query of ['', '?types=alarm', '?asset=b', '?asset=b&types=verdict']) {
      const socket = await open(query);
      socket.on('message', (data: Buffer) => {
        const { type, data: told } = JSON.parse(data.toString()) as { type: string; data: { asset: string } };
        heard.push(`${query} ${type} ${told.asset}`);
      });
    }
    for (const asset of ['a', 'b']) {
      stream.tell('verdict', asset, { asset });
      stream.tell('alarm', asset, { asset });
    }
    const wanted = [
      ' verdict a', ' alarm a', ' verdict b', ' alarm b',
      '?types=alarm alarm a', '?types=alarm alarm b',
      '?asset=b verdict b', '?asset=b alarm b',
      '?asset=b&types=verdict verdict b',
    ]; // prettier-ignore
    await eventually(
      () => heard.length >= wanted.length,
      () => heard.join('\n'),
    );
    assert.deepEqual(heard.sort(), wanted.sort());
  });

  it('drops verdicts for a reader that is too slow, and says how many; never alarm events', async () => {
    const socket = await open();
    const heard: { type: string; dropped?: number }[] = [];
    socket.on('message', (data: Buffer) =>
      heard.push(JSON.parse(data.toString()) as { type: string; dropped?: number }),
    );
    const { _socket: wire } = socket as unknown as { _socket: Socket };
    wire.pause();
    let dropped = 0;
    for (let sent = 0; sent < 500 && dropped < 3; sent += 1) {
      dropped += stream.tell('verdict', 'a', LARGE);
      await new Promise(setImmediate);
    }
    assert.equal(dropped, 3);
    assert.equal(stream.tell('alarm', 'a', { asset: 'a' }), 0);
    wire.resume();
    await eventually(
      () => heard.at(-1)?.type === 'alarm',
      () => `${heard.length} heard`,
    );
    assert.equal(heard.at(-1)?.dropped, 3);
  });

  it('sends a reader away that does not even take alarm events', async () => {
    const socket = await open('?types=alarm');
    const { _socket: wire } = socket as unknown as { _socket: Socket };
    wire.pause();
    for (let sent = 0; sent < 500 && stream.clients > 0; sent += 1) {
      stream.tell('alarm', 'a', LARGE);
      await new Promise(setImmediate);
    }
    assert.equal(stream.clients, 0);
    const closed = once(socket, 'close') as Promise<[number]>;
    wire.resume();
    assert.equal((await closed)[0], 1013);
  });

  it('lets go of whoever it refuses, though the other end never hangs up', async () => {
    const { port } = server.address() as AddressInfo;
    const connections = (): Promise<number> => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))); // prettier-ignore
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('GET /stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 401/);
    await eventually(async () => (await connections()) === 0, 'no connection is left');
    socket.destroy();
  });

  it('takes a hundred readers at most, and lets all go when it closes', async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open()));
    await assert.rejects(open(), /503/);
    const codes = Promise.all(sockets.map((socket) => once(socket, 'close') as Promise<[number]>));
    await stream.close();
    assert.deepEqual(new Set((await codes).map(([code]) => code)), new Set([1001]));
    assert.equal(stream.clients, 0);
  });
});
