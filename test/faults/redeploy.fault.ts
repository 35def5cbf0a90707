import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Deployment, FlowNode } from '../harness/admin';
import type { ToldVerdict } from '../harness/chain-flow';
import { eventually } from '../harness/eventually';
import { fedChain } from '../harness/fed-chain';
import { LEARNER, learningIn, withLearner } from '../harness/learner';
import type { Resources } from '../harness/probe';

const DEPLOYMENTS: readonly Deployment[] = ['full', 'flows', 'nodes'];
/** Deploys of each kind in the search for leaks. */
const ROUNDS = process.env.SWAT_FULL === undefined ? 5 : 50;

describe('a deploy in the middle of things', () => {
  const chain = fedChain(
    { assets: [{ name: 'plant', window: { hold: 120 } }], more: LEARNER },
    { seed: 6, perSecond: 20, attacks: [{ id: 2, seconds: 440 }], rest: 150 },
    withLearner,
  );
  let flows: readonly FlowNode[];
  let touched = 0;
  before(() => {
    ({ flows } = chain());
  });

  const events = (): (AlarmEvent & { redelivered?: boolean })[] => chain().collector.posts as unknown as AlarmEvent[];
  const verdicts = (from: number): ToldVerdict[] =>
    chain()
      .collector.lines.slice(from)
      .flatMap(({ value }) => ('level' in value ? [value as ToldVerdict] : []));
  const learning = (from: number): Readonly<Record<string, unknown>>[] =>
    learningIn(chain().collector.lines.slice(from));
  /** Deploys with a change that makes every kind of deploy start all nodes of the chain anew that can be. */
  const deploy = async (deployment: Deployment): Promise<void> => {
    touched += 1;
    const changed = ['window-plant', 'severity', 'alert', 'learner', 'autoencoder', 'iforest'];
    flows = flows.map((node) => (changed.includes(node.id) ? { ...node, name: `${node.type} ${touched}` } : node));
    await chain().nodeRed.admin.deploy(flows, deployment);
  };
  /** The learner is at nothing, whatever it was at. */
  const rest = (): Promise<unknown> =>
    chain().nodeRed.admin.command('swat-autoencoder', 'learner', { command: 'stop' });

  it('keeps windows, levels and the alarm that stands', async function () {
    this.timeout(120_000);
    await chain().until(() => events().some(({ event }) => event === 'raised'), 'an alarm');
    await pause(1000);
    for (const deployment of DEPLOYMENTS) {
      const before = chain().collector.lines.length;
      const at = chain().feed.time;
      const level = verdicts(0).at(-1)?.level;
      await deploy(deployment);
      // A busy machine takes long: what was sent by then is the latest that a kept window goes on with.
      const back = chain().feed.time + 5000;
      await chain().until(() => verdicts(before).some(({ time }) => time > at + 5000), `${deployment}: verdicts`);
      const [first] = verdicts(before).filter(({ time }) => time > at + 2000);
      assert.ok(first.time < Math.max(at + 60_000 - 20_000, back), `${deployment}: the window was filled anew`);
      assert.deepEqual([level, first.level], ['CRITICAL', 'CRITICAL'], deployment);
    }
    const raised = events().filter(({ redelivered }) => redelivered !== true);
    assert.deepEqual(
      raised.map(({ seq }) => seq),
      raised.map((_, index) => index + 1),
    );
    assert.equal(raised.filter(({ event }) => event === 'raised').length, 1);
    assert.ok(!raised.some(({ event }) => event === 'cleared'));
  });

  it('goes on collecting, and begins an interrupted training again', async function () {
    this.timeout(180_000);
    // An attempt before this one may have left it in the middle of a training, which refuses to collect.
    await rest();
    const before = chain().collector.lines.length;
    await chain().nodeRed.admin.command('swat-autoencoder', 'learner', { command: 'collect' });
    await chain().until(() => learning(before).some(({ collected }) => Number(collected) >= 20), 'collecting');
    for (const deployment of DEPLOYMENTS) {
      const from = chain().collector.lines.length;
      const had = Math.max(...learning(before).map(({ collected }) => Number(collected ?? 0)));
      await deploy(deployment);
      await chain().until(
        () => learning(from).some(({ event }) => event === 'collecting'),
        `${deployment}: collecting goes on`,
      );
      const [first] = learning(from).filter(({ event }) => event === 'collecting');
      assert.ok(Number(first.collected) >= had, `${deployment}: ${String(first.collected)} of ${had} were kept`);
    }
    await chain().until(() => learning(before).some(({ event }) => event === 'training'), 'training');
    for (const deployment of DEPLOYMENTS) {
      await deploy(deployment);
      // What was told up to here may be of the training before.
      const from = chain().collector.lines.length;
      // That of the training, and that of the journal.
      const { threads } = await chain().resources();
      assert.ok(threads <= 2, `${deployment}: ${threads} threads, the training before is not gone`);
      await chain().until(
        () => learning(from).some(({ event }) => event === 'training'),
        `${deployment}: it trains again`,
      );
      const isOne = async (): Promise<boolean> => (await chain().resources()).threads === 2;
      await eventually(isOne, () => `${deployment}: one training\n${chain().nodeRed.log().slice(-2000)}`);
    }
    await rest();
    await chain().until(() => learning(before).some(({ event }) => event === 'cancelled'), 'stopped');
    assert.ok(!learning(before).some(({ event }) => event === 'trained'), 'the training was over before its end');
  });

  it(`leaves nothing behind in ${ROUNDS} deploys of each kind`, async function () {
    this.timeout(30_000 + ROUNDS * 30_000);
    // What there is once that does not change any more: a thread takes its time to end.
    const settled = async (): Promise<Resources> => {
      for (let last = await chain().resources(); ;) {
        await pause(1500);
        const now = await chain().resources();
        const held = ({ threads, files, listeners }: Resources): unknown => ({ threads, files, listeners });
        if (isDeepStrictEqual(held(now), held(last))) return now;
        last = now;
      }
    };
    await deploy('full');
    const before = await settled();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const deployment of DEPLOYMENTS) {
        await deploy(deployment);
        await pause(200);
      }
    }
    const after = await settled();
    assert.deepEqual(after.listeners, before.listeners);
    assert.deepEqual([after.threads, after.files], [before.threads, before.files]);
    assert.ok(Math.abs(after.timers - before.timers) <= 3, `timers: ${before.timers}, then ${after.timers}`);
    assert.ok(after.heapBytes < before.heapBytes + 20e6, `heap: ${before.heapBytes}, then ${after.heapBytes}`);
    assert.doesNotMatch(chain().nodeRed.log(), /MaxListenersExceeded|Error stopping node|timed out/i);
  });
});
