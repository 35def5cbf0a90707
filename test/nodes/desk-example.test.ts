import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import { startNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

type Loose = Readonly<Record<string, unknown>>;

describe('the example of an alarm desk', function () {
  this.timeout(120_000);

  const flows = JSON.parse(readFileSync(join(checkout, 'examples', '20-alarm-desk.json'), 'utf8')) as FlowNode[];
  const named = (name: string): FlowNode => flows.find((node) => node.name === name)!;

  it('has the dashboard as its only palette beside ours', () => {
    for (const { type } of flows)
      assert.match(
        type,
        /^(swat-\w+|tab|comment|inject|debug|catch|change|function|trigger|link in|link out|ui_(base|tab|group|template|button))$/,
      );
  });

  it('shows what swat-alert says: alarms, metrics, the journal, and what was refused, to the desk that asked', async () => {
    const userDir = createUserDir();
    linkModule(userDir);
    linkModule(userDir, 'node-red-dashboard', join(checkout, 'node_modules', 'node-red-dashboard'));
    const { id: desk, z } = named('alarm desk');
    const [commands] = named('alarm desk').wires as string[][];
    const button = (id: string, props: readonly Loose[], to: readonly string[]): FlowNode => ({
      id, type: 'inject', z, props, repeat: '', crontab: '', once: false, x: 900, y: 40, wires: [to],
    }); // prettier-ignore
    const attack = JSON.stringify({ command: 'attack', id: 16 });
    const extra: FlowNode[] = [
      // prettier-ignore
      { id: 'b0000000000000f1', type: 'debug', z, name: 'shown', active: true, tosidebar: false, console: true, complete: '$string(payload)', targetType: 'jsonata', x: 900, y: 90, wires: [] },
      button('b0000000000000f2', [{ p: 'swat', v: attack, vt: 'json' }], [named('simulated plant').id]),
      button(
        'b0000000000000f3',
        [
          { p: 'swat', v: '{"command": "ack", "id": "nobody", "user": "Ann"}', vt: 'json' },
          { p: 'desk', v: 'page-7', vt: 'str' },
        ],
        commands,
      ),
    ];
    const tapped = flows.map((node) => ({
      ...node,
      ...(node.type === 'swat-source' ? { factor: 60 } : {}),
      ...(node.name === 'what the desk shows' ? { wires: [[desk, 'b0000000000000f1']] } : {}),
    }));
    const nodeRed = await startNodeRed({ userDir, flows: [...tapped, ...extra] });
    try {
      await nodeRed.admin.inject('b0000000000000f2');
      await nodeRed.waitForLog(/"firstOut":\{"tag":"LIT301","stage":"P3"/, 60_000);
      await nodeRed.waitForLog(/"journal":\[\{[^\]]*"event":"raised"/);
      await nodeRed.waitForLog(/"metrics":\{[^\n]*"perHour":\{"now":1/);
      await nodeRed.admin.inject('b0000000000000f3');
      await nodeRed.waitForLog(
        /"outcome":\{"error":"No alarm or asset here is called [^\n]*nobody[^\n]*"desk":"page-7"/,
      );
      assert.doesNotMatch(nodeRed.log(), /\[error\]/);
    } finally {
      await nodeRed.stop();
      removeUserDir(userDir);
    }
  });
});
