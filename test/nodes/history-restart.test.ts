import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Trend } from '../../lib/history/reader';
import type { FlowNode } from '../harness/admin';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** A written second may be lost when the process is killed, and the one that is being written; event time passes 20 times as fast. */
const LOST_MS = 20 * 4000;
const TAGS = ['LIT101', 'MV101', 'FIT101'];

/** The simulated plant into a history that is asked by HTTP. */
const flow = (autostart: boolean): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'past' },
  { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
  { id: 'source', z: 'tab', type: 'swat-source', mode: 'simulation', autostart, speed: 'times', factor: 20, seed: 7, x: 1, y: 1, wires: [['past'], [], []] }, // prettier-ignore
  { id: 'past', z: 'tab', type: 'swat-history', plant: 'plant', x: 1, y: 1, wires: [[], ['reply']] },
  { id: 'ask', z: 'tab', type: 'http in', url: '/ask', method: 'post', x: 1, y: 1, wires: [['command']] },
  {
    id: 'command',
    z: 'tab',
    type: 'function',
    func: 'msg.swat = msg.payload; return msg;',
    x: 1,
    y: 1,
    wires: [['past']],
  },
  { id: 'reply', z: 'tab', type: 'http response', x: 1, y: 1, wires: [] },
];

async function ask<T>({ url }: RunningNodeRed, command: object): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/ask`, { method: 'POST', headers, body: JSON.stringify(command) });
  assert.equal(response.status, 200);
  return (await response.json()) as T;
}

describe('the past after kill -9', function () {
  this.timeout(120_000);
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;
  before(() => linkModule(userDir));
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('is what it was, but for the last seconds, and goes on', async () => {
    nodeRed = await startNodeRed({ userDir, flows: flow(true) });
    let assets: { asset: string; first: number; last: number }[] = [];
    const known = async (): Promise<typeof assets> =>
      (await ask<{ assets: typeof assets }>(nodeRed, { command: 'assets' })).assets;
    await eventually(
      async () => {
        assets = await known();
        return assets.length === 1 && assets[0].last - assets[0].first > LOST_MS + 40_000;
      },
      () => `some minutes of the plant: ${JSON.stringify(assets)}`,
    );
    const [{ first, last }] = assets;
    const question = { command: 'trend', from: first, to: last, points: 2000, tags: TAGS };
    const before = await ask<Trend>(nodeRed, question);
    await nodeRed.kill();

    nodeRed = await startNodeRed({ userDir, flows: flow(false) });
    const [again] = await known();
    assert.equal(again.first, first);
    assert.ok(again.last >= last - LOST_MS, `${(last - again.last) / 1000} s are lost`);
    const after = await ask<Trend>(nodeRed, question);
    assert.equal(after.step, before.step);
    before.tags.forEach(({ tag, values, stage, unit }, index) => {
      const kept = values.filter(([time]) => time <= last - LOST_MS);
      assert.ok(kept.length > 30);
      assert.deepEqual(after.tags[index].values.slice(0, kept.length), kept);
      assert.deepEqual([after.tags[index].tag, after.tags[index].stage, after.tags[index].unit], [tag, stage, unit]);
    });
    assert.equal(readdirSync(join(userDir, 'swat', 'history', 'past')).length, 1);
    assert.doesNotMatch(nodeRed.log(), /set aside/);
  });
});
