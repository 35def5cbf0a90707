import { strict as assert } from 'node:assert';
import type { FlowNode } from './admin';
import { startNodeRed } from './node-red';
import { createUserDir, linkModule, packageName, removeUserDir } from './user-dir';

const flow: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'probe' },
  {
    id: 'button',
    type: 'inject',
    z: 'tab',
    props: [{ p: 'payload' }],
    payload: 'ping',
    payloadType: 'str',
    wires: [['out']],
  },
  {
    id: 'out',
    type: 'debug',
    z: 'tab',
    active: true,
    console: true,
    tosidebar: false,
    complete: 'payload',
    targetType: 'msg',
    wires: [],
  },
];

describe('a real Node-RED with this package', () => {
  let userDir: string;

  beforeEach(() => {
    userDir = createUserDir();
    linkModule(userDir);
  });
  afterEach(() => removeUserDir(userDir));

  it('loads every node set without an error, runs flows and stops when asked', async () => {
    const nodeRed = await startNodeRed({ userDir });
    try {
      const ours = (await nodeRed.admin.nodeSets()).filter((set) => set.module === packageName);
      const broken = ours.filter((set) => !set.enabled || set.err !== undefined);
      assert.deepEqual(
        broken.map((set) => `${set.id}: ${JSON.stringify(set.err)}`),
        [],
      );
      assert.equal(ours.length, 18);
      await nodeRed.admin.deploy(flow);
      assert.equal((await nodeRed.admin.flows()).length, flow.length);
      await nodeRed.admin.inject('button');
      await nodeRed.waitForLog(/\[debug:out\] ping/);
    } finally {
      await nodeRed.stop();
    }
  });

  it('starts again with the same flows after it was killed', async () => {
    const first = await startNodeRed({ userDir, flows: flow });
    await first.kill();
    const second = await startNodeRed({ userDir });
    try {
      assert.deepEqual(await second.admin.flows(), flow);
    } finally {
      await second.stop();
    }
  });
});
