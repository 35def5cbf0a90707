import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../lib/kernels/random';
import type { FlowNode } from '../harness/admin';
import { keepResult } from '../harness/fault-result';
import { startNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const KILLS = Number(process.env.SWAT_KILLS ?? 5);
const SEED = Number(process.env.SWAT_SEED ?? 7);
/** Plant-seconds a second. */
const SPEED = 50;
/** Seconds that may come twice: what was sent in the half second since it was last saved, and while that was under way. */
const TWICE = SPEED;
/** Seconds that may be lost on their way between two nodes, as for any node. */
const LOST = 5;

interface Line {
  readonly event?: string;
  readonly time: number;
  readonly values?: string;
}

/** A source whose frames and events are written to a file as they come. */
function flow(out: string): FlowNode[] {
  const z = 'flow';
  const write = (id: string, func: string): FlowNode => ({
    id,
    z,
    type: 'function',
    func,
    outputs: 1,
    wires: [['out']],
  });
  return [
    { id: z, type: 'tab', label: 'source' },
    { id: 's', z, type: 'swat-source', speed: 'times', factor: SPEED, seed: 4, schedule: '16@2, 4@12', repeat: 25, wires: [['frame'], ['event'], []] }, // prettier-ignore
    write('frame', 'return { payload: JSON.stringify({ time: msg.timestamp, values: JSON.stringify([msg.payload, msg.label]) }) };'), // prettier-ignore
    write('event', 'return { payload: JSON.stringify({ event: msg.payload.event, time: msg.payload.time }) };'),
    { id: 'out', z, type: 'file', filename: out, filenameType: 'str', appendNewline: true, createDir: false, overwriteFile: 'false', encoding: 'none', wires: [[]] }, // prettier-ignore
  ];
}

describe('a simulated plant in a process that is killed again and again', () => {
  let userDir: string;
  let out: string;
  before(() => {
    userDir = createUserDir();
    linkModule(userDir);
    out = join(userDir, 'out.jsonl');
  });
  after(() => removeUserDir(userDir));

  const lines = (): Line[] =>
    (existsSync(out) ? readFileSync(out, 'utf8') : '').split('\n').flatMap((text) => {
      // The last one before a kill may be torn.
      try {
        return text === '' ? [] : [JSON.parse(text) as Line];
      } catch {
        return [];
      }
    });

  it(`goes on after each of ${KILLS} kills: no second is left out, one that comes twice is the same to the last bit`, async function () {
    this.timeout(60_000 + KILLS * 15_000);
    const random = seeded(SEED);
    for (let kill = 0; kill <= KILLS; kill += 1) {
      const nodeRed = await startNodeRed({ userDir, ...(kill === 0 ? { flows: flow(out) } : {}) });
      try {
        await pause(1000 + 3000 * random());
      } finally {
        await (kill < KILLS ? nodeRed.kill() : nodeRed.stop());
      }
      assert.doesNotMatch(nodeRed.log(), /\[(warn|error)\] \[swat-source/);
    }
    const all = lines();
    const frames = all.filter(({ values }) => values !== undefined);
    assert.ok(frames.length > KILLS * SPEED, `${frames.length} frames`);
    const seen = new Map<number, string>();
    let twice = 0;
    let last = frames[0].time - 1000;
    for (const { time, values = '' } of frames) {
      const step = (time - last) / 1000;
      assert.ok(step === 1 || (step <= LOST && step >= -TWICE), `a step of ${step} s`);
      if (seen.has(time)) twice += 1;
      assert.equal(seen.get(time) ?? values, values, `the second ${time} came twice and was not the same`);
      seen.set(time, values);
      last = time;
    }
    assert.equal(all.filter(({ event }) => event === 'started').length, 1);
    const began = all.filter(({ event }) => event === 'attack-started').map(({ time }) => time);
    assert.ok(began.length >= 1, 'an attack has begun');
    keepResult({ seed: SEED, kills: KILLS, frames: frames.length, twice, attacks: new Set(began).size });
  });
});
