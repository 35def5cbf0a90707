import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createStore } from '../../lib/model/store';
import { MAX_ARCHIVE } from '../../lib/model/tar';
import { disk } from '../../lib/platform/files';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

// In a Node-RED of its own: what reads the bodies before the routes is not in the helper's server.
describe('an import, whatever its sender calls it', function () {
  this.timeout(60_000);
  let userDir: string;
  let nodeRed: RunningNodeRed;

  before(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({
      userDir,
      flows: [{ id: 'm', type: 'swat-model', name: 'plant', reference: false }],
    });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const send = async (type: string, body: Uint8Array<ArrayBuffer>): Promise<[number, Record<string, unknown>]> => {
    const headers = { 'Content-Type': type };
    const answer = await fetch(`${nodeRed.url}/swat-model/m/import?name=m.tar`, { method: 'POST', headers, body });
    const text = await answer.text();
    assert.match(answer.headers.get('content-type') ?? '', /json/, `${answer.status} ${text.slice(0, 300)}`);
    return [answer.status, JSON.parse(text) as Record<string, unknown>];
  };

  for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain', 'application/x-tar'])
    it(`comes in whole, and is told when it is too large, as ${type}`, async () => {
      const store = createStore({
        files: disk,
        folder: join(userDir, 'none'),
        reference: join(checkout, 'models'),
        product: '1',
      });
      const { version } = await store.load('autoencoder');
      const bytes = new Uint8Array(await store.exportVersion('autoencoder', version));
      const [status, answer] = await send(type, bytes);
      assert.deepEqual([status, answer.version], [200, version], JSON.stringify(answer));
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ kind: 'autoencoder', version });
      assert.equal((await fetch(`${nodeRed.url}/swat-model/m/delete`, { method: 'POST', headers, body })).status, 200);

      const [refused, { error }] = await send(type, new Uint8Array(MAX_ARCHIVE + 1));
      assert.equal(refused, 413);
      assert.match(String(error), /too large/);
    });
});
