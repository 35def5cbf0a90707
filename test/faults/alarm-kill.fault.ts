import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AlarmEvent } from '../../lib/alarm/event';
import { legalActions, type AlarmState } from '../../lib/alarm/transitions';
import { journal } from '../../lib/cli/journal';
import { seeded } from '../../lib/kernels/random';
import type { FlowNode } from '../harness/admin';
import {
  AlarmTwin,
  newsOf,
  histories,
  same,
  silenced,
  standing,
  type Standing,
  type ToldNotification,
} from '../harness/alarm-twin';
import { startCollector, type Collector } from '../harness/collector';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** `npm run kill` sets SWAT_FULL: 100 kills (SWAT_KILLS: as many as wanted); the short form is what CI runs. */
const FULL = process.env.SWAT_FULL !== undefined;
const KILLS = Number(process.env.SWAT_KILLS ?? (FULL ? 100 : 8));
const random = seeded(Number(process.env.SWAT_SEED ?? 20_261_129));
const ALERT = { offDelay: 0, repeat: 0, limit: 1000, limitPeriod: 0.1 };
/** `quiet` is silenced now and then, `mute-1` always; `short` is shelved for so short that it ends by itself. */
const ASSETS = ['one', 'two', 'three', 'quiet', 'mute-1', 'short'];
const QUIET = 'asset=quiet';
const RATIO = { NONE: 0.2, INFO: 1.1, WARNING: 1.6, CRITICAL: 3 };
const HOLDS: readonly string[] = ['shelved', 'suppressed-by-design', 'out-of-service'];

type Given = Readonly<Record<string, unknown>>;
type Told = AlarmEvent & { readonly redelivered?: boolean };

/** Verdicts come by HTTP, and are answered once `swat-alert` has saved and sent what came of them. */
function flowOf({ url }: Collector): FlowNode[] {
  const on = (id: string, type: string, wires: string[][], more: Given = {}): FlowNode => ({ id, type, z: 'tab', x: 100, y: 100, wires, ...more }); // prettier-ignore
  return [
    { id: 'tab', type: 'tab', label: 'alarms' },
    on('in', 'http in', [['alert']], { url: '/verdict', method: 'post' }),
    on('alert', 'swat-alert', [['strip'], ['strip'], []], ALERT),
    on('strip', 'function', [['post']], { func: 'return { payload: msg.payload };', outputs: 1 }),
    on('post', 'http request', [[]], { method: 'POST', ret: 'txt', paytoqs: 'ignore', url, persist: false, headers: [] }), // prettier-ignore
    on('taken', 'complete', [['answerable']], { scope: ['alert'] }),
    on('answerable', 'switch', [['answer']], { property: 'res', propertyType: 'msg', rules: [{ t: 'nnull' }] }),
    on('answer', 'http response', [], { statusCode: '204' }),
  ];
}

describe('alarms of a process that is killed while people work with them', () => {
  const twin = new AlarmTwin(ALERT);
  const done: Record<string, number> = { verdict: 0 };
  const downs: number[] = [];
  let collector: Collector;
  let userDir: string;
  let nodeRed: RunningNodeRed;
  /** Kills so far, and after how many of them everything that stands was compared. */
  let kills = 0;
  let compared = 0;
  let cutOff = 0;
  let isUp = true;
  let count = 0;
  let clock = 1_800_000_000_000;

  before(async function () {
    this.timeout(60_000);
    collector = await startCollector();
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({ userDir, flows: flowOf(collector) });
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    await collector.close();
    removeUserDir(userDir);
  });

  /** No kill is under way that an error could come of. */
  const isLeftAlone = (): boolean => isUp && kills === compared;
  const events = (): Told[] => collector.posts.filter((each) => !('key' in each)) as unknown as Told[];
  const notifications = (): ToldNotification[] => collector.posts.filter((each) => 'key' in each) as never;
  const told = (): Set<string> => new Set(notifications().map(({ key }) => key));
  const inOrder = (): Told[] =>
    [...new Map(events().map((event) => [event.seq, event])).values()].sort((a, b) => a.seq - b.seq);

  const post = async (path: string, body: Given): Promise<Record<string, unknown>> => {
    const answer = await fetch(nodeRed.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Refused(`${path} ${JSON.stringify(body)}: ${answer.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  const ask = (command: Given): Promise<Record<string, unknown>> => post('/swat-alert/alert/command', command);
  const alarms = async (): Promise<Map<string, Standing>> =>
    standing((await ask({ command: 'list' })).alarms as Given[]);
  const silences = async (): Promise<Map<string, Standing>> =>
    silenced((await ask({ command: 'silences' })).silences as Given[]);

  /** Everything that was answered stands as it stood; of `short`, whose shelving may just have ended, within 20 s. */
  const compare = async (apart = ''): Promise<void> => {
    const without = (of: Map<string, Standing>, ...names: string[]): Map<string, Standing> =>
      new Map([...of].filter(([name]) => !names.includes(name)));
    const when = `after kill ${kills}, operation ${count}`;
    same(without(await alarms(), apart, 'short'), without(twin.alarms(), apart, 'short'), when);
    if (apart !== 'quiet') same(await silences(), twin.silences(), when);
    if (apart === 'short') return;
    await until(async () => {
      twin.tick();
      return (await alarms()).get('short')?.what === twin.alarms().get('short')?.what;
    }, `${when}: short`);
  };

  /** Carries out one operation exactly once, whatever the process does meanwhile; then the twin does it. */
  const once = async (
    asset: string,
    go: () => Promise<unknown>,
    was: () => Promise<boolean>,
    echo: () => void,
  ): Promise<void> => {
    // prettier-ignore
    count += 1;
    for (let isDone = false; !isDone;) {
      try {
        await go();
        isDone = true;
      } catch (cause) {
        if (cause instanceof Refused || isLeftAlone()) throw cause;
        cutOff += 1;
        await until(() => Promise.resolve(isUp), 'started again');
        // Before it is asked again: nothing but this may be in doubt.
        await compare(asset);
        isDone = await was();
      }
    }
    echo();
    if (kills > compared && isUp) {
      await compare();
      compared = kills;
    }
  };

  const command = (asset: string, given: Given): Promise<void> => {
    const name = String(given.command);
    const comment = `operation ${count + 1}`;
    const before = twin.state(asset);
    done[name] = (done[name] ?? 0) + 1;
    const was = async (): Promise<boolean> => {
      if (name === 'silence') return (await silences()).has(comment);
      if (name === 'unsilence') return ![...(await silences()).values()].some(({ what }) => what === QUIET);
      const [, , state = 'normal', , , said] = (await alarms()).get(asset)?.what.split('|') ?? [];
      return name === 'comment' ? said === comment : state !== before;
    };
    const go = async (): Promise<void> => {
      const list = name === 'unsilence' ? ((await ask({ command: 'silences' })).silences as Given[]) : [];
      const own = list.find((each) => silenced([each]).values().next().value?.what === QUIET);
      await ask({ ...given, comment, ...(own === undefined ? {} : { id: own.id }) });
    };
    return once(asset, go, was, () => {
      twin.command({ ...given, comment });
    });
  };

  const verdict = (asset: string, level: keyof typeof RATIO): Promise<void> => {
    clock += 1000;
    done.verdict += 1;
    const [finding, code] = level === 'NONE' ? ['normal', 'normal'] : ['anomaly', 'anomaly-untold'];
    const sentence = { code, params: { asset, level, ratio: RATIO[level] } };
    const payload = { asset, time: clock, finding, level, ratio: RATIO[level], tags: [], detectors: {}, sentence };
    // The same verdict twice is the same alarm: one that may have come is sent again.
    const go = (): Promise<unknown> => post('/verdict', payload);
    return once(asset, go, () => Promise.resolve(false), () => {
      twin.verdict(payload);
    }); // prettier-ignore
  };

  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];

  const operate = async (): Promise<void> => {
    const asset = pick(ASSETS);
    const state = twin.state(asset) as AlarmState;
    // Which of the two was first, the end of its shelving or the next verdict, must not be open.
    if (asset === 'short' && state === 'shelved') return;
    if (random() < 0.5) return verdict(asset, pick(['NONE', 'INFO', 'WARNING', 'CRITICAL'] as const));
    if (asset === 'quiet' && random() < 0.5) {
      const id = twin.silenceOf(QUIET);
      if (id === '') return command(asset, { command: 'silence', matchers: QUIET, minutes: 120 });
      await command(asset, { command: 'unsilence', id });
      twin.tick();
      // What waited for its end is told within a second; the next input would come between.
      return until(() => {
        twin.tick();
        return Promise.resolve(isDeepStrictEqual(newsOf(told()), newsOf(twin.keys)));
      }, 'told at the end of a silence');
    }
    const legal = legalActions(state).filter((each) => !(each === 'shelve' && HOLDS.includes(state)));
    const asked = asset === 'short' ? legal.filter((each) => ['ack', 'shelve', 'comment'].includes(each)) : legal;
    const actions = twin.alarms().has(asset) ? asked : asked.filter((each) => each === 'shelve' || each === 'suppress');
    if (actions.length === 0) return undefined;
    const action = pick(actions);
    const minutes = asset === 'short' ? 0.05 : 480;
    return command(asset, { command: action, asset, ...(action === 'shelve' ? { minutes } : {}) });
  };

  it(`keep every state and silence over ${KILLS} kills at random instants`, async function () {
    this.timeout(60_000 + KILLS * 30_000);
    const instants = seeded(7);
    await command('mute', { command: 'silence', matchers: 'asset~mute-*', minutes: 600 });
    const failures: unknown[] = [];
    const killing = (async () => {
      while (kills < KILLS) {
        await pause(200 + 1800 * instants());
        if (failures.length > 0) return;
        isUp = false;
        const began = performance.now();
        await nodeRed.kill();
        kills += 1;
        await verified(userDir);
        nodeRed = await startNodeRed({ userDir });
        downs.push(performance.now() - began);
        isUp = true;
        while (compared < kills && failures.length === 0) await pause(20);
      }
    })().catch((cause: unknown) => {
      failures.push(cause);
    });
    try {
      while (failures.length === 0 && (kills < KILLS || compared < kills)) {
        twin.tick();
        await settleShort();
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
    for (const name of ['verdict', 'ack', 'shelve', 'suppress', 'comment', 'silence'])
      assert.ok((done[name] ?? 0) > 0, `no ${name}`);
  });

  /** A shelving that has ended in one has ended in both before anything else happens. */
  const settleShort = async (): Promise<void> => {
    if (twin.state('short') === 'shelved' || !isUp) return;
    try {
      await until(async () => {
        twin.tick();
        return (await alarms()).get('short')?.what === twin.alarms().get('short')?.what;
      }, 'short');
    } catch (cause) {
      if (isLeftAlone()) throw cause;
    }
  };

  it('tell every event once, and again only with a mark: none is lost, doubled or another', () => {
    const seen = new Map<number, Told>();
    for (const event of events()) {
      const first = seen.get(event.seq);
      if (first === undefined) seen.set(event.seq, event);
      else assert.equal(event.redelivered, true, `event ${event.seq} came twice, unmarked`);
      if (first !== undefined) assert.deepEqual(histories([event]), histories([first]));
    }
    const numbers = inOrder().map(({ seq }) => seq);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
    );
    assert.deepEqual(histories(inOrder()), histories(twin.events));
  });

  it('notify of the same as when left alone, nobody twice, and of nothing that is silenced or held', () => {
    const seen = new Set<string>();
    for (const { key, redelivered, asset, event, state = '' } of notifications()) {
      assert.ok(!seen.has(key) || redelivered === true, `${key} came twice, unmarked`);
      seen.add(key);
      assert.notEqual(asset, 'mute-1', `${event} of what is silenced`);
      assert.ok(!HOLDS.includes(state), `${event} of what is ${state}`);
    }
    assert.deepEqual(newsOf(seen), newsOf(twin.keys));
    assert.ok(seen.size > 0, 'nothing was notified');
  });

  it('are in the journal, each event once without a hole, in a chain that holds', async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    await verified(userDir);
    const { text } = await asked('export', userDir, '--form', 'json');
    const records = JSON.parse(text) as { source: string; seq: number; event: string; asset: string }[];
    const own = records.filter(({ source }) => source === 'alert').sort((a, b) => a.seq - b.seq);
    assert.deepEqual(
      own.map(({ seq, event, asset }) => [seq, event, asset]),
      inOrder().map(({ seq, event, asset }) => [seq, event, asset]),
    );
    assert.deepEqual([...new Set(records.map(({ source }) => source))], ['alert'], 'the journal itself had to say something'); // prettier-ignore
    assert.doesNotMatch(nodeRed.log(), /\[error\]|uncaught|unhandled/i);
    report();
  });

  /** The result; the full form's is kept in bench/results. */
  const report = (): void => {
    const again = collector.posts.filter(({ redelivered }) => redelivered === true).length;
    const medianRestartMs = Math.round([...downs].sort((a, b) => a - b)[downs.length >> 1]);
    const result = { bench: 'alarm-kill', date: new Date().toISOString(), kills, cutOff, operations: count, done, events: inOrder().length, notifications: twin.keys.size, toldAgain: again, medianRestartMs }; // prettier-ignore
    if (!FULL) {
      console.log(`      ${JSON.stringify(result)}`);
      return;
    }
    const folder = join(checkout, 'bench', 'results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'alarm-kill.json'), `${JSON.stringify(result, null, 2)}\n`);
  };
});

/** Node-RED has answered, and the answer was no. */
class Refused extends Error {}

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
  const end = Date.now() + 30_000;
  while (!(await ready())) {
    assert.ok(Date.now() < end, `did not happen: ${what}`);
    await pause(50);
  }
}
