import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { productVersion } from '../../lib/platform/product';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

describe('the elements of the dashboards', function () {
  this.timeout(60_000);
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(`/plant/swat/ui/${path}`, nodeRed.url), { headers });

  before(async () => {
    linkModule(userDir);
    nodeRed = await startNodeRed({ userDir, settings: { httpNodeRoot: '/plant', httpAdminRoot: '/' } });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('are served where the dashboards are, and asked for again only after an update', async () => {
    const script = await get('swat-dashboard.js');
    assert.equal(script.status, 200);
    assert.match(script.headers.get('Content-Type') ?? '', /javascript/);
    assert.equal(script.headers.get('Cache-Control'), 'no-cache');
    assert.match(await script.text(), /swat-overview/);
    const again = await get('swat-dashboard.js', {
      'If-None-Match': script.headers.get('ETag') ?? '',
      'Cache-Control': 'max-age=0',
    });
    assert.equal(again.status, 304);
    const kept = await get(`en-US.json?v=${productVersion()}`);
    assert.equal(kept.headers.get('Cache-Control'), 'public, max-age=31536000, immutable');
    const texts = (name: string): object =>
      JSON.parse(readFileSync(join(checkout, 'nodes', 'locales', 'en-US', name), 'utf8')) as object;
    const { attacks, alarm } = texts('swat-plant.json') as Record<'attacks' | 'alarm', object>;
    assert.deepEqual(await kept.json(), { ...texts('swat-dashboard.json'), attacks, alarm });
  });

  it('are all that is served there', async () => {
    for (const path of ['nothing.js', '..%2Fswat-plant.js', '..%2f..%2f..%2fpackage.json', '%00.js', 'swat-dashboard.js%2f']) {
      assert.equal((await get(path)).status, 404, path);
    }
  }); // prettier-ignore
});
