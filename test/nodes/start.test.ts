import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { checkout, createUserDir, removeUserDir } from '../harness/user-dir';

describe('npm start', function () {
  this.timeout(60_000);

  it('brings up the demo and says where editor and dashboard are; a taken port is said plainly', async () => {
    const folder = createUserDir();
    const port = await freePort();
    const demo = start(folder, port);
    try {
      const text = await demo.until(/Dashboard +http\S+/);
      assert.match(text, new RegExp(`Editor +http://127\\.0\\.0\\.1:${port}/`));
      const all = await demo.until(/kept in .*starts afresh/);
      assert.ok(all.includes(`kept in ${folder};`), all);
      assert.doesNotMatch(all, /warn|error/i);
      assert.equal((await fetch(`http://127.0.0.1:${port}/ui/`)).status, 200);

      const second = start(folder, port);
      await second.until(/taken by another program/);
      assert.equal(await second.ended, 1);
    } finally {
      demo.stop();
      await demo.ended;
      removeUserDir(folder);
    }
  });
});

/** `scripts/start.mjs` in a process of its own. */
function start(folder: string, port: number) {
  const env = { ...process.env, DEMO_DIR: folder, PORT: String(port), HOST: '127.0.0.1' };
  const child = spawn(process.execPath, [join(checkout, 'scripts', 'start.mjs')], { env });
  let text = '';
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    ended,
    stop: () => child.kill('SIGTERM'),
    until: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(text)) resolve(text);
        };
        waiting.push(look);
        look();
        void ended.then(() => (pattern.test(text) ? resolve(text) : reject(new Error(text))));
      }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
