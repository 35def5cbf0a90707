import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { ScoreTrace } from '../../nodes/runtime/score-trace';
import type { FlowNode } from '../harness/admin';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const Z = 'tab';
const FLOW: readonly FlowNode[] = [
  { id: Z, type: 'tab', label: 'sidebar' },
  { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
  { id: 'model', type: 'swat-model', name: 'side', folder: '', reference: true },
  { id: 'source', z: Z, type: 'swat-source', mode: 'simulation', autostart: true, speed: 'times', factor: 100, seed: 7, x: 1, y: 1, wires: [['window'], []] }, // prettier-ignore
  {
    id: 'window',
    z: Z,
    type: 'swat-window',
    plant: 'plant',
    length: 60,
    stride: 1,
    x: 1,
    y: 2,
    wires: [['ae'], [], []],
  },
  { id: 'ae', z: Z, type: 'swat-autoencoder', model: 'model', autoTrain: false, x: 1, y: 3, wires: [['wrong', 'waits'], []] }, // prettier-ignore
  // For a detector that never speaks.
  { id: 'waits', z: Z, type: 'swat-severity', expectIforest: true, maxWait: 60, x: 1, y: 5, wires: [[], []] },
  { id: 'sub', type: 'subflow', name: 'Line', in: [], out: [] },
  { id: 'inner', z: 'sub', type: 'swat-alert', log: false, journal: false, x: 1, y: 1, wires: [[], [], []] },
  { id: 'line1', z: Z, type: 'subflow:sub', x: 1, y: 6, wires: [] },
  { id: 'line2', z: Z, type: 'subflow:sub', x: 1, y: 7, wires: [] },
  // Neither a verdict nor a window that it knows: an error for each.
  { id: 'wrong', z: Z, type: 'swat-alert', log: false, journal: false, x: 1, y: 4, wires: [[], [], []] },
];

interface Live {
  readonly nodes: readonly {
    readonly id: string;
    readonly errors: number;
    readonly queue: number;
    readonly score?: readonly number[];
  }[];
}

describe('the scores that the sidebar shows', () => {
  it('are one a second, the greatest, of the last 120', () => {
    const trace = new ScoreTrace();
    assert.equal(trace.last, undefined);
    for (const [ratio, now] of [[0.4, 1000], [0.9, 1400], [0.2, 1999], [Number.NaN, 2500], [0.123456, 3000]] as const) trace.note(ratio, now); // prettier-ignore
    assert.deepEqual(trace.points, [[1000, 0.9], [3000, 0.123]]); // prettier-ignore
    for (let second = 4; second < 200; second += 1) trace.note(second, second * 1000);
    assert.equal(trace.points.length, 120);
    assert.deepEqual(trace.last, [199_000, 199]);
  });
});

describe('the sidebar of a real Node-RED', function () {
  this.timeout(60_000);
  let userDir: string;
  let nodeRed: RunningNodeRed;
  before(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({ userDir, flows: FLOW });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('is told what changes, once a second for all nodes, and only after it was asked for', async () => {
    const socket = new WebSocket(`${nodeRed.url.replace('http', 'ws')}/comms`);
    const told: { at: number; data: Live }[] = [];
    socket.on('message', (text: Buffer) => {
      for (const { topic, data } of [JSON.parse(String(text)) as { topic: string; data: Live }].flat())
        if (topic === 'swat/live') told.push({ at: Date.now(), data });
    });
    await new Promise<void>((resolve) => socket.once('open', () => resolve()));
    socket.send(JSON.stringify({ subscribe: 'swat/live' }));
    try {
      await pause(2500);
      assert.deepEqual(
        told.map(({ data }) => data),
        [],
      );
      const answer = await fetch(`${nodeRed.url}/swat/sidebar`);
      const { nodes } = (await answer.json()) as {
        nodes: { id: string; version?: string; ready: boolean; queue: number; of?: string; within?: string[] }[];
      };
      const detector = nodes.find(({ id }) => id === 'ae');
      const inner = nodes.filter(({ of }) => of === 'inner').map(({ within }) => within);
      assert.deepEqual(inner, [['line1'], ['line2']], 'instances of a subflow are told apart');
      assert.match(detector?.version ?? '', /^\d{8}-\d{6}-/);
      assert.deepEqual([detector?.ready, nodes.map(({ id }) => id).includes('window')], [true, true]);
      for (let turn = 0; turn < 100 && told.length < 4; turn += 1) await pause(100);
      const gaps = told.slice(1).map(({ at }, index) => at - told[index].at);
      assert.ok(gaps.length >= 3 && gaps.every((ms) => ms > 500), gaps.join());
      const last = told.at(-1)?.data.nodes ?? [];
      assert.ok((last.find(({ id }) => id === 'ae')?.score?.[1] ?? 0) > 0);
      assert.ok((last.find(({ id }) => id === 'wrong')?.errors ?? 0) > 0);
      const waiting = told.flatMap(({ data }) => data.nodes).filter(({ id }) => id === 'waits');
      assert.ok((waiting.at(-1)?.queue ?? 0) > 0);
      assert.equal(last.some(({ id }) => id === 'source'), false, 'what tells no figures is left out'); // prettier-ignore
    } finally {
      socket.close();
    }
  });

  it('is for those who may read', async () => {
    await nodeRed.stop();
    const adminAuth = {
      type: 'credentials',
      users: [],
      default: { permissions: ['flows.read', 'nodes.read', 'settings.read'] },
    };
    nodeRed = await startNodeRed({ userDir, settings: { adminAuth } });
    assert.equal((await fetch(`${nodeRed.url}/swat/sidebar`)).status, 401);
  });
});
