import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { AlarmEvent } from '../../lib/alarm/event';
import { seeded } from '../../lib/kernels/random';
import { chainFlow, type ToldVerdict } from '../harness/chain-flow';
import { startCollector, type Collector } from '../harness/collector';
import { keepResult } from '../harness/fault-result';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { startFeed, type PlantFeed } from '../harness/plant-feed';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** `npm run kill` has it do more, in pieces; the short form is what CI runs. */
const KILLS = Number(process.env.SWAT_KILLS ?? 10);
const SEED = Number(process.env.SWAT_SEED ?? 20_261_124);
/** Plant-seconds a second. */
const SPEED = 20;
const ATTACKS = [
  { id: 2, seconds: 300 },
  { id: 28, seconds: 400 },
  { id: 37, seconds: 300 },
  { id: 35, seconds: 300 },
];
/** With fewer verdicts of an alarm level during an alarm of the other process, this one need not have told it. */
const LEAST_ALARMED = 10;
/** Restarting takes a few seconds, at this speed a minute of the plant: beyond the first asset's maximum age, within the other's. */
const ASSETS = [{ name: 'refills' }, { name: 'goes-on', window: { hold: 600 } }];

type Event = AlarmEvent & { redelivered?: boolean };

interface Side {
  readonly collector: Collector;
  readonly feedPort: number;
  readonly userDir: string;
  nodeRed: RunningNodeRed;
}

/** What one kill did: plant times in ms. */
interface Kill {
  readonly lastBefore: number;
  readonly firstAfter: number;
  readonly downMs: number;
  readonly lines: number;
}

async function start(): Promise<Side> {
  const userDir = createUserDir();
  linkModule(userDir);
  const collector = await startCollector();
  const feedPort = await freePort();
  const flows = chainFlow({ feedPort, collector, assets: ASSETS });
  const nodeRed = await startNodeRed({ userDir, flows });
  return { collector, feedPort, userDir, nodeRed };
}

describe('a process that is killed again and again', () => {
  let killed: Side;
  let control: Side;
  let feed: PlantFeed;
  const kills: Kill[] = [];
  /** What each of them has logged. */
  const lives: string[] = [];
  const random = seeded(SEED);

  before(async function () {
    this.timeout(60_000);
    [killed, control] = [await start(), await start()];
    feed = startFeed({ seed: 5, perSecond: SPEED, attacks: ATTACKS, rest: 300 });
    feed.to(killed.feedPort, control.feedPort);
  });
  after(async function () {
    this.timeout(60_000);
    feed.stop();
    for (const { nodeRed, collector, userDir } of [killed, control]) {
      await nodeRed.stop();
      await collector.close();
      removeUserDir(userDir);
    }
  });

  const verdicts = ({ collector }: Side, asset: string): ToldVerdict[] =>
    collector.lines.map(({ value }) => value as ToldVerdict).filter((each) => each.asset === asset);
  const events = ({ collector }: Side): Event[] => collector.posts as unknown as Event[];

  it(`is killed ${KILLS} times at random instants, while the plant goes on`, async function () {
    this.timeout(60_000 + KILLS * 30_000);
    for (let count = 0; count < KILLS; count += 1) {
      await pause(500 + 7500 * random());
      const lastBefore = feed.time;
      const began = performance.now();
      await killed.nodeRed.kill();
      lives.push(killed.nodeRed.log());
      killed.nodeRed = await startNodeRed({ userDir: killed.userDir });
      const lines = killed.collector.lines.length;
      kills.push({ lastBefore, firstAfter: feed.time, downMs: performance.now() - began, lines });
    }
    // The last attack ends, its alarm is cleared, and everything on its way arrives.
    await pause(Math.min(60_000, ((700 + 300) / SPEED) * 1000));
    assert.equal(kills.length, KILLS);
  });

  it('has the same model in force after every start', () => {
    const models = new Set(killed.collector.lines.map(({ value }) => value.model));
    assert.deepEqual([...models], [...new Set(control.collector.lines.map(({ value }) => value.model))]);
    assert.equal(models.size, 1);
  });

  it('tells every alarm event, each once, apart from ones that are marked as told again', () => {
    const seen = new Map<number, Event>();
    for (const event of events(killed)) {
      const before = seen.get(event.seq);
      if (before === undefined) seen.set(event.seq, event);
      else {
        assert.equal(event.redelivered, true, `event ${event.seq} came twice, unmarked`);
        assert.deepEqual([event.id, event.event, event.time], [before.id, before.event, before.time]);
      }
    }
    const numbers = [...seen.keys()].sort((a, b) => a - b);
    assert.ok(numbers.length > 0);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
      'no number is missing',
    );
  });

  it('raises no alarm twice, and clears none that was not raised', () => {
    const open = new Map<string, string>();
    const ordered = [...new Map(events(killed).map((event) => [event.seq, event])).values()].sort(
      (a, b) => a.seq - b.seq,
    );
    for (const { event, asset, id } of ordered) {
      if (event === 'raised' || event === 're-raised') {
        assert.equal(open.get(asset), undefined, `${asset} had an alarm already`);
        open.set(asset, id);
      } else if (event === 'escalated') assert.equal(open.get(asset), id);
      else if (event === 'cleared') {
        assert.equal(open.get(asset), id);
        open.delete(asset);
      }
    }
  });

  it('has an alarm for every long one of a process that was not killed, and no second one', () => {
    for (const { name } of ASSETS) {
      const truth = stretches(events(control).filter(({ asset }) => asset === name));
      const found = stretches(events(killed).filter(({ asset }) => asset === name));
      // A window that is filled anew after each start shows less of an attack, or is never filled: what was not judged as an
      // alarm cannot be told as one. What was must not be lost.
      const alarmed = verdicts(killed, name).filter(({ level }) => level === 'WARNING' || level === 'CRITICAL');
      const long = truth.filter(
        ({ from, to }) =>
          to - from > 240_000 && alarmed.filter(({ time }) => time >= from && time <= to).length >= LEAST_ALARMED,
      );
      assert.ok(name !== 'goes-on' || KILLS < 10 || long.length > 0, 'the control had alarms');
      for (const { from, to } of long) {
        const overlapping = found.filter((each) => each.from < to && each.to > from);
        assert.ok(overlapping.length >= 1, `${name}: the alarm from ${new Date(from).toISOString()} was lost`);
        assert.equal(new Set(overlapping.map(({ id }) => id)).size, overlapping.length);
      }
    }
  });

  it('goes on with a window where the gap is within the maximum age, and fills it anew where not', () => {
    const after = (name: string, { lines }: Kill): ToldVerdict | undefined =>
      killed.collector.lines
        .slice(lines)
        .map(({ value }) => value as ToldVerdict)
        .find(({ asset, time }) => asset === name && time > 0);
    let goneOn = 0;
    let filled = 0;
    kills.forEach((kill, index) => {
      const until = kills.at(index + 1)?.lastBefore ?? Infinity;
      const gapMs = kill.firstAfter - kill.lastBefore;
      const goesOn = after('goes-on', kill);
      // On a busy machine it was behind what was fed.
      const told = killed.collector.lines.slice(0, kill.lines).map(({ value }) => value as ToldVerdict);
      const last = told.findLast(({ asset, time }) => asset === 'goes-on' && time < kill.lastBefore)?.time ?? -Infinity;
      if (goesOn !== undefined && goesOn.time <= until && kill.firstAfter - last < 600_000) {
        assert.ok(goesOn.time - goesOn.start > 59_000 + gapMs / 2, 'the window spans the gap');
        assert.ok(goesOn.time < kill.firstAfter + 10_000, 'the first frame completes it');
        goneOn += 1;
      }
      const refills = after('refills', kill);
      if (refills !== undefined && refills.time <= until && gapMs > 10_000) {
        assert.equal(refills.time - refills.start, 59_000, 'nothing of before the gap is in it');
        filled += 1;
      }
    });
    assert.ok(goneOn > 0 && filled > 0, `${goneOn} gone on, ${filled} filled`);
  });

  it('says what it had to cut off, and nothing else went wrong', function () {
    const logs = [...lives, killed.nodeRed.log()];
    assert.equal(logs.length, KILLS + 1);
    for (const log of logs) assert.doesNotMatch(log, /\[error\]|uncaught|unhandled/i);
    const isGreen = this.test?.parent?.tests.every(({ state }) => state !== 'failed') === true;
    if (isGreen) report(kills, events(killed), events(control));
  });
});

/** From when to when an asset had an alarm: plant time, ms. */
function stretches(list: readonly Event[]): { id: string; from: number; to: number }[] {
  const unique = [...new Map(list.map((event) => [event.seq, event])).values()].sort((a, b) => a.seq - b.seq);
  const found: { id: string; from: number; to: number }[] = [];
  for (const { event, id, time } of unique) {
    if (event === 'raised' || event === 're-raised') found.push({ id: `${id} ${time}`, from: time, to: Infinity });
    const last = found.at(-1);
    if (event === 'cleared' && last !== undefined) last.to = time;
  }
  return found;
}

function report(kills: readonly Kill[], killed: readonly Event[], control: readonly Event[]): void {
  const downs = kills.map(({ downMs }) => downMs).sort((a, b) => a - b);
  keepResult({
    seed: SEED,
    kills: kills.length,
    medianRestartMs: Math.round(downs[downs.length >> 1]),
    events: new Set(killed.map(({ seq }) => seq)).size,
    toldAgain: killed.filter(({ redelivered }) => redelivered === true).length,
    raised: killed.filter((event) => event.event === 'raised' && event.redelivered !== true).length,
    raisedInControl: control.filter(({ event }) => event === 'raised').length,
  });
}
