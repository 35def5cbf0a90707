import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isHold, legalActions, type AlarmState } from '../../lib/alarm/transitions';
import { journal } from '../../lib/cli/journal';
import { seeded } from '../../lib/kernels/random';
import { AlarmDeskClient, alarmDeskFlow, Refused } from '../harness/alarm-desk';
import {
  eventsOf,
  faulty,
  notificationsOf,
  provenEvents,
  provenJournal,
  provenNotifications,
  type Journalled,
} from '../harness/alarm-proof';
import { AlarmTwin, newsOf, same, silenced, type Standing } from '../harness/alarm-twin';
import { startCollector, type Collector } from '../harness/collector';
import { keepResult } from '../harness/fault-result';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** `npm run kill` has it do more, in pieces; the short form is what CI runs. */
const KILLS = Number(process.env.SWAT_KILLS ?? 5);
const SEED = Number(process.env.SWAT_SEED ?? 20_261_129);
const random = seeded(SEED);
const ALERT = { offDelay: 0, repeat: 0, limit: 1000, limitPeriod: 0.1 };
/** `quiet` is silenced now and then, `mute-1` always; `short` is shelved for so short that it ends by itself. */
const ASSETS = ['one', 'two', 'three', 'quiet', 'mute-1', 'short'];
const QUIET = 'asset=quiet';
const RATIO = { NONE: 0.2, INFO: 1.1, WARNING: 1.6, CRITICAL: 3 };
/** How many answered commands are sent again all the same. */
const SENT_AGAIN = 0.1;
/** Kinds of operations that have to be there, and the most operations that are spent on that after the last kill. */
const KINDS = ['verdict', 'ack', 'shelve', 'suppress', 'comment', 'silence'];
const MOST = 1000;

type Given = Readonly<Record<string, unknown>>;

describe('alarms of a process that is killed while people work with them', () => {
  const twin = new AlarmTwin(ALERT);
  const desk = new AlarmDeskClient(() => nodeRed.url);
  const done: Record<string, number> = { verdict: 0 };
  const downs: number[] = [];
  const lives: string[] = [];
  let collector: Collector;
  let userDir: string;
  let nodeRed: RunningNodeRed;
  /** Kills so far, and after how many of them everything that stands was compared. */
  let kills = 0;
  let compared = 0;
  /** Operations that a kill has left without an answer, and how many of them had been carried out. */
  let cutOff = 0;
  let hadBeenDone = 0;
  let isUp = true;
  let count = 0;
  let clock = 1_800_000_000_000;

  before(async function () {
    this.timeout(60_000);
    collector = await startCollector();
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({ userDir, flows: alarmDeskFlow(ALERT, collector) });
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    await collector.close();
    removeUserDir(userDir);
  });

  const undone = (): string[] => KINDS.filter((name) => (done[name] ?? 0) === 0);

  /** No kill is under way that an error could come of. */
  const isLeftAlone = (): boolean => isUp && kills === compared;

  /** Everything that was answered stands as it stood; of `short`, whose shelving may just have ended, soon. */
  const compare = async (apart = ''): Promise<void> => {
    const without = (of: Map<string, Standing>): Map<string, Standing> =>
      new Map([...of].filter(([name]) => name !== apart && name !== 'short'));
    const when = `after kill ${kills}, operation ${count}`;
    same(without(await desk.alarms()), without(twin.alarms()), when);
    if (apart !== 'quiet') same(await desk.silences(), twin.silences(), when);
    if (apart === 'short') return;
    await until(async () => {
      twin.tick();
      return (await desk.alarms()).get('short')?.what === twin.alarms().get('short')?.what;
    }, `${when}: short`);
  };

  /** Asks again and again until there is an answer, whatever the process does meanwhile. */
  const answered = async <T>(asset: string, go: () => Promise<T>): Promise<{ answer: T; wasCutOff: boolean }> => {
    for (let wasCutOff = false; ; wasCutOff = true) {
      try {
        return { answer: await go(), wasCutOff };
      } catch (cause) {
        if (cause instanceof Refused || isLeftAlone()) throw cause;
        cutOff += 1;
        await until(() => Promise.resolve(isUp), 'started again');
        // Nothing but this may be in doubt.
        await compare(asset);
      }
    }
  };

  const settled = async (): Promise<void> => {
    if (kills === compared || !isUp) return;
    await compare();
    compared = kills;
  };

  const command = async (asset: string, given: Given): Promise<void> => {
    count += 1;
    const name = String(given.command);
    done[name] = (done[name] ?? 0) + 1;
    const sent: Given = { ...given, comment: `operation ${count}`, commandId: `desk-${count}` };
    let own: Given = {};
    if (name === 'unsilence') {
      const { answer } = await answered('', () => desk.listSilences());
      own = { id: answer.find((each) => [...silenced([each]).values()][0].what === QUIET)?.id };
    }
    const { answer, wasCutOff } = await answered(asset, () => desk.ask({ ...sent, ...own }));
    assert.ok(wasCutOff || answer.repeated !== true, `${name} was done before it was asked for`);
    if (answer.repeated === true) hadBeenDone += 1;
    twin.command(sent);
    if (random() < SENT_AGAIN) {
      const again = await answered('', () => desk.ask({ ...sent, ...own }));
      assert.equal(again.answer.repeated, true, `${name} was done twice`);
    }
    await settled();
  };

  const verdict = async (asset: string, level: keyof typeof RATIO): Promise<void> => {
    count += 1;
    clock += 1000;
    done.verdict += 1;
    const [finding, code] = level === 'NONE' ? ['normal', 'normal'] : ['anomaly', 'anomaly-untold'];
    const sentence = { code, params: { asset, level, ratio: RATIO[level] } };
    const payload = { asset, time: clock, finding, level, ratio: RATIO[level], tags: [], detectors: {}, sentence };
    // The same verdict twice is the same alarm: one that may have come is sent again.
    await answered(asset, () => desk.verdict(payload));
    twin.verdict(payload);
    await settled();
  };

  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];

  const operate = async (): Promise<void> => {
    const asset = pick(ASSETS);
    twin.tick();
    const state = twin.state(asset) as AlarmState;
    // Which of the two was first, the end of its shelving or the next operation, must not be open: the twin's ends later.
    if (asset === 'short' && state === 'shelved') return;
    if (random() < 0.5) return verdict(asset, pick(['NONE', 'INFO', 'WARNING', 'CRITICAL'] as const));
    if (asset === 'quiet' && random() < 0.5) {
      const id = twin.silenceOf(QUIET);
      if (id === '') return command(asset, { command: 'silence', matchers: QUIET, minutes: 120 });
      await command(asset, { command: 'unsilence', id });
      // What waited for its end is told within a second; the next input would come between.
      return until(() => {
        twin.tick();
        const told = notificationsOf(collector.posts).map(({ key }) => key);
        return Promise.resolve(isDeepStrictEqual(newsOf(new Set(told)), newsOf(twin.keys)));
      }, 'told at the end of a silence');
    }
    const legal = legalActions(state).filter((each) => !(each === 'shelve' && isHold(state)));
    const asked = asset === 'short' ? legal.filter((each) => ['ack', 'shelve', 'comment'].includes(each)) : legal;
    const actions = twin.alarms().has(asset) ? asked : asked.filter((each) => each === 'shelve' || each === 'suppress');
    if (actions.length === 0) return undefined;
    const action = pick(actions);
    const minutes = asset === 'short' ? 0.05 : 480;
    return command(asset, { command: action, asset, ...(action === 'shelve' ? { minutes } : {}) });
  };

  it(`keep every state and silence over ${KILLS} kills at random instants`, async function () {
    this.timeout(60_000 + KILLS * 30_000);
    const instants = seeded(SEED + 1);
    const failures: unknown[] = [];
    let hasJournal = false;
    await command('mute', { command: 'silence', matchers: 'asset~mute-*', minutes: 600 });
    const killing = (async () => {
      while (kills < KILLS) {
        await pause(200 + 1800 * instants());
        if (failures.length > 0) return;
        isUp = false;
        const began = performance.now();
        await nodeRed.kill();
        lives.push(nodeRed.log());
        kills += 1;
        // It begins with its first record.
        hasJournal ||= existsSync(join(userDir, 'swat', 'journal', 'journal.db'));
        if (hasJournal) await verified(userDir);
        nodeRed = await startNodeRed({ userDir });
        downs.push(performance.now() - began);
        isUp = true;
        while (compared < kills && failures.length === 0) await pause(20);
      }
    })().catch((cause: unknown) => {
      failures.push(cause);
    });
    try {
      // On a slow machine few operations fit between the kills: they go on until each kind has been there.
      const isThrough = (): boolean => kills >= KILLS && compared >= kills && (undone().length === 0 || count >= MOST);
      while (failures.length === 0 && !isThrough()) {
        await operate();
        await pause(30 * random());
      }
    } catch (cause) {
      failures.push(cause);
    }
    await killing;
    if (failures.length > 0) throw failures[0] as Error;
    await pause(4000);
    await compare();
    assert.ok(cutOff > 0, 'no operation was cut off by a kill');
    assert.deepEqual(undone(), [], 'kinds of operations that never came');
  });

  it('tell every event once, and again only with a mark: none is lost, doubled or another', () => {
    provenEvents(collector.posts, twin.events);
  });

  it('notify of the same as when left alone, nobody twice, and of nothing that is silenced or held', () => {
    provenNotifications(collector.posts, twin.keys, 'mute-1');
    assert.ok(twin.keys.size > 0, 'nothing was notified');
  });

  it('are in the journal, each event once without a hole, in a chain that holds', async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    await verified(userDir);
    const { text } = await asked('export', userDir, '--form', 'json');
    const records = JSON.parse(text) as Journalled[];
    provenJournal(records, collector.posts, 'alert');
    assert.throws(() => provenJournal(records.slice(1), collector.posts, 'alert'), assert.AssertionError);
    assert.throws(() => provenJournal([...records, records[0]], collector.posts, 'alert'), assert.AssertionError);
    assert.equal(lives.length, KILLS);
    for (const log of [...lives, nodeRed.log()]) assert.doesNotMatch(log, /\[error\]|uncaught|unhandled/i);
  });

  it('would not have passed with one event or notification less, more, or another', function () {
    for (let turn = 0; turn < 5; turn += 1) {
      for (const [fault, posts] of faulty(collector.posts, (among) => Math.floor(random() * among))) {
        const proof = (): void => {
          provenEvents(posts, twin.events);
          provenNotifications(posts, twin.keys, 'mute-1');
        };
        assert.throws(proof, assert.AssertionError, fault);
      }
    }
    const isGreen = this.test?.parent?.tests.every(({ state }) => state !== 'failed') === true;
    if (isGreen) report();
  });

  const report = (): void => {
    const toldAgain = collector.posts.filter(({ redelivered }) => redelivered === true).length;
    const medianRestartMs = Math.round([...downs].sort((a, b) => a - b)[downs.length >> 1]);
    const told = { events: eventsOf(collector.posts).length, notifications: twin.keys.size, toldAgain };
    keepResult({ seed: SEED, kills, cutOff, hadBeenDone, operations: count, done, ...told, medianRestartMs });
  };
});

/** `swat journal verify`, also of a process that was just killed. */
async function verified(userDir: string): Promise<void> {
  const { status, text } = await asked('verify', userDir);
  assert.equal(status, 0, text);
}

/** `swat journal` with an action: its exit code and what it prints. */
async function asked(action: string, userDir: string, ...more: string[]): Promise<{ status: number; text: string }> {
  let text = '';
  const result = (line: string): void => {
    text += `${line}\n`;
  };
  const status = await journal([action, '--dir', userDir, ...more], { result, progress: () => undefined });
  return { status, text };
}

async function until(ready: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await ready())) {
    assert.ok(Date.now() < end, `did not happen: ${what}`);
    await pause(50);
  }
}
