import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { FlowNode } from '../harness/admin';
import type { ToldVerdict } from '../harness/chain-flow';
import { fedChain } from '../harness/fed-chain';

/** The nodes of the chain that a person can disable. */
const NODES = ['window-plant', 'autoencoder', 'iforest', 'severity', 'alert', 'model', 'plant'];
/** Without these nothing comes to the end of the chain. */
const NEEDED = ['window-plant', 'autoencoder', 'iforest', 'severity'];
const SPEED = 20;
/** Plant time within which a verdict must be there again: a window of 60 samples, filled anew, and a moment. */
const SOON_MS = 120_000;

describe('a node that is disabled, and enabled again', () => {
  const chain = fedChain(
    { assets: [{ name: 'plant', window: { hold: 600 } }] },
    { seed: 6, perSecond: SPEED, attacks: [{ id: 2, seconds: 100_000 }], rest: 90 },
  );
  let flows: readonly FlowNode[];
  before(() => {
    ({ flows } = chain());
  });

  const verdicts = (): ToldVerdict[] => chain().collector.lines.map(({ value }) => value as ToldVerdict);
  const set = async (id: string, disabled: boolean): Promise<void> => {
    flows = flows.map((node) => (node.id === id ? { ...node, d: disabled } : node));
    await chain().nodeRed.admin.deploy(flows, 'nodes');
  };

  before('an alarm stands', async function () {
    this.timeout(90_000);
    await chain().until(() => chain().collector.posts.some(({ event }) => event === 'raised'), 'an alarm');
    await chain().until(() => verdicts().at(-1)?.level === 'CRITICAL', 'CRITICAL');
  });

  for (const id of NODES) {
    it(`(${id}): the process lives, verdicts come again by themselves, and the alarm still stands`, async function () {
      this.timeout(90_000);
      await set(id, true);
      const off = chain().collector.lines.length;
      await pause(1000);
      // What was on its way may come yet.
      if (NEEDED.includes(id)) assert.ok(chain().collector.lines.length < off + SPEED / 2, 'it is not off');
      const at = chain().feed.time;
      const before = chain().collector.lines.length;
      await set(id, false);
      await chain().until(() => verdicts().slice(before).some(({ time, level }) => time > at && level === 'CRITICAL'), `verdicts after ${id}`); // prettier-ignore
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
    const events = (chain().collector.posts as unknown as (AlarmEvent & { redelivered?: boolean })[]).filter(
      ({ redelivered }) => redelivered !== true,
    );
    assert.deepEqual(events.map(({ seq }) => seq), events.map((_, index) => index + 1)); // prettier-ignore
    assert.deepEqual(events.flatMap(({ event }) => (event === 'raised' || event === 'cleared' ? [event] : [])), ['raised']); // prettier-ignore
    assert.doesNotMatch(chain().nodeRed.log(), /uncaught|unhandled|timed out/i);
  });
});
