import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { FlowNode } from '../harness/admin';
import { startCollector, type Collector } from '../harness/collector';
import { eventually } from '../harness/eventually';
import { startNodeRed, type NodeRedOptions, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const z = 'disk';
/** Inject nodes: a verdict of a level for an asset, so that alarms come when the test wants them. */
const press = (id: string, asset: string, level: string): FlowNode[] => {
  const finding = level === 'NONE' ? 'normal' : 'anomaly';
  const func = `msg.payload = { asset: '${asset}', time: Date.now(), finding: '${finding}', level: '${level}', ratio: 2, tags: [], detectors: {} }; return msg;`;
  return [
    { id, z, type: 'inject', props: [], repeat: '', once: false, wires: [[`make-${id}`]] },
    { id: `make-${id}`, z, type: 'function', func, outputs: 1, wires: [['alert']] },
  ];
};

/** A hundred alarms at once: more than what is left of the last page of a full disk. */
const FLOOD = `return [Array.from({ length: 100 }, (_, i) => ({ payload: { asset: 'flood' + i, time: Date.now(), finding: 'anomaly', level: 'WARNING', ratio: 2, tags: [], detectors: {} } }))];`;

/** Alarms on demand, and a small detector that learns from the simulated plant. */
function flow(collector: Collector): FlowNode[] {
  const nodes: FlowNode[] = [
    { id: z, type: 'tab', label: 'disk' },
    { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'trained', type: 'swat-model', name: 'mine', folder: '', reference: false },
    ...['a', 'b', 'c', 'd'].flatMap((asset) => press(`raise-${asset}`, asset, 'WARNING')),
    { id: 'flood', z, type: 'inject', props: [], repeat: '', once: false, wires: [['make-flood']] },
    { id: 'make-flood', z, type: 'function', func: FLOOD, outputs: 1, wires: [['alert']] },
    { id: 'alert', z, type: 'swat-alert', limit: 1000, wires: [['post'], [], []] },
    { id: 'post', z, type: 'http request', method: 'POST', ret: 'txt', paytoqs: 'ignore', url: collector.url, headers: [], wires: [[]] }, // prettier-ignore
    { id: 'source', z, type: 'swat-source', mode: 'simulation', autostart: true, speed: 'times', factor: 200, seed: 3, wires: [['window'], [], []] }, // prettier-ignore
    { id: 'window', z, type: 'swat-window', plant: 'plant', length: 10, stride: 1, wires: [['learner']] },
    { id: 'learner', z, type: 'swat-autoencoder', model: 'trained', windows: 200, stride: 1, epochs: 2, activation: 'always', wires: [[], ['learned']] }, // prettier-ignore
    { id: 'learned', z, type: 'function', func: 'msg.payload = JSON.stringify(msg.payload) + "\\n"; return msg;', outputs: 1, wires: [['lines']] }, // prettier-ignore
    { id: 'lines', z, type: 'tcp out', host: '127.0.0.1', port: String(collector.linePort), beserver: 'client', base64: false, end: false, tls: '', wires: [] }, // prettier-ignore
    { id: 'collect', z, type: 'inject', props: [{ p: 'swat', v: '{"command":"collect"}', vt: 'json' }], repeat: '', once: false, wires: [['learner']] }, // prettier-ignore
  ];
  return nodes.map((node) => (node.z === undefined ? node : { x: 100, y: 100, ...node }));
}

describe('a Node-RED whose disk fails', () => {
  let userDir: string;
  let collector: Collector;
  let nodeRed: RunningNodeRed | undefined;

  beforeEach(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    collector = await startCollector();
  });
  afterEach(async function () {
    this.timeout(60_000);
    await nodeRed?.stop();
    nodeRed = undefined;
    await collector.close();
    spawnSync('umount', [join(userDir, 'swat')]);
    removeUserDir(userDir);
  });

  const events = (): (AlarmEvent & { redelivered?: boolean })[] => collector.posts as unknown as AlarmEvent[];
  const raised = (): string[] => events().flatMap(({ event, asset, redelivered }) => (event === 'raised' && redelivered !== true ? [asset] : [])); // prettier-ignore
  const happened = (name: string): number => collector.lines.filter(({ value }) => value.event === name).length;
  const until = (holds: () => boolean, what: string, seconds = 45): Promise<void> =>
    eventually(holds, () => `${what}\n${nodeRed?.log().slice(-3000) ?? ''}`, seconds * 1000);
  const start = async (options: Partial<NodeRedOptions> = {}): Promise<RunningNodeRed> => {
    const settings = { swatLogs: { summarySeconds: 1 } };
    const running = await startNodeRed({ userDir, flows: flow(collector), settings, ...options });
    nodeRed = running;
    return running;
  };
  const logErrors = (running: RunningNodeRed): number =>
    (running.log().match(/The log .*swat.logs.* cannot be written: ENOSPC.*Free some space/g) ?? []).length;
  /** The lines of a log; every one must be whole. */
  const logLines = (name: string): { code?: string; data?: { lost?: number } }[] => {
    const text = readFileSync(join(userDir, 'swat', 'logs', `${name}.log`), 'utf8').trim();
    return text.split('\n').map((line) => JSON.parse(line) as { code?: string });
  };
  /** A file system of 8 MiB for everything of ours; not where mounting is not permitted. */
  const smallDisk = (): boolean => {
    mkdirSync(join(userDir, 'swat'));
    return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', join(userDir, 'swat')]).status === 0;
  };
  const raise = async (running: RunningNodeRed, asset: string): Promise<void> => {
    await running.admin.inject(`raise-${asset}`);
    await until(() => raised().includes(asset), `the alarm of ${asset}`);
  };
  const train = async (running: RunningNodeRed, outcome: string): Promise<void> => {
    const before = happened(outcome);
    await running.admin.inject('collect');
    await until(() => happened(outcome) > before, outcome);
  };

  it('goes on while it is full: alarms come, what is saved stays, and it catches up', async function () {
    this.timeout(240_000);
    if (!smallDisk()) this.skip();
    const running = await start();
    await raise(running, 'a');
    await train(running, 'trained');
    await pause(1200);
    const filler = join(userDir, 'swat', 'filler');
    const { bavail, bsize } = statfsSync(join(userDir, 'swat'));
    try {
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    } catch (cause) {
      // Something of ours was written meanwhile: the disk is full all the same.
      assert.equal((cause as NodeJS.ErrnoException).code, 'ENOSPC');
    }
    await raise(running, 'b');
    await running.admin.inject('flood');
    await until(() => raised().length === 102, 'the alarms of the flood');
    await train(running, 'failed');
    await until(() => /cannot be saved to .*swat-alert-alert\.state: ENOSPC.*Free some space/.test(running.log()), 'the reason'); // prettier-ignore
    await until(() => logErrors(running) > 0, 'the logs say why they stand still');
    assert.equal(logErrors(running), 1, 'one line for all logs');
    const versions = readdirSync(join(userDir, 'swat', 'models', 'mine', 'autoencoder')).filter((name) => /^\d/.test(name)); // prettier-ignore
    assert.equal(versions.length, 1, 'the version before is whole, and no half one beside it');
    await running.kill();

    // It starts with a disk that is still full, from the last good state, and catches up once there is room.
    const again = await start();
    await raise(again, 'c');
    assert.ok(!/\[error\].*(uncaught|unhandled)/i.test(again.log()));
    await until(() => logErrors(again) > 0, 'the logs have no room, beyond the end of the block they had begun', 60);
    rmSync(filler);
    await until(() => again.log().includes('state of this node is saved again'), 'it is saved again');
    await until(() => /logs in .* can be written again; \d+ lines are missing/.test(again.log()), 'the logs go on', 60);
    const written = ['app', 'stream', 'inference'].flatMap((name) => logLines(name));
    assert.ok(written.some(({ code, data }) => code === 'log-gap' && Number(data?.lost) > 0));
    await again.kill();
    const third = await start();
    await raise(third, 'd');
    for (const asset of ['a', 'c']) {
      await third.admin.inject(`raise-${asset}`);
    }
    await pause(1000);
    assert.deepEqual(
      raised().filter((asset) => asset === 'a' || asset === 'c'),
      ['a', 'c'],
      'both still stand',
    );
  });

  it('goes on while it is read-only, and says what to do', async function () {
    this.timeout(120_000);
    if (!smallDisk()) this.skip();
    const first = await start();
    await raise(first, 'a');
    await pause(1200);
    await first.stop();
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', join(userDir, 'swat')]).status, 0);
    const running = await start();
    await raise(running, 'b');
    await until(
      () => /cannot be saved to .*swat-alert.*: EROFS.*right to write there/.test(running.log()),
      'the reason',
    );
    await pause(2500);
    assert.equal((running.log().match(/cannot be saved to .*swat-alert/g) ?? []).length, 1, 'once');
    assert.equal(spawnSync('mount', ['-o', 'remount,rw', join(userDir, 'swat')]).status, 0);
    await until(() => /swat-alert.*state of this node is saved again/.test(running.log()), 'it is saved again');
    await running.kill();
    const again = await start();
    for (const asset of ['a', 'b']) await again.admin.inject(`raise-${asset}`);
    await raise(again, 'c');
    assert.deepEqual(raised(), ['a', 'b', 'c'], 'what stood before is not raised anew');
  });

  it('goes on when no file may grow further', async function () {
    this.timeout(120_000);
    // 200 KiB: enough for Node-RED's own files, not for a model or what is collected for one.
    const running = await start({ wrapper: ['bash', '-c', 'ulimit -f 200; exec "$@"', 'bash'] });
    await raise(running, 'a');
    await raise(running, 'b');
    await train(running, 'failed');
    await until(() => /cannot be saved to .*learner.*EFBIG/.test(running.log()), 'the reason');
    assert.match(running.log(), /model folder .* cannot be used \(EFBIG\)/);
  });

  it('does not hold an alarm up while it is slow', async function () {
    this.timeout(120_000);
    const running = await start({
      nodeArgs: ['--require', require.resolve('../harness/slow-disk')],
      env: { SWAT_SYNC_MS: '8000' },
    });
    for (const asset of ['a', 'b', 'c']) {
      const asked = performance.now();
      await raise(running, asset);
      assert.ok(performance.now() - asked < 3000, `the alarm of ${asset} took ${performance.now() - asked} ms`);
    }
  });
});
