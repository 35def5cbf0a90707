import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { NodeSet } from '../harness/admin';
import type { ToldVerdict } from '../harness/chain-flow';
import { fedChain } from '../harness/fed-chain';
import { LEARNER, learningIn, withLearner } from '../harness/learner';
import { packageName } from '../harness/user-dir';

/** Plant-seconds a second. */
const SPEED = 20;

/** What Node-RED keeps of the palette, by module and set. */
type Palette = Readonly<Record<string, { readonly nodes: Readonly<Record<string, { enabled: boolean }>> }>>;

describe('a set of nodes that is switched off in the palette, and on again', () => {
  const chain = fedChain(
    { assets: [{ name: 'plant', window: { hold: 3600 } }], more: LEARNER },
    { seed: 6, perSecond: SPEED, attacks: [{ id: 2, seconds: 100_000 }], rest: 90 },
    withLearner,
  );

  const ours = async (): Promise<NodeSet[]> =>
    (await chain().nodeRed.admin.nodeSets()).filter(({ module }) => module === packageName);
  const isInUse = ({ types }: NodeSet): boolean => chain().flows.some(({ type }) => types.includes(type));
  const verdicts = (): ToldVerdict[] =>
    chain().collector.lines.flatMap(({ value }) => ('level' in value ? [value as ToldVerdict] : []));
  const learning = (event: string): unknown[] =>
    learningIn(chain().collector.lines).filter((each) => each.event === event);
  const learner = (command: string): Promise<unknown> =>
    chain().nodeRed.admin.command('swat-autoencoder', 'learner', { command });
  const judgedFrom = (at: number): Promise<void> =>
    chain().until(() => verdicts().some(({ time, level }) => time > at && level === 'CRITICAL'), 'verdicts');
  /** Alarm events without what was told again. */
  const events = (): AlarmEvent[] =>
    (chain().collector.posts as unknown as (AlarmEvent & { redelivered?: boolean })[]).filter(
      ({ redelivered }) => redelivered !== true,
    );

  before('an alarm stands, and a model is being trained', async function () {
    this.timeout(120_000);
    await learner('collect');
    await judgedFrom(0);
    await chain().until(() => events().some(({ event }) => event === 'raised'), 'an alarm');
    await chain().until(() => learning('training').length > 0, 'training');
  });

  it('is refused while it is in use; one that is not makes no difference to samples, alarms and training', async function () {
    this.timeout(60_000);
    const { admin } = chain().nodeRed;
    const before = await chain().resources();
    const sets = await ours();
    assert.ok(sets.filter(isInUse).length >= 6 && sets.length - sets.filter(isInUse).length >= 6);
    for (const set of sets) {
      if (isInUse(set)) {
        await assert.rejects(admin.enable(set.id, false), /type_in_use/, set.id);
        continue;
      }
      await admin.enable(set.id, false);
      assert.equal((await ours()).find(({ id }) => id === set.id)?.enabled, false, set.id);
      await admin.enable(set.id, true);
    }
    assert.deepEqual(
      (await ours()).filter(({ enabled, err }) => !enabled || err !== undefined),
      [],
    );
    await judgedFrom(chain().feed.time);
    const times = verdicts().map(({ time }) => time);
    assert.deepEqual(times, times.map((_, index) => times[0] + index * 1000), 'each second once, in order'); // prettier-ignore
    const after = await chain().resources();
    assert.deepEqual([after.threads, after.listeners], [before.threads, before.listeners]);
    assert.deepEqual([...learning('failed'), ...learning('cancelled'), ...learning('trained')], []);
    await learner('stop');
    await chain().until(() => learning('cancelled').length === 1, 'it was still training');
  });

  it('where all were off at a start, lets the flow go on by itself once the last is on, with the alarm that stood', async function () {
    this.timeout(120_000);
    await chain().restart((userDir) => {
      const path = join(userDir, '.config.nodes.json');
      const palette = JSON.parse(readFileSync(path, 'utf8')) as Palette;
      for (const set of Object.values(palette[packageName].nodes)) set.enabled = false;
      writeFileSync(path, JSON.stringify(palette));
    });
    const before = verdicts().length;
    const sets = await ours();
    assert.ok(sets.every(({ enabled }) => !enabled));
    // What the nodes share is there without them.
    assert.match(await chain().nodeRed.admin.text('/swat/sidebar'), /"nodes":\[\]/);
    // The other way round than they are loaded at a start.
    for (const { id } of sets.reverse()) {
      assert.equal(verdicts().length, before, 'nothing runs yet');
      await chain().nodeRed.admin.enable(id, true);
    }
    assert.deepEqual(
      (await ours()).filter(({ enabled, err }) => !enabled || err !== undefined),
      [],
    );
    await judgedFrom(chain().feed.time);
    const times = verdicts().map(({ time }) => time);
    assert.deepEqual(times, [...new Set(times)].sort((a, b) => a - b), 'each second at most once, in order'); // prettier-ignore
    assert.deepEqual(events().map(({ seq }) => seq), events().map((_, index) => index + 1)); // prettier-ignore
    assert.deepEqual(events().flatMap(({ event }) => (event === 'raised' || event === 'cleared' ? [event] : [])), ['raised']); // prettier-ignore
    assert.match(await chain().nodeRed.admin.text('/swat/sidebar'), /"alert"/);
    assert.doesNotMatch(chain().nodeRed.log(), /\[error\]|uncaught|unhandled/i);
  });
});
