import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../lib/kernels/random';
import { createPlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';
import { eventually } from '../harness/eventually';
import { ExactNodeRed } from '../harness/exact';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { COMMANDS } from './commands';
import { chainFlow, takeoverFlow } from './flow';
import { faultsIn } from './node-red-log';
import { FUZZ, noteResult, reached } from './shared';
import { rewrittenBatch, rewrittenState } from './states';

/** So long a chain runs with a state, ms: several hundred samples, and every timer but the slow ones. */
const RUNS_MS = 700;
/** Nodes whose commands tell what they have taken back. */
const TELLERS = ['swat-alert', 'swat-pca', 'swat-notify'];

describe('a Node-RED whose saved states say what nobody has saved', () => {
  let userDir: string;
  let nodeRed: RunningNodeRed;

  before(async function () {
    this.timeout(120_000);
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({
      userDir,
      // Without the nodes of Kafka: they keep nothing here, and wait for their broker each time that they stop.
      flows: chainFlow(400).filter(({ type }) => !type.startsWith('swat-kafka')),
      settings: { runtimeState: { enabled: true, ui: false } },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const post = async (path: string, body: object): Promise<{ status: number; text: string }> => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(new URL(path, nodeRed.url), { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  };
  const set = async (state: 'start' | 'stop'): Promise<void> => {
    // While files are written nothing else has its turn: connections that the server has closed meanwhile are noticed first.
    await pause(50);
    const { status, text } = await post('/flows/state', { state });
    assert.equal(status, 200, text);
  };
  /** Whether a verdict comes of the plant, however it went on before. */
  const judges = async (): Promise<boolean> => {
    const { nodes } = JSON.parse(await nodeRed.admin.text('/swat/sidebar')) as { nodes: { type: string; ready: boolean; score?: { at: number } }[] }; // prettier-ignore
    return nodes.some(({ type, score }) => type === 'swat-severity' && score !== undefined);
  };
  const states = (): string[] => readdirSync(join(userDir, 'swat'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.state')); // prettier-ignore
  const asked = async (): Promise<string[]> => {
    const answers = await Promise.all(
      TELLERS.flatMap((type) => (COMMANDS[type] ?? []).filter(({ command }) => !QUIET.has(String(command))).map((given) => post(`/${type}/the-${type.slice(5)}/command`, given))), // prettier-ignore
    );
    return answers.filter(({ status }) => status >= 500).map(({ text }) => text);
  };

  it(`takes them or starts afresh, ${FUZZ.starts} times, and runs`, async function () {
    this.timeout(FUZZ.patience);
    await eventually(judges, () => `no verdict:\n${nodeRed.log()}`);
    // Something in every state: an alarm, a silence, what is to be sent, what is being collected.
    await post('/swat-source/the-source/button', {});
    await post('/swat-alert/the-alert/command', { command: 'silence', matchers: [{ name: 'asset', value: 'x' }], minutes: 500, comment: 'works', user: 'anna' }); // prettier-ignore
    await post('/swat-pca/the-pca/command', { command: 'collect', windows: 5000, train: false });
    await eventually(async () => {
      const { alarms } = JSON.parse(await nodeRed.admin.text('/swat-alert/the-alert/alarms')) as { alarms: object[] };
      return alarms.length > 0;
    }, () => `no alarm:\n${nodeRed.log().slice(-2000)}`, 90_000); // prettier-ignore
    await pause(1500);
    await set('stop');
    const good = join(userDir, 'good');
    cpSync(join(userDir, 'swat'), good, { recursive: true });
    const names = states();
    assert.ok(names.length >= 9, names.join(' '));

    const begun = Date.now();
    let starts = 0;
    let refused = 0;
    const failures: string[] = [];
    for (; starts < FUZZ.starts && Date.now() - begun < FUZZ.budget && failures.length < 5; starts += 1) {
      const random = seeded(FUZZ.seed * 1_000_003 + starts);
      rmSync(join(userDir, 'swat'), { recursive: true });
      cpSync(good, join(userDir, 'swat'), { recursive: true });
      for (const name of names) {
        const path = join(userDir, 'swat', name);
        if (random() < 0.8) writeFileSync(path, rewrittenState(random, readFileSync(path)));
      }
      const before = nodeRed.logLength();
      await set('start');
      await pause(RUNS_MS);
      failures.push(...(await asked()));
      await set('stop');
      failures.push(...faultsIn(nodeRed.log(before)));
      refused += nodeRed.log(before).match(/entries of the saved state/g)?.length ?? 0;
      if (failures.length > 0) failures.push(`start ${starts}, seed ${FUZZ.seed}`);
    }
    const seconds = (Date.now() - begun) / 1000;
    assert.deepEqual(failures, []);
    reached('starts', starts, FUZZ.starts);
    assert.ok(refused > 0, 'nothing came to what reads the contents');
    rmSync(join(userDir, 'swat'), { recursive: true });
    cpSync(good, join(userDir, 'swat'), { recursive: true });
    await set('start');
    await eventually(judges, 'a verdict with the state that was saved');
    noteResult('starts', { seed: FUZZ.seed, starts, files: names.length, refused, seconds });
  });
});

/** Would go on long after. */
const QUIET = new Set(['train', 'collect', 'check', 'calibrate', 'identify']);

describe('nodes that take an asset over from Kafka whose state says what nobody has saved', () => {
  let red: ExactNodeRed;
  before(async function () {
    this.timeout(120_000);
    red = await ExactNodeRed.start(takeoverFlow());
  });
  after(async function () {
    this.timeout(60_000);
    await red.stop();
  });

  it(`take it or start afresh with a reason, ${FUZZ.takeovers} times, and go on`, async function () {
    this.timeout(FUZZ.patience);
    const plant = createPlantSimulation({ seed: 5, startTime: Date.UTC(2026, 0, 1) });
    const samples = Array.from({ length: 420 }, (_, second) => {
      if (second === 250) plant.start(16);
      const { time, values } = plant.step();
      return { asset: 'line-1', timestamp: time, payload: Object.fromEntries(SWAT.tags.map(({ name }, tag) => [name, values[tag]])) }; // prettier-ignore
    });
    await red.order('probe', { do: 'run', messages: samples.slice(0, 400) });
    const { state = '' } = await red.order('probe', { do: 'capture', asset: 'line-1' });
    const next = samples.slice(400);
    const goOn = async (): Promise<unknown> => (await red.order('probe', { do: 'run', messages: next })).got?.map(({ sink, message }) => [sink, message.payload]); // prettier-ignore
    const expected = await goOn();

    const codes: Record<string, number> = {};
    const begun = Date.now();
    let count = 0;
    for (; count < FUZZ.takeovers && Date.now() - begun < FUZZ.budget; count += 1) {
      const random = seeded(FUZZ.seed * 1_000_003 + count);
      const other = rewrittenBatch(random, Buffer.from(state, 'base64'));
      const { error } = await red.order('probe', { do: 'restore', asset: 'line-1', state: other.toString('base64') });
      const code = error?.code ?? 'taken';
      codes[code] = (codes[code] ?? 0) + 1;
      assert.match(
        code,
        /^(taken|moved-[a-z]+|too-many-assets|asset-name)$/,
        `takeover ${count}, seed ${FUZZ.seed}: ${JSON.stringify(error)}`,
      );
      if (count % 3 === 0) await red.order('probe', { do: 'run', messages: next.slice(0, 3) });
      assert.deepEqual(faultsIn(red.red.log()), [], `takeover ${count}, seed ${FUZZ.seed}`);
    }
    const seconds = (Date.now() - begun) / 1000;
    reached('takeovers', count, FUZZ.takeovers);
    await red.order('probe', { do: 'restore', asset: 'line-1', state });
    assert.deepEqual(await goOn(), expected, 'what was saved stands for itself again');
    noteResult('takeovers', { seed: FUZZ.seed, takeovers: count, seconds, codes });
  });
});
