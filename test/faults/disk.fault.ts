import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { FlowNode } from '../harness/admin';
import { journalIn, provenJournal, provenJournalIn } from '../harness/alarm-proof';
import { startCollector, type Collector } from '../harness/collector';
import { eventually } from '../harness/eventually';
import { startNodeRed, type NodeRedOptions, type RunningNodeRed } from '../harness/node-red';
import { mountSmallDisk, remountSmallDisk, unmountSmallDisk } from '../harness/small-disk';
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
    ...['a', 'b', 'c', 'd', 'flood0', 'flood99'].flatMap((asset) => press(`raise-${asset}`, asset, 'WARNING')),
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
    unmountSmallDisk(swat());
    removeUserDir(userDir);
  });

  const swat = (): string => join(userDir, 'swat');
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
  /** Leaves no byte free; the file that has to go for there to be room again. */
  const fill = (): string => {
    const filler = join(swat(), 'filler');
    const { bavail, bsize } = statfsSync(swat());
    try {
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    } catch (cause) {
      // Something of ours was written meanwhile: the disk is full all the same.
      assert.equal((cause as NodeJS.ErrnoException).code, 'ENOSPC');
    }
    return filler;
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

  const flood = async (running: RunningNodeRed): Promise<void> => {
    const before = raised().length;
    await running.admin.inject('flood');
    await until(() => raised().length === before + 100, 'the alarms of the flood');
  };
  /** Alarms of these assets stand: none is raised anew. The one of a further asset comes after them. */
  const stand = async (running: RunningNodeRed, assets: readonly string[], further: string): Promise<void> => {
    const before = raised();
    for (const asset of assets) await running.admin.inject(`raise-${asset}`);
    await raise(running, further);
    assert.deepEqual(raised(), [...before, further], 'what stood before is not raised anew');
  };
  const livesOn = (running: RunningNodeRed): void =>
    assert.doesNotMatch(running.log(), /uncaught|unhandled|gap in the journal/i);
  /** Each alarm was raised once, and each event is once in a journal without a hole, in a chain that holds. */
  const proven = async (running: RunningNodeRed): Promise<void> => {
    await running.stop();
    livesOn(running);
    assert.deepEqual(raised(), [...new Set(raised())]);
    await provenJournalIn(userDir, collector.posts, 'alert');
  };
  /** After a kill, what came while the disk failed stands as well. */
  const outlived = async (running: RunningNodeRed): Promise<void> => {
    await running.kill();
    const again = await start();
    await stand(again, ['a', 'b', 'flood0', 'flood99'], 'c');
    await proven(again);
  };
  const ALERT_UNSAVED = /cannot be saved to .*swat-alert-alert\.state: ENOSPC.*Free some space/;
  const ALERT_SAVED = /swat-alert.*state of this node is saved again/;

  it('goes on while it is full: alarms come, what is saved stays, and it catches up', async function () {
    this.timeout(240_000);
    mountSmallDisk(this, swat(), '8m');
    const running = await start();
    await raise(running, 'a');
    await train(running, 'trained');
    await pause(1200);
    const filler = fill();
    await raise(running, 'b');
    await flood(running);
    await train(running, 'failed');
    await until(() => ALERT_UNSAVED.test(running.log()), 'the reason');
    await until(() => running.log().includes('disk of the journal is full'), 'the reason of the journal');
    await until(() => logErrors(running) > 0, 'the logs say why they stand still');
    assert.equal(logErrors(running), 1, 'one line for all logs');
    const versions = readdirSync(join(swat(), 'models', 'mine', 'autoencoder')).filter((name) => /^\d/.test(name));
    assert.equal(versions.length, 1, 'the version before is whole, and no half one beside it');

    rmSync(filler);
    await until(() => ALERT_SAVED.test(running.log()), 'it is saved again');
    await until(() => running.log().includes('journal can be written again; 0 events'), 'the journal goes on', 60);
    await until(() => /logs in .* can be written again; \d+ lines are missing/.test(running.log()), 'the logs go on', 60); // prettier-ignore
    const written = ['app', 'stream', 'inference'].flatMap((name) => logLines(name));
    assert.ok(written.some(({ code, data }) => code === 'log-gap' && Number(data?.lost) > 0));
    livesOn(running);
    await outlived(running);
  });

  it('forgets no more than what it could not save, when it is killed while it is full', async function () {
    this.timeout(240_000);
    mountSmallDisk(this, swat(), '8m');
    const running = await start();
    await raise(running, 'a');
    await pause(2500);
    const filler = fill();
    await raise(running, 'b');
    await flood(running);
    await until(() => ALERT_UNSAVED.test(running.log()), 'the reason');
    livesOn(running);
    await running.kill();

    // It starts with a disk that is still full, from the last good state, and catches up once there is room.
    const told = collector.posts.length;
    const again = await start();
    await raise(again, 'c');
    await until(() => ALERT_UNSAVED.test(again.log()), 'the reason');
    livesOn(again);
    rmSync(filler);
    await until(() => ALERT_SAVED.test(again.log()), 'it is saved again');
    await again.kill();
    const third = await start();
    await stand(third, ['a', 'c'], 'd');
    // What was forgotten is raised anew: nobody has to wait for it.
    await third.admin.inject('raise-flood99');
    await until(() => raised().filter((asset) => asset === 'flood99').length === 2, 'the alarm that was forgotten');
    await third.stop();
    livesOn(third);
    // Numbers that were forgotten come again, of other alarms; the journal has nothing that was not told.
    const { seq: first } = events()[told];
    const wasForgotten = ({ seq, asset }: Pick<AlarmEvent, 'seq' | 'asset'>): boolean =>
      events().findIndex((event) => event.seq === seq && event.asset === asset) < told && seq >= first;
    const kept = collector.posts.filter((_, index) => !wasForgotten(events()[index]));
    provenJournal((await journalIn(userDir)).filter((record) => !wasForgotten(record)), kept, 'alert'); // prettier-ignore
    assert.equal(new Set(events().map(({ id }) => id)).size, raised().length, 'each alarm has an id of its own');
  });

  it('goes on while it is read-only, and says what to do', async function () {
    this.timeout(120_000);
    mountSmallDisk(this, swat(), '8m');
    const first = await start();
    await raise(first, 'a');
    await pause(1200);
    await first.stop();
    remountSmallDisk(swat(), 'ro');
    const running = await start();
    await raise(running, 'b');
    await until(
      () => /cannot be saved to .*swat-alert.*: EROFS.*right to write there/.test(running.log()),
      'the reason',
    );
    await pause(2500);
    assert.equal((running.log().match(/cannot be saved to .*swat-alert/g) ?? []).length, 1, 'once');
    remountSmallDisk(swat(), 'rw');
    await until(() => ALERT_SAVED.test(running.log()), 'it is saved again');
    livesOn(running);
    await running.kill();
    const again = await start();
    await stand(again, ['a', 'b'], 'c');
    await proven(again);
  });

  it('goes on when no file may grow further, and as before once it may', async function () {
    this.timeout(180_000);
    // 200 KiB: enough for Node-RED's own files, not for a model or what is collected for one.
    const running = await start({ wrapper: ['bash', '-c', 'ulimit -S -f 200; exec "$@"', 'bash'] });
    await raise(running, 'a');
    await raise(running, 'b');
    await train(running, 'failed');
    await until(() => /cannot be saved to .*learner.*EFBIG/.test(running.log()), 'the reason');
    assert.match(running.log(), /model folder .* cannot be used \(EFBIG\)/);
    await flood(running);

    assert.equal(spawnSync('prlimit', ['--pid', String(running.pid), '--fsize=unlimited:']).status, 0);
    await until(() => /learner.*state of this node is saved again/.test(running.log()), 'it is saved again');
    await train(running, 'trained');
    livesOn(running);
    await outlived(running);
  });

  it('does not hold an alarm up while it is slow', async function () {
    this.timeout(180_000);
    const running = await start({
      nodeArgs: ['--require', require.resolve('../harness/slow-disk')],
      env: { SWAT_DISK_MS: '4000' },
    });
    for (const asset of ['a', 'b', 'c']) {
      const asked = performance.now();
      await raise(running, asset);
      assert.ok(performance.now() - asked < 3000, `the alarm of ${asset} took ${performance.now() - asked} ms`);
    }
    await running.stop();
    livesOn(running);
    const again = await start();
    await stand(again, ['a', 'b', 'c'], 'd');
    await proven(again);
  });
});
