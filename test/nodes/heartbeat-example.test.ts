import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import { mqttEndpoint } from '../harness/endpoints';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

interface Beat {
  readonly alive: boolean;
  readonly counter?: number;
  readonly reason?: string;
  readonly assets?: Readonly<Record<string, number>>;
  readonly detectors?: object;
}

describe('example 27, a heartbeat in a real Node-RED and over real MQTT', function () {
  this.timeout(120_000);
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;
  let broker: Awaited<ReturnType<typeof mqttEndpoint>>;
  let flow: FlowNode[];
  before(async () => {
    linkModule(userDir);
    broker = await mqttEndpoint();
    flow = (JSON.parse(readFileSync(join(checkout, 'examples', '27-heartbeat.json'), 'utf8')) as FlowNode[]).map(
      (node) => ({
        ...node,
        ...(node.type === 'debug' ? { console: true } : {}),
        ...(node.type === 'mqtt-broker' ? { port: String(broker.port) } : {}),
        ...(node.type === 'swat-source' ? { factor: 40 } : {}),
        ...(node.type === 'swat-heartbeat' ? { every: 1, silent: 4 } : {}),
      }),
    );
    nodeRed = await startNodeRed({ userDir, flows: flow });
  });
  after(async () => {
    await nodeRed.stop();
    await broker.stop();
    removeUserDir(userDir);
  });
  const beats = (): Beat[] => broker.got.map(({ payload }) => JSON.parse(payload) as Beat);
  const registers = (): number[] =>
    [...nodeRed.log().matchAll(/\[debug:register\]\s+(\d+)/g)].map(([, n]) => Number(n));
  const until = (what: string, ready: () => boolean): Promise<void> =>
    eventually(ready, () => `${what}:\n${JSON.stringify(beats().at(-1))}\n${nodeRed.log().slice(-2000)}`);
  const press = (name: string): Promise<void> =>
    nodeRed.admin.inject(String(flow.find((node) => node.type === 'inject' && node.name === name)?.id));
  const reason = (): string | undefined => beats().at(-1)?.reason;
  /** The changes told, in order. */
  const changes = (): string[] =>
    [...nodeRed.log().matchAll(/\[debug:changes\]\s+'?([^\n']*)/g)].map(([, text]) => text);

  it('begins with not alive, is alive once detectors judge, and its number goes on', async () => {
    await until('a beat', () => beats().length > 0);
    assert.equal(beats()[0].alive, false);
    await until('alive', () => beats().at(-1)?.alive === true);
    const seen = beats();
    const first = seen.findIndex(({ alive }) => alive);
    assert.ok(seen.slice(0, first).every(({ counter }) => counter === 0));
    assert.equal(seen[first].counter, 1);
    assert.deepEqual(seen[first].assets, { known: 1, watched: 1 });
    assert.deepEqual(seen[first].detectors, { ready: 2, notReady: 0 });
    await until('the register', () => registers().length > 2);
    assert.deepEqual(registers().slice(0, 3), [1, 2, 3], 'nothing before it was alive');
  });

  it('stops with the data, and its number stands still until they come again', async () => {
    await press('Pause the plant');
    await until('it is silent', () => reason() === 'silent');
    const stood = registers().at(-1);
    const count = registers().length;
    await until('beats go on', () => registers().length > count + 2);
    assert.equal(registers().at(-1), stood);
    await press('Go on');
    await until('alive again', () => beats().at(-1)?.alive === true);
    await until('the number goes on', () => registers().at(-1) === Number(stood) + 1 || Number(registers().at(-1)) > Number(stood)); // prettier-ignore
  });

  it('is not alive after the process stood still, until the next verdict', async () => {
    const before = changes().length;
    process.kill(nodeRed.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8000));
    process.kill(nodeRed.pid, 'SIGCONT');
    await until('it is told, and over', () => changes().length >= before + 2);
    assert.match(changes()[before], /stood still|silent/);
    assert.match(changes().at(-1) ?? '', /Detection is alive/);
  });

  it('is told by the last will when Node-RED is gone', async () => {
    await nodeRed.kill();
    await until('the will', () => reason() === 'gone');
    nodeRed = await startNodeRed({ userDir });
  });

  it('answers what is no verdict with an error, counts as not alive what cannot be judged, and forgets on command', async () => {
    const feed = (id: string, message: object): FlowNode => ({
      id,
      z: 'tab',
      type: 'inject',
      props: Object.entries(message).map(([p, v]) => ({ p, v: JSON.stringify(v), vt: 'json' })),
      x: 1,
      y: 1,
      wires: [['beat']],
    });
    const verdict = {
      asset: 'a',
      time: 1,
      level: 'NONE',
      ratio: 0,
      tags: [],
      sentence: { code: 'normal', params: {} },
    };
    const ready = { pca: { score: 0, threshold: 1, ratio: 0, ready: true, model: 'm' } };
    await nodeRed.admin.deploy([
      { id: 'tab', type: 'tab', label: 't' },
      { id: 'beat', z: 'tab', type: 'swat-heartbeat', every: 1, silent: 30, x: 1, y: 2, wires: [[], ['told']] },
      { id: 'told', z: 'tab', type: 'debug', console: true, complete: 'payload.text', x: 1, y: 3, wires: [] },
      { id: 'caught', z: 'tab', type: 'catch', x: 1, y: 4, wires: [['wrong']] },
      {
        id: 'wrong',
        z: 'tab',
        type: 'debug',
        name: 'wrong',
        console: true,
        complete: 'error.message',
        x: 1,
        y: 5,
        wires: [],
      },
      feed('nonsense', { payload: 'x' }),
      feed('half', { payload: { ...verdict, finding: 'normal', level: 'HIGH' } }),
      feed('good', { payload: { ...verdict, finding: 'normal', detectors: ready } }),
      feed('lost', { payload: { event: 'communication-lost', asset: 'a', seconds: 9 } }),
      feed('bad', { payload: { ...verdict, time: 2, finding: 'bad-data', detectors: ready } }),
      feed('found', { payload: { event: 'communication-restored', asset: 'a', silentSeconds: 9 } }),
      feed('answer', { payload: { command: 'stats', ok: true } }),
      feed('reset', { swat: { command: 'reset' } }),
    ]);
    for (const [button, wanted] of [
      ['nonsense', /\[debug:wrong\][^[]*neither a verdict nor a window/],
      ['half', /\[debug:wrong\][^[]*its level is missing or wrong/],
      ['good', /Detection is alive: 1 watched\./],
      ['lost', /communication is lost\./],
      ['bad', undefined],
      ['found', /too much of the data is bad\./],
      ['answer', undefined],
      ['reset', /has not given a verdict yet\.[^]*has not given a verdict yet\./],
    ] as const) {
      await nodeRed.admin.inject(button);
      if (wanted !== undefined) await nodeRed.waitForLog(wanted, 15_000);
    }
    assert.doesNotMatch(nodeRed.log(), /uncaught/i);
  });
});
