import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import { startNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

describe('the example of operating modes', function () {
  this.timeout(180_000);

  const flows = JSON.parse(readFileSync(join(checkout, 'examples', '10-operating-modes.json'), 'utf8')) as FlowNode[];
  const press = (name: string): string => flows.find((node) => node.type === 'inject' && node.name === name)!.id;

  it('is muted while the filter stands, says so, scores again, and collects only that mode, to the end', async () => {
    const userDir = createUserDir();
    linkModule(userDir);
    const faster = flows.map((node) => ({
      ...node,
      ...(node.type === 'debug' ? { console: true } : {}),
      ...(node.type === 'swat-source' ? { factor: 150 } : {}),
    }));
    const nodeRed = await startNodeRed({ userDir, flows: faster });
    try {
      await nodeRed.waitForLog(/\[debug:modes\][^[]*scored: /);
      await nodeRed.waitForLog(/\[debug:modes\][^[]*transition: Not judged: SWaT is in the operating mode transition/);
      await nodeRed.waitForLog(/\[debug:modes\] closed: Not judged: SWaT is in the operating mode closed/);
      await nodeRed.waitForLog(/closed: Not judged[^]*\[debug:modes\][^[]*scored: /);
      await nodeRed.admin.inject(press('What has moved'));
      await nodeRed.waitForLog(/\[debug:errors\][^]*keeps no slow baseline/);
      await nodeRed.admin.inject(press('Collect windows of the standing filter only'));
      await nodeRed.waitForLog(/\[debug:answers\][^]*command: 'collect', ok: true/);
      await nodeRed.waitForLog(/\[debug:answers\][^]*collected: 0,[^]*'other-mode': \d/);
      await nodeRed.waitForLog(/\[debug:answers\][^]*collected: 600,/, 80_000);
      assert.doesNotMatch(nodeRed.log(), /unexpected/i);
    } finally {
      await nodeRed.stop();
      removeUserDir(userDir);
    }
  });
});
