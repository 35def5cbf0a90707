import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../lib/kernels/random';
import { disk } from '../../lib/platform/files';
import { createStore } from '../../lib/model/store';
import type { LearningReport } from '../../nodes/runtime/training-report';
import type { FlowNode } from '../harness/admin';
import { keepResult } from '../harness/fault-result';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { mountSmallDisk, unmountSmallDisk } from '../harness/small-disk';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { csvOf, seconds, TAGS } from '../lib/train/csv';

const KILLS = Number(process.env.SWAT_KILLS ?? 5);
const SEED = Number(process.env.SWAT_SEED ?? 20_261_124);
const z = 'file';
const FLOW: FlowNode[] = [
  { id: z, type: 'tab', label: 'file' },
  { id: 'p', type: 'swat-plant', name: 'small', source: 'list', tags: TAGS },
  { id: 'm', type: 'swat-model', name: 'skid', folder: '', reference: false },
  { id: 'w', z, type: 'swat-window', plant: 'p', length: 5, stride: 1, wires: [['d'], [], []] },
  { id: 'd', z, type: 'swat-autoencoder', model: 'm', epochs: 30, batch: 8, hidden: '8,4', stride: 1, activation: 'first', wires: [[], []] }, // prettier-ignore
];

/** A sample of a table; without them nothing is taken in. */
const LINE = '2026-01-01 00:00:00,1\n';

describe('learning from a file, in a process that is killed or has no disk left', () => {
  let userDir: string;
  let nodeRed: RunningNodeRed;

  beforeEach(function () {
    this.timeout(60_000);
    userDir = createUserDir();
    linkModule(userDir);
  });
  afterEach(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    unmountSmallDisk(join(userDir, 'swat'));
    removeUserDir(userDir);
  });

  const call = (method: string, path: string, body?: BodyInit, type = 'application/json'): Promise<Response> =>
    fetch(`${nodeRed.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'Content-Type': type } }),
    });
  const command = async (given: object): Promise<number> =>
    (await call('POST', '/swat-autoencoder/d/command', JSON.stringify(given))).status;
  const put = (name: string, body: string): Promise<Response> =>
    call('PUT', `/swat-model/m/data/${name}`, body, 'application/octet-stream');
  const report = async (): Promise<LearningReport> =>
    (await (await call('GET', '/swat-autoencoder/d/report')).json()) as LearningReport;
  const until = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
    for (let turn = 0; turn < 600; turn += 1) {
      if (await holds()) return;
      await pause(50);
    }
    assert.fail(`${what}\n${nodeRed.log().slice(-3000)}`);
  };
  const data = (): string => join(userDir, 'swat', 'data', 'skid');
  const models = () => createStore({ files: disk, folder: join(userDir, 'swat', 'models', 'skid'), product: '0' });
  const train = async (given: object): Promise<LearningReport> => {
    assert.equal(await command({ command: 'train', ...given }), 200);
    await until(async () => (await report()).stage === 'idle', 'the end of the training');
    return report();
  };

  it(`has the version in force that was, whenever it is killed (${KILLS} times), and begins again once`, async function () {
    this.timeout(120_000 + KILLS * 30_000);
    nodeRed = await startNodeRed({ userDir, flows: FLOW });
    assert.equal((await put('a.csv', csvOf(seconds(1500)))).status, 200);
    const { trained } = await train({ file: 'a.csv' });
    const { version } = trained as { version: string };
    const random = seeded(SEED);
    let begunAgain = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      assert.equal(await command({ command: 'train', file: 'a.csv', epochs: 900 + kill }), 200);
      await pause(200 + 2500 * random());
      await nodeRed.kill();
      const active = await models().active('autoencoder');
      assert.ok(active !== undefined);
      await models().load('autoencoder', active.version);
      assert.equal(active.version, version, 'nothing was put in force');
      nodeRed = await startNodeRed({ userDir });
      await pause(300);
      const { stage, failed } = await report();
      if (stage === 'training') begunAgain += 1;
      else assert.equal(failed?.code ?? 'training-interrupted', 'training-interrupted');
      assert.equal(await command({ command: 'stop' }), 200);
      for (const entry of await models().list('autoencoder')) assert.equal(entry.problem, undefined);
    }
    assert.ok(begunAgain > 0);
    // What begins again by itself begins once only.
    assert.equal(await command({ command: 'train', file: 'a.csv', epochs: 1000 }), 200);
    await pause(1500);
    for (const outcome of ['training', 'idle']) {
      await nodeRed.kill();
      nodeRed = await startNodeRed({ userDir });
      await pause(1500);
      assert.equal((await report()).stage, outcome);
    }
    assert.equal((await report()).failed?.code, 'training-interrupted');
    keepResult({ seed: SEED, kills: KILLS, begunAgain });
    assert.doesNotMatch(nodeRed.log(), /uncaught|unhandled/i);
  });

  it('keeps nothing of an upload that breaks off, or that a kill cuts off', async function () {
    this.timeout(120_000);
    nodeRed = await startNodeRed({ userDir, flows: FLOW });
    const half = (then: 'destroy' | 'kill'): Promise<void> =>
      new Promise((resolve) => {
        const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': 10_000_000 };
        const sending = request(`${nodeRed.url}/swat-model/m/data/half.csv`, { method: 'PUT', headers });
        sending.on('error', () => resolve());
        sending.write(Buffer.alloc(1_000_000, LINE));
        const wait = setInterval(() => {
          if (!existsSync(data()) || readdirSync(data()).length === 0) return;
          clearInterval(wait);
          if (then === 'destroy') sending.destroy();
          else void nodeRed.kill().then(resolve);
        }, 20);
      });
    await half('destroy');
    await until(() => Promise.resolve(readdirSync(data()).length === 0), 'it is gone');
    await half('kill');
    assert.equal(readdirSync(data()).length, 1);
    nodeRed = await startNodeRed({ userDir });
    await until(() => Promise.resolve(readdirSync(data()).length === 0), 'it is swept away');
    assert.equal((await put('whole.csv', `time,a\n${LINE}`)).status, 200);
  });

  it('says that the disk is full, and has no half file and no half version', async function () {
    this.timeout(120_000);
    mountSmallDisk(this, join(userDir, 'swat'), '1m');
    nodeRed = await startNodeRed({ userDir, flows: FLOW });
    const outside = join(userDir, 'a.csv');
    writeFileSync(outside, csvOf(seconds(600)));
    assert.equal((await put('a.csv', csvOf(seconds(600)))).status, 200);
    const { trained } = await train({ file: 'a.csv' });
    const { version } = trained as { version: string };

    const refused = await put('large.csv', LINE.repeat(3_000_000 / LINE.length));
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [507, 'data-disk-full']);
    assert.deepEqual(readdirSync(data()), ['a.csv']);

    const { bavail, bsize } = statfsSync(join(userDir, 'swat'));
    writeFileSync(join(userDir, 'swat', 'filler'), Buffer.alloc(bavail * bsize));
    const { failed } = await train({ file: 'a.csv', seed: 2 });
    assert.ok(failed !== null, 'it could not be saved');
    assert.equal((await models().active('autoencoder'))?.version, version);
    assert.equal((await models().list('autoencoder')).length, 1);
    rmSync(join(userDir, 'swat', 'filler'));
    const after = await train({ file: 'a.csv', seed: 2 });
    assert.notEqual((after.trained as { version: string }).version, version);
  });
});
