import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomDrill } from '../../lib/plant/drill';
import type { FlowNode } from '../harness/admin';
import { startNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

describe('the example of an attack drill', function () {
  this.timeout(90_000);

  const flows = JSON.parse(readFileSync(join(checkout, 'examples', '05-attack-drill.json'), 'utf8')) as FlowNode[];
  const named = (name: string): FlowNode => flows.find((node) => node.name === name)!;

  it('opens with a comment, and has nothing but core nodes beside ours', () => {
    assert.equal(flows.find(({ type }) => type !== 'tab')?.type, 'comment');
    for (const { type } of flows) {
      assert.match(type, /^(swat-\w+|tab|comment|inject|debug|catch|link in|link out)$/);
    }
  });

  it('runs in a Node-RED: attacks, alarms that come back, one score for each attack, no error', async () => {
    const userDir = createUserDir();
    linkModule(userDir);
    // As fast as the flow takes it, with the scoreboard in the log.
    const faster = flows.map((node) =>
      node.name === 'scoreboard'
        ? { ...node, console: true }
        : node.type === 'swat-source'
          ? { ...node, speed: 'max' }
          : node,
    );
    const nodeRed = await startNodeRed({ userDir, flows: faster });
    try {
      await nodeRed.admin.inject(named('Drill: five attacks').id);
      const [first, second] = randomDrill(5, 19, 900).attacks.map(({ attack }) => attack);
      await nodeRed.waitForLog(new RegExp(`Attack ${first} was detected after \\d+ s; first named: AIT202 in P2`));
      await nodeRed.waitForLog(new RegExp(`Attack ${second} was (detected|missed)`));
      await nodeRed.admin.inject(named('End the drill').id);
      await nodeRed.admin.inject(named('Scoreboard now').id);
      await nodeRed.waitForLog(/So far [12] of 2 detected.*[^]*So far [12] of 2 detected/);
      const log = nodeRed.log();
      assert.equal([...log.matchAll(new RegExp(`Attack ${first} was`, 'g'))].length, 1, 'each attack is told once');
      assert.doesNotMatch(log, /\[error\]/);
    } finally {
      await nodeRed.stop();
      removeUserDir(userDir);
    }
  });
});
