import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../harness/eventually';
import type { FlowNode } from '../harness/admin';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const z = 'logs';
type Line = Readonly<Record<string, unknown>> & { readonly code?: string; readonly data?: Record<string, unknown> };

/** A button that sends a message to a node. */
const press = (id: string, code: string, to: string): FlowNode[] => [
  { id, z, type: 'inject', props: [], repeat: '', once: false, wires: [[`make-${id}`]] },
  { id: `make-${id}`, z, type: 'function', func: code, outputs: 1, wires: [[to]] },
];
const VERDICT = `msg.payload = { asset: 'line-1', time: Date.now(), finding: 'anomaly', level: 'WARNING', ratio: 2, tags: [], detectors: {} }; return msg;`;
const SCORED = `msg.payload = { asset: 'line-1', start: 0, end: Date.now(), samples: 60, quality: { good: 1, bad: [] } };
msg.scores = { pca: { score: 3, threshold: 1, ratio: 3, ratioKind: 'calibrated', ready: true, model: 'm1', contributions: [{ tag: 'LIT101', stage: 'P1', feature: 'mean', share: 1, seen: 823, expected: 512, unit: 'mm' }] } };
return msg;`;

/** The simulated plant through a detector that learns by itself, and buttons for what is rare. */
const FLOW: FlowNode[] = [
  { id: z, type: 'tab', label: 'logs' },
  { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
  { id: 'odd', type: 'swat-plant', name: '', source: 'crystal ball' },
  { id: 'trained', type: 'swat-model', name: 'mine', folder: '', reference: false },
  { id: 'source', z, type: 'swat-source', mode: 'simulation', autostart: true, speed: 'times', factor: 200, seed: 3, wires: [['window'], [], []] }, // prettier-ignore
  { id: 'window', z, type: 'swat-window', name: 'the window', plant: 'plant', length: 10, stride: 1, wires: [['pca'], [], []] }, // prettier-ignore
  { id: 'pca', z, type: 'swat-pca', model: 'trained', windows: 200, stride: 1, activation: 'always', wires: [[], []] },
  { id: 'severity', z, type: 'swat-severity', expectAutoencoder: false, expectIforest: false, expectPca: true, persistN: 1, persistM: 1, wires: [[], []] }, // prettier-ignore
  { id: 'alert', z, type: 'swat-alert', wires: [[], [], []] },
  { id: 'astray', z, type: 'swat-window', plant: '', wires: [[], [], []] },
  { id: 'catch', z, type: 'catch', scope: null, uncaught: false, wires: [[]] },
  ...press('collect', `msg.swat = { command: 'collect' }; return msg;`, 'pca'),
  ...press('score', SCORED, 'severity'),
  ...press('raise', VERDICT, 'alert'),
  ...press('wrong', `msg.swat = { command: 'see https://me:hunter2@plant.example' }; return msg;`, 'alert'),
  ...press('bad', `msg.payload = { LIT101: 'password=hunter2' }; return msg;`, 'window'),
  ...press('stray', `msg.payload = { LIT101: 1 }; return msg;`, 'astray'),
].map((node) => (node.z === undefined ? node : { x: 100, y: 100, ...node }));

describe('the logs of a real Node-RED', function () {
  this.timeout(120_000);
  let userDir: string;
  let folder: string;
  let running: RunningNodeRed | undefined;

  beforeEach(() => {
    userDir = createUserDir();
    folder = join(userDir, 'swat', 'logs');
    linkModule(userDir);
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    removeUserDir(userDir);
  });

  const start = async (swatLogs?: unknown, flows = FLOW): Promise<RunningNodeRed> => {
    running = await startNodeRed({ userDir, flows, settings: swatLogs === undefined ? {} : { swatLogs } });
    return running;
  };
  const files = (log: string): string[] => readdirSync(folder).filter((name) => name.startsWith(`${log}.log`));
  const text = (file: string): string =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
  const lines = (log: string): Line[] =>
    text(`${log}.log`).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line); // prettier-ignore
  const until = (holds: () => boolean, what: string): Promise<void> =>
    eventually(holds, () => `${what}\n${running?.log().slice(-3000) ?? ''}`);
  const has = (log: string, match: Line): boolean =>
    lines(log).some((line) => Object.entries(match).every(([key, value]) => line[key] === value));

  it('have a line for each kind of thing, in one form, and no secret', async () => {
    const { admin } = await start({ summarySeconds: 1 });
    await admin.inject('collect');
    for (const button of ['score', 'raise', 'bad', 'stray']) await admin.inject(button);
    for (let n = 0; n < 5; n += 1) await admin.inject('wrong');
    const expected: readonly (readonly [log: string, line: Line])[] = [
      ['app', { level: 'info', code: 'started' }],
      ['app', { level: 'info', code: 'flows-started' }],
      ['app', { level: 'error', code: 'plant-missing', node: 'astray', type: 'swat-window' }],
      ['app', { level: 'error', code: 'unknown-command', node: 'alert' }],
      ['app', { level: 'error', code: 'setting-choice', node: 'odd' }],
      ['app', { level: 'warn', code: 'message', node: 'window', name: 'the window' }],
      ['stream', { level: 'info', code: 'started', node: 'source' }],
      ['stream', { level: 'warn', code: 'bad-data', node: 'window', name: 'the window' }],
      ['stream', { level: 'info', code: 'counters', node: 'window' }],
      ['inference', { level: 'info', code: 'collect', node: 'pca' }],
      ['inference', { level: 'info', code: 'trained', node: 'pca', type: 'swat-pca' }],
      ['inference', { level: 'info', code: 'activated', node: 'pca' }],
      ['inference', { level: 'info', code: 'scores', node: 'pca' }],
      ['inference', { level: 'info', code: 'level', node: 'severity' }],
      ['alarms', { event: 'raised', node: 'alert' }],
    ];
    for (const [log, line] of expected) await until(() => has(log, line), `${log}: ${JSON.stringify(line)}`);
    const again = (): Line | undefined => lines('app').find(({ code, data }) => code === 'unknown-command' && data);
    await until(() => again() !== undefined, 'how often it was repeated');
    assert.equal(again()?.data?.repeated, 4);
    const strayed = (): number => lines('app').filter(({ node, code }) => node === 'astray' && code === 'plant-missing').length; // prettier-ignore
    await until(() => strayed() > 1, 'what a message to a node that cannot work is told');
    assert.equal(lines('app').filter(({ code }) => code === 'unknown-command').length, 2, 'five errors, two lines');

    const scored = (): boolean =>
      lines('inference').some(({ code, data }) => code === 'scores' && Number(data?.meanRatio) > 0);
    await until(scored, 'a minute of scores by the new version');
    const level = lines('inference').find(({ code }) => code === 'level')?.data;
    assert.deepEqual([level?.asset, level?.from, level?.to, level?.tags], ['line-1', 'NONE', 'CRITICAL', ['LIT101']]);
    for (const log of ['app', 'stream', 'inference'])
      for (const line of lines(log)) {
        assert.deepEqual(Object.keys(line).slice(0, 3), ['time', 'log', 'level']);
        assert.match(String(line.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.equal(line.log, log);
        assert.equal(typeof line.code, 'string');
      }
    const everything = readdirSync(folder).map(text).join('');
    assert.ok(!everything.includes('hunter2'));
    assert.ok(!everything.includes('__enc__'), 'no error is packed into a text');
    assert.ok(everything.includes('https://[redacted]@plant.example') && everything.includes('password=[redacted]'));

    await admin.deploy(FLOW, 'full');
    await until(() => lines('app').filter(({ code }) => code === 'flows-started').length === 2, 'the deploy');
    await until(() => has('stream', { code: 'restored', node: 'window' }), 'the window goes on');
    await running?.stop();
    running = undefined;
    assert.equal(lines('app').at(-1)?.code, 'stopped');
    assert.equal(lines('app').filter(({ code }) => code === 'started').length, 1);
    const restarted = await start();
    await until(() => lines('app').filter(({ code }) => code === 'started').length === 2, 'the second start');
    assert.ok(!/\[error\].*(uncaught|unhandled)/i.test(restarted.log()));
  });

  it('are rotated by size and age, kept for some days, and filtered by level', async () => {
    mkdirSync(folder, { recursive: true });
    const old = new Date(Date.now() - 9 * 86_400_000);
    for (const name of ['inference.log.1', 'inference.log.2', 'alarms.log.1']) {
      writeFileSync(join(folder, name), '{}\n');
      utimesSync(join(folder, name), old, old);
    }
    writeFileSync(join(folder, 'app.log'), `{"time":"${old.toISOString()}","code":"ancient"}\n`);
    const { admin } = await start({
      summarySeconds: 1,
      days: 5,
      stream: { sizeKb: 1, files: 2 },
      inference: { level: 'error' },
      alarms: { days: 5 },
    });
    await admin.inject('raise');
    await until(() => has('alarms', { event: 'raised' }), 'the alarm');
    await until(() => files('stream').length === 3, 'stream is rotated');
    await pause(1500);
    assert.deepEqual(files('stream').sort(), ['stream.log', 'stream.log.1', 'stream.log.2']);
    assert.match(text('app.log.1'), /ancient/);
    assert.equal(lines('app')[0].code, 'started');
    assert.deepEqual(files('alarms'), ['alarms.log']);
    assert.ok(!lines('inference').some(({ level }) => level !== 'error'));
  });

  it('can be switched off, and a setting that is wrong is said while they go on', async () => {
    await start(false);
    await running?.admin.inject('raise');
    await until(() => has('alarms', { event: 'raised' }), 'the alarm');
    assert.deepEqual(readdirSync(folder), ['alarms.log']);
    await running?.stop();
    const again = await start({ app: { level: 'loud' } });
    await until(() => has('app', { level: 'error', code: 'setting-choice' }), 'the line');
    assert.match(again.log(), /\[error\] Setting "swatLogs\.app\.level" is "loud"; it must be one of: error, warn/);
  });
});
