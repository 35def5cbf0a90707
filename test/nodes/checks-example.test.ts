import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import { startNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

describe('the example of checks', function () {
  this.timeout(90_000);

  const flows = JSON.parse(readFileSync(join(checkout, 'examples', '09-checks.json'), 'utf8')) as FlowNode[];
  const press = (name: string): string => flows.find((node) => node.type === 'inject' && node.name === name)!.id;

  it('tells a frozen sensor and its end, keeps it out of windows, and sees through a recording', async () => {
    const userDir = createUserDir();
    linkModule(userDir);
    const faster = flows.map((node) => ({
      ...node,
      ...(node.type === 'debug' ? { console: true } : {}),
      ...(node.type === 'swat-source' ? { factor: 50 } : {}),
    }));
    const nodeRed = await startNodeRed({ userDir, flows: faster });
    try {
      await new Promise((resolve) => setTimeout(resolve, 4000));
      await nodeRed.admin.inject(press('LIT301 freezes: on / off'));
      await nodeRed.waitForLog(/\[debug:advisories\] SWaT, LIT301 has stood at [\d.]+ mm for 61 s/);
      await nodeRed.waitForLog(/\[debug:bad in the window\][^[]*LIT301: 'stuck'/);
      await nodeRed.admin.inject(press('LIT301 freezes: on / off'));
      await nodeRed.waitForLog(/\[debug:advisories\] Over after \d+ s in all\. It was told: SWaT, LIT301 has stood/);
      await nodeRed.admin.inject(press('A recording hides the plant: on / off'));
      await nodeRed.waitForLog(/\[debug:advisories\] SWaT, \d+ sensors repeat, value for value/);
      await nodeRed.admin.inject(press('Forget and begin anew'));
      await nodeRed.waitForLog(/No longer watched after a reset\. It was told: SWaT, \d+ sensors repeat/);
      assert.doesNotMatch(nodeRed.log(), /\[error\]/);
    } finally {
      await nodeRed.stop();
      removeUserDir(userDir);
    }
  });
});
