import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { seeded } from '../../lib/kernels/random';
import { API_KEYS, API_PATH, READ_KEY } from '../harness/api-flow';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { probed, type Probed } from '../harness/resources';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { chainFlow } from './flow';
import { hostileFrames, hostileHandshake } from './frames';
import { faultsIn } from './node-red-log';
import { FUZZ, noteResult, reached } from './shared';

/** Connections at once. */
const AT_ONCE = 20;
/** Connections that say half a thing and then nothing, at once: below the most that there may be. */
const SILENT = 40;
/** What comes back is waited for so long, ms. */
const LISTENS = 25;
const GROWTH = 8 * 2 ** 20;
/** Sockets that the system, or the client of a test, is a little late with. */
const MOST_LEFT = 10;

describe('the stream of the API, when a client does what none does', () => {
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let probe: Probed;
  let port: number;

  before(async function () {
    this.timeout(120_000);
    userDir = createUserDir();
    linkModule(userDir);
    probe = await probed();
    nodeRed = await startNodeRed({ userDir, flows: chainFlow(), ...probe.options, env: { ...probe.options.env, SWAT_API_KEYS: API_KEYS } }); // prettier-ignore
    port = Number(new URL(nodeRed.url).port);
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const opened = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${API_PATH}/stream`, { headers: { 'X-API-Key': READ_KEY } });
    await once(socket, 'open');
    return socket;
  };
  /** WebSockets that the API says are open. */
  const open = async (): Promise<number> => {
    const text = await nodeRed.admin.text(`${API_PATH}/metrics`, { 'X-API-Key': READ_KEY });
    return Number(/^swat_api_stream_clients (\d+)$/m.exec(text)?.[1]);
  };
  /** Does what the index says, and tells what came back; the connection stays. */
  const tried = async (index: number): Promise<{ socket: Socket; isGood: boolean; heard: string }> => {
    const random = seeded(FUZZ.seed * 1_000_003 + index);
    const { bytes, isGood } = hostileHandshake(random);
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    socket.on('error', () => undefined).on('data', (part: Buffer) => (heard += part.toString('latin1').slice(0, 2000)));
    await Promise.race([came(socket, 'connect'), came(socket, 'close')]);
    const isCut = !isGood && random() < 0.1;
    socket.write(isCut ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
    if (random() < 0.7 && isGood) while (heard === '' && !socket.destroyed) await pause(2);
    for (const each of hostileFrames(random)) if (!socket.destroyed) socket.write(each);
    await Promise.race([pause(random() < 0.3 ? 0 : LISTENS), came(socket, 'close')]);
    return { socket, isGood, heard };
  };
  const wrongWith = (heard: string, isGood: boolean): string | undefined => {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1] ?? 0);
    if (status >= 500 && status !== 503) return `answered with ${heard}`;
    if (isGood && status !== 0 && status !== 101) return `a good handshake was refused: ${heard}`;
    if (!heard.includes('problem+json')) return undefined;
    return /"code":"(?!unexpected)[\w-]+"/.test(heard) ? undefined : `names no cause: ${heard}`;
  };

  it(`lives through ${FUZZ.sockets} connections, keeps none of them, and serves the others all along`, async function () {
    this.timeout(FUZZ.patience);
    const reader = await opened();
    let told = 0;
    reader.on('message', () => (told += 1));
    await eventually(() => told > 0, 'a verdict for a good client');
    const atFirst = socketsOf(nodeRed.pid);
    const failures: string[] = [];
    const silent: Socket[] = [];
    const begun = Date.now();
    let settled: { readonly heapBytes: number } | undefined;
    let count = 0;
    for (let from = 0; from < FUZZ.sockets && Date.now() - begun < FUZZ.budget; from += AT_ONCE) {
      const all = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => tried(from + at)));
      for (const [at, { socket, isGood, heard }] of all.entries()) {
        const wrong = wrongWith(heard, isGood);
        if (wrong !== undefined) failures.push(`connection ${from + at}: ${wrong}`);
        // Some stay, and say nothing more.
        if (at % 10 === 0) silent.push(socket);
        else if (at % 2 === 0) socket.destroy();
        else socket.end();
      }
      for (const socket of silent.splice(0, Math.max(0, silent.length - SILENT))) socket.destroy();
      count += AT_ONCE;
      assert.deepEqual([...failures, ...faultsIn(nodeRed.log())], []);
      if (from >= FUZZ.sockets / 3) settled ??= await probe.resources();
    }
    const seconds = (Date.now() - begun) / 1000;
    reached('sockets', count, FUZZ.sockets);
    const before = told;
    await eventually(() => told > before, 'a verdict for the good client after all that');
    for (const socket of silent) socket.destroy();
    await eventually(async () => (await open()) === 1, 'the others are forgotten, each and all');
    await eventually(() => socketsOf(nodeRed.pid) <= atFirst + MOST_LEFT, () => `${socketsOf(nodeRed.pid)} sockets, ${atFirst} at first`); // prettier-ignore
    const { heapBytes } = await probe.resources();
    const grown = heapBytes - (settled?.heapBytes ?? heapBytes);
    assert.ok(grown < GROWTH, `the heap has grown by ${grown} bytes`);
    noteResult('sockets', { seed: FUZZ.seed, connections: count, seconds, heapGrownBytes: grown });
    reader.terminate();
  });

  it('lets go of a client whose handshake was refused, also of one that never hangs up', async function () {
    this.timeout(60_000);
    const atFirst = socketsOf(nodeRed.pid);
    const sockets = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        socket.write(`GET ${API_PATH}/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        assert.match(answer.toString(), /^HTTP\/1\.1 401[\s\S]+api-key-missing/);
        return socket;
      }),
    );
    await eventually(() => socketsOf(nodeRed.pid) <= atFirst + MOST_LEFT, 'the sockets are let go of');
    for (const socket of sockets) socket.destroy();
  });
});

/** Resolves with an event, and never rejects: a connection that is reset comes to its end, too. */
function came(socket: Socket, event: 'connect' | 'close'): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()));
}

/** Sockets that a process has open; 0 where the system does not tell. */
function socketsOf(pid: number): number {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
    return links.filter((link) => link.startsWith('socket:')).length;
  } catch {
    return 0;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // It was closed meanwhile.
    return '';
  }
}
