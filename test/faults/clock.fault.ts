import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../harness/admin';
import { eventsOf, provenJournalIn } from '../harness/alarm-proof';
import { chainFlow, type ToldVerdict } from '../harness/chain-flow';
import { startCollector, type Collector } from '../harness/collector';
import { eventually } from '../harness/eventually';
import { fakeClock, type FakeClock } from '../harness/fake-clock';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { startFeed, type PlantFeed } from '../harness/plant-feed';
import { skip } from '../harness/skip';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const HOUR = 3600;
/** Where the clock is put, seconds ahead: a time server's second thought, a wrong time zone, a flat battery, and back. */
const JUMPS = process.env.SWAT_FULL === undefined ? [2 * HOUR, -26 * HOUR, 0] : [-2, 2 * HOUR, -26 * HOUR, 700 * HOUR, -20_000 * HOUR, 5, -5, 0]; // prettier-ignore
/** Between one jump and the next, ms: a second for the library to see it, and two for whatever goes by the second. */
const BETWEEN_MS = 3000;
/** Frames of the plant a second, and those of a window. */
const SPEED = 20;
const WINDOW = 60;

/** Verdicts by HTTP, for alarms at the will of the test, beside the chain's own. */
const DOOR: readonly FlowNode[] = [
  { id: 'in', z: 'chain', type: 'http in', url: '/verdict', method: 'post', wires: [['alert']] },
  { id: 'taken', z: 'chain', type: 'complete', scope: ['alert'], wires: [['answerable']] },
  { id: 'answerable', z: 'chain', type: 'switch', property: 'res', propertyType: 'msg', rules: [{ t: 'nnull' }], wires: [['answer']] }, // prettier-ignore
  { id: 'answer', z: 'chain', type: 'http response', statusCode: '204', wires: [] },
];

/** The frames of this asset say nothing of their time: the machine's clock does. Which one it was goes along beside. */
const UNTIMED =
  'msg.asset = "untimed"; msg.frame = msg.payload.timestamp; msg.payload = { ...msg.payload }; delete msg.payload.timestamp; return msg;';

describe('a machine whose clock jumps back and forth', () => {
  let userDir: string;
  let collector: Collector;
  let nodeRed: RunningNodeRed;
  let feed: PlantFeed;
  let clock: FakeClock;
  let feedPort: number;

  before(async function () {
    this.timeout(60_000);
    userDir = createUserDir();
    const found = fakeClock(userDir);
    if (found === undefined) {
      removeUserDir(userDir);
      skip(this, 'libfaketime is not installed: apt-get install libfaketime');
    }
    clock = found;
    linkModule(userDir);
    collector = await startCollector();
    feedPort = await freePort();
    const assets = ['timed', 'untimed'].map((name) => ({ name, window: { hold: 600 } }));
    const flows = chainFlow({ feedPort, collector, assets, alert: { offDelay: 60, limit: 1000 }, more: DOOR });
    const set = flows.map((node) => (node.id === 'name-untimed' ? { ...node, func: UNTIMED } : node));
    nodeRed = await startNodeRed({ userDir, flows: set, env: clock.env });
    feed = startFeed({ seed: 6, perSecond: SPEED, attacks: [], rest: 0 });
    feed.to(feedPort);
  });
  after(async function () {
    this.timeout(60_000);
    if ((clock as FakeClock | undefined) === undefined) return;
    feed.stop();
    await nodeRed.stop();
    await collector.close();
    removeUserDir(userDir);
  });

  const START = 1_800_000_000_000;
  const verdict = async (asset: string, second: number, level: string): Promise<void> => {
    const finding = level === 'NONE' ? 'normal' : 'anomaly';
    const sentence = { code: 'anomaly-untold', params: { asset, level, ratio: 2 } };
    const time = START + second * 1000;
    const body = JSON.stringify({ asset, time, finding, level, ratio: 2, tags: [], detectors: {}, sentence });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${nodeRed.url}/verdict`, { method: 'POST', headers, body });
    assert.equal(answer.status, 204, await answer.text());
  };
  const told = (asset: string): ToldVerdict[] =>
    collector.lines.map(({ value }) => value as ToldVerdict).filter((each) => each.asset === asset);
  const judged = async (asset: string): Promise<void> => {
    const before = told(asset).length;
    await eventually(() => told(asset).length > before + 5, () => `verdicts of ${asset}\n${nodeRed.log().slice(-2000)}`); // prettier-ignore
  };
  const happened = (asset: string): string[] =>
    eventsOf(collector.posts).flatMap((each) => (each.asset === asset ? [each.event] : []));

  it('judges every second, neither clears an alarm nor tells it again, and is right again by itself', async function () {
    this.timeout(120_000);
    await judged('timed');
    await judged('untimed');
    await verdict('stands', 0, 'CRITICAL');
    let second = 0;
    for (const [index, ahead] of JUMPS.entries()) {
      await verdict(`before-${index}`, second, 'WARNING');
      clock.ahead(ahead);
      await pause(BETWEEN_MS);
      await judged('timed');
      await judged('untimed');
      second += 1;
      await verdict('stands', second, 'CRITICAL');
      await verdict(`after-${index}`, second, 'WARNING');
    }
    const times = told('timed').map(({ time }) => time);
    assert.deepEqual(times, times.map((_, index) => times[0] + index * 1000), 'each second once, in order'); // prettier-ignore
    assert.deepEqual(happened('stands'), ['raised']);

    // By the clock each leap is a pause, or time that goes back: the window is filled anew. What comes while the clock is behind by
    // less is late. Nothing else is missing, and nothing comes twice.
    const frames = told('untimed').map(({ frame }) => frame);
    const steps = frames.slice(1).map((frame, index) => (frame - frames[index]) / 1000);
    const breaks = steps.filter((step) => step !== 1);
    const leaps = JUMPS.filter((ahead, index) => Math.abs(ahead - (JUMPS[index - 1] ?? 0)) > HOUR);
    assert.ok(
      breaks.every((step) => step > 1) && breaks.length <= JUMPS.length,
      `steps of ${breaks.join(', ')} frames`,
    );
    assert.ok(breaks.filter((step) => step === WINDOW).length >= leaps.length, `steps of ${breaks.join(', ')} frames`);
  });

  it('has the same alarms after a kill -9 on a day that is long past, and clears them in time', async function () {
    this.timeout(120_000);
    clock.ahead(-400 * 24 * HOUR);
    await pause(BETWEEN_MS);
    await verdict('past', 10, 'WARNING');
    await nodeRed.kill();
    nodeRed = await startNodeRed({ userDir, env: clock.env });
    await verdict('stands', 20, 'CRITICAL');
    await verdict('past', 20, 'WARNING');
    await judged('timed');
    clock.ahead(0);
    await pause(BETWEEN_MS);
    for (const asset of ['stands', 'past']) {
      await verdict(asset, 30, 'NONE');
      await verdict(asset, 91, 'NONE');
    }
    await eventually(() => happened('past').length === 2, () => JSON.stringify(happened('past'))); // prettier-ignore
    assert.deepEqual(happened('stands'), ['raised', 'cleared']);
    assert.deepEqual(happened('past'), ['raised', 'cleared']);
    for (const index of JUMPS.keys())
      for (const name of [`before-${index}`, `after-${index}`]) assert.deepEqual(happened(name), ['raised'], name);
  });

  it('has each event in the journal once, in a chain that holds', async function () {
    this.timeout(60_000);
    await pause(1500);
    await nodeRed.stop();
    await provenJournalIn(userDir, collector.posts, 'alert');
    assert.doesNotMatch(nodeRed.log(), /\[error\]|uncaught|unhandled/i);
  });
});
