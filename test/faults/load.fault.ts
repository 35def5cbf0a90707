import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Family } from '../../lib/metrics/families';
import type { ToldVerdict } from '../harness/chain-flow';
import { fedChain } from '../harness/fed-chain';
import type { FigureOf } from '../harness/metrics';
import type { Resources } from '../harness/probe';

const FULL = process.env.SWAT_FULL !== undefined;
/** So long there is ten times the load, ms. */
const FLOOD_MS = FULL ? 60_000 : 6000;
const CALM_MS = 3000;
/** So long more is sent than the chain takes, to see how much it takes, ms. */
const BURST_MS = 2000;
const ASSETS = ['one', 'two', 'three', 'four', 'five'].map((name) => ({ name }));
/** The reverse osmosis, which runs but for some minutes a day: the alarm is over before 700 s of the plant have passed. */
const ATTACK = 37;
const ALARM_MS = 700_000;
/** What the process may hold more after the flood than before. */
const HEAP_BYTES = 20e6;
/** The longest that a queue may take to be worked off, ms: no measure of anything. */
const PATIENCE_MS = 20 * FLOOD_MS + 60_000;

/** How many seconds of the plant were sent, and how many of them waited for the windows, and between windows and verdicts. */
interface Depth {
  readonly sent: number;
  readonly before: number;
  readonly within: number;
}

/** What there is at a moment in which nothing is under way. */
interface Calm {
  readonly held: Resources;
  readonly figures: FigureOf;
  readonly frames: number;
}

describe(`ten times the usual load for ${FLOOD_MS / 1000} s, twice what the chain can do`, () => {
  const chain = fedChain({ assets: ASSETS }, { seed: 6, perSecond: 20, attacks: [], rest: 0 });
  let first: Calm;
  let last: Calm;
  /** Seconds of the plant that the chain does in a second. */
  let most = 0;
  /** When the attack was asked for: event time, ms. */
  let attacked = 0;
  const depths: Depth[] = [];

  const verdicts = (asset: string): ToldVerdict[] =>
    chain()
      .collector.lines.map(({ value }) => value as ToldVerdict)
      .filter((each) => each.asset === asset);
  const events = (): AlarmEvent[] => chain().collector.posts as unknown as AlarmEvent[];
  /** Seconds of the plant by which the last asset is behind. */
  const behind = (): number => {
    const { lines } = chain().collector;
    const judged = ASSETS.map(
      ({ name }) => (lines.findLast(({ value }) => value.asset === name)?.value as ToldVerdict | undefined)?.time ?? 0,
    );
    return (chain().feed.time - Math.min(...judged)) / 1000;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    const end = performance.now() + PATIENCE_MS;
    while (!holds()) {
      assert.ok(performance.now() < end, `${behind()} s behind\n${chain().nodeRed.log().slice(-2000)}`);
      await pause(20);
    }
  };
  const calm = async (): Promise<Calm> => {
    chain().feed.pace(0);
    await until(() => behind() === 0);
    return { held: await chain().resources(), figures: await chain().figures(), frames: chain().feed.frames };
  };
  const alarmIsOver = (from: number): boolean =>
    ASSETS.every(({ name }) =>
      events().some(({ asset, event, time }) => asset === name && event === 'cleared' && time > from),
    );

  /** Sends more than the chain can take. */
  const measure = async (): Promise<number> => {
    for (let pace = 200; ; pace *= 2) {
      const [frames, from] = [chain().feed.frames, performance.now()];
      chain().feed.pace(pace);
      await pause(BURST_MS);
      chain().feed.pace(0);
      await until(() => behind() === 0);
      const tookMs = performance.now() - from;
      if (tookMs > 2 * BURST_MS) return ((chain().feed.frames - frames) / tookMs) * 1000;
    }
  };
  /** How much waits, as the metrics have it: what was sent after they were asked for is not counted. */
  const depth = async (): Promise<Depth> => {
    const sent = chain().feed.frames - first.frames;
    const figures = await chain().figures();
    const done = (family: Family): number => (figures(family) - first.figures(family)) / ASSETS.length;
    const samples = done('swat_samples_total');
    return { sent, before: sent - samples, within: samples - done('swat_verdicts_total') };
  };

  before('it is as always, and an alarm has come and gone', async function () {
    this.timeout(10 * PATIENCE_MS);
    const { feed } = chain();
    await chain().until(() => behind() < 60, 'verdicts');
    feed.attack(ATTACK);
    await measure();
    most = await measure();
    feed.pace(most / 5);
    await until(() => alarmIsOver(0));
    await pause(CALM_MS);
    first = await calm();
  });

  before('the flood, with an attack in it, and as always again', async function () {
    this.timeout(10 * PATIENCE_MS);
    const { feed, nodeRed } = chain();
    feed.pace(2 * most);
    const end = performance.now() + FLOOD_MS;
    await pause(FLOOD_MS / 3);
    attacked = feed.time;
    feed.attack(ATTACK);
    while (performance.now() < end) {
      await nodeRed.admin.text('/settings');
      depths.push(await depth());
      await pause(100);
    }
    feed.pace(most / 5);
    await until(() => behind() < most / 5);
    await until(() => alarmIsOver(attacked));
    await pause(CALM_MS);
    last = await calm();
  });

  it('queues, and the editor and the metrics answer meanwhile', () => {
    const waited = depths.map((each) => Math.round(each.before + each.within));
    assert.ok(Math.max(...waited) > most, `${waited.join(' ')} of ${Math.round(most)} a second waited`);
  });

  it('loses no sample and judges none twice, each asset in order', () => {
    const frames = last.frames - first.frames;
    const since = (family: Family, node?: string): number => last.figures(family, node) - first.figures(family, node);
    for (const { name } of ASSETS) {
      const times = verdicts(name).map(({ time }) => time);
      const gaps = times.filter((time, index) => index > 0 && time - times[index - 1] !== 1000);
      assert.deepEqual(gaps, [], `${name}: lost, twice, or out of order`);
      assert.equal(since('swat_samples_total', `window-${name}`), frames, name);
      assert.equal(since('swat_windows_total', `window-${name}`), frames, name);
    }
    for (const node of ['autoencoder', 'iforest'])
      assert.equal(since('swat_scores_total', node), frames * ASSETS.length, node);
    assert.equal(since('swat_verdicts_total'), frames * ASSETS.length);
    for (const none of ['swat_late_samples_total', 'swat_bad_values_total', 'swat_node_errors_total'] as const)
      assert.equal(since(none), 0, none);
  });

  it('tells of the attack by one alarm of each asset', () => {
    const told = events();
    for (const { name } of ASSETS) {
      const raised = told.filter(
        ({ asset, event, time }) =>
          asset === name && event.includes('raised') && time > attacked && time < attacked + ALARM_MS,
      );
      assert.equal(raised.length, 1, name);
    }
    const [one, ...others] = ASSETS.map(({ name }) =>
      told.flatMap(({ asset, event, level, time }) => (asset === name ? [`${time} ${event} ${level}`] : [])),
    );
    for (const other of others) assert.deepEqual(other, one, 'the same of each');
    const numbers = told.map(({ seq }) => seq).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
      'each event once',
    );
  });

  it('is as it was, by itself', () => {
    assert.deepEqual(last.held.listeners, first.held.listeners);
    assert.deepEqual([last.held.threads, last.held.files], [first.held.threads, first.held.files]);
    const [less, more] = [first.held.heapBytes, last.held.heapBytes];
    assert.ok(more < less + HEAP_BYTES, `heap: ${less}, then ${more}`);
    assert.doesNotMatch(chain().nodeRed.log(), /\[error\]|uncaught|unhandled/i);
    const deepest = Math.max(...depths.map((each) => each.before + each.within));
    const within = Math.max(...depths.map((each) => each.within));
    console.log(`      ${Math.round(most * ASSETS.length)} samples a second; ${Math.round(deepest)} s of the plant waited, ${Math.round(within)} of them in the chain, ${depths.length} answers`); // prettier-ignore
  });
});
