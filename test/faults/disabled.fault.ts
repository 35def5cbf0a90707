import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { FlowNode } from '../harness/admin';
import { chainFlow, type ToldVerdict } from '../harness/chain-flow';
import { startCollector, type Collector } from '../harness/collector';
import { eventually } from '../harness/eventually';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { startFeed, type PlantFeed } from '../harness/plant-feed';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** The nodes of the chain that a person can disable. */
const NODES = ['window-plant', 'autoencoder', 'iforest', 'severity', 'alert', 'model', 'plant'];
/** Without these nothing comes to the end of the chain. */
const NEEDED = ['window-plant', 'autoencoder', 'iforest', 'severity'];
const SPEED = 20;
/** Plant time within which a verdict must be there again: a window of 60 samples, filled anew, and a moment. */
const SOON_MS = 120_000;

describe('a node that is disabled, and enabled again', () => {
  let userDir: string;
  let collector: Collector;
  let nodeRed: RunningNodeRed;
  let feed: PlantFeed;
  let flows: FlowNode[];

  before(async function () {
    this.timeout(60_000);
    userDir = createUserDir();
    linkModule(userDir);
    collector = await startCollector();
    const feedPort = await freePort();
    flows = chainFlow({ feedPort, collector, assets: [{ name: 'plant', window: { hold: 600 } }] });
    nodeRed = await startNodeRed({ userDir, flows });
    feed = startFeed({ seed: 6, perSecond: SPEED, attacks: [{ id: 2, seconds: 100_000 }], rest: 90 });
    feed.to(feedPort);
  });
  after(async function () {
    this.timeout(60_000);
    feed.stop();
    await nodeRed.stop();
    await collector.close();
    removeUserDir(userDir);
  });

  const verdicts = (): ToldVerdict[] => collector.lines.map(({ value }) => value as ToldVerdict);
  const until = (holds: () => boolean, what: string): Promise<void> =>
    eventually(holds, () => `${what}\n${nodeRed.log().slice(-2000)}`);
  const set = async (id: string, disabled: boolean): Promise<void> => {
    flows = flows.map((node) => (node.id === id ? { ...node, d: disabled } : node));
    await nodeRed.admin.deploy(flows, 'nodes');
  };

  before('an alarm stands', async function () {
    this.timeout(90_000);
    await until(() => collector.posts.some(({ event }) => event === 'raised'), 'an alarm');
    await until(() => verdicts().at(-1)?.level === 'CRITICAL', 'CRITICAL');
  });

  for (const id of NODES) {
    it(`(${id}): the process lives, verdicts come again by themselves, and the alarm still stands`, async function () {
      this.timeout(90_000);
      await set(id, true);
      const off = collector.lines.length;
      await pause(1000);
      // What was on its way may come yet.
      if (NEEDED.includes(id)) assert.ok(collector.lines.length < off + SPEED / 2, 'it is not off');
      const at = feed.time;
      const before = collector.lines.length;
      await set(id, false);
      await until(() => verdicts().slice(before).some(({ time, level }) => time > at && level === 'CRITICAL'), `verdicts after ${id}`); // prettier-ignore
      const first = verdicts().slice(before).find(({ time }) => time > at); // prettier-ignore
      assert.ok(first !== undefined && first.time < at + SOON_MS, `${String(first?.time)}: not soon after ${at}`);
      await pause(500);
    });
  }

  it('tells no verdict and no alarm twice, and has lost none', () => {
    const times = verdicts().map(({ time }) => time);
    assert.deepEqual(
      [...new Set(times)].sort((a, b) => a - b),
      times,
      'each second at most once, in order',
    );
    const events = (collector.posts as unknown as (AlarmEvent & { redelivered?: boolean })[]).filter(
      ({ redelivered }) => redelivered !== true,
    );
    assert.deepEqual(events.map(({ seq }) => seq), events.map((_, index) => index + 1)); // prettier-ignore
    assert.deepEqual(events.flatMap(({ event }) => (event === 'raised' || event === 'cleared' ? [event] : [])), ['raised']); // prettier-ignore
    assert.doesNotMatch(nodeRed.log(), /uncaught|unhandled|timed out/i);
  });
});
