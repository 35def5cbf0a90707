import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createPlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';
import type { FlowNode } from '../harness/admin';
import { startCollector, type Collector } from '../harness/collector';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const FRAMES = 900;
/** Samples of a window, as the model that comes with the package has them. */
const LENGTH = 60;
/** Frames before each kill: while a tag is stuck but not yet told, while it stands as told, and while an attack goes on. */
const KILLS = [330, 430, 560, 700];
/** What is told is saved half a second later at the latest. */
const SAVED_MS = 1500;

interface Told extends Record<string, unknown> {
  readonly id?: string;
  readonly event: string;
}
interface Side {
  readonly advisories: Told[];
  readonly verdicts: Record<string, unknown>[];
  readonly log: string;
}

/** Lines of the simulated plant: two tags stand still, one is out of its range, and a level is spoofed. */
function frames(): string[] {
  const plant = createPlantSimulation({ seed: 5, startTime: Date.UTC(2026, 0, 1) });
  let held: Record<string, number> = {};
  return Array.from({ length: FRAMES }, (_, at) => {
    const { values, time } = plant.step();
    const named = Object.fromEntries(SWAT.tags.map(({ name }, index) => [name, values[index]]));
    if (at === 300) held = { ...named };
    if (at >= 300 && at < 500) named.AIT201 = held.AIT201;
    if (at >= 400 && at < 600) named.FIT101 = held.FIT101;
    if (at >= 520 && at < 620) named.LIT301 = 5000;
    if (at >= 660 && at < 760) named.LIT101 += 150;
    return `${JSON.stringify({ ...named, timestamp: time })}\n`;
  });
}

const TELL = [
  'const { time, finding, level, ratio, text } = msg.payload;',
  'const { score, ready } = msg.scores.pca;',
  'msg.payload = JSON.stringify({ time, finding, level, ratio, text, score, ready }) + "\\n";',
  'return msg;',
].join('\n');

function flowOf(feedPort: number, { url, linePort }: Collector): FlowNode[] {
  const z = 'chain';
  const nodes: FlowNode[] = [
    { id: z, type: 'tab', label: 'chain' },
    { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'model', type: 'swat-model', name: 'plant', folder: '', reference: true },
    { id: 'feed', z, type: 'tcp in', server: 'server', host: '', port: String(feedPort), datamode: 'stream', datatype: 'utf8', newline: '\\n', topic: '', trim: false, base64: false, tls: '', wires: [['json']] }, // prettier-ignore
    { id: 'json', z, type: 'json', property: 'payload', action: 'obj', pretty: false, wires: [['check']] },
    // Silence is told by the machine's clock, and the process is away for a while.
    { id: 'check', z, type: 'swat-check', plant: 'plant', stuck: 60, lost: 0, wires: [['window'], ['post']] },
    { id: 'window', z, type: 'swat-window', plant: 'plant', length: LENGTH, stride: 1, wires: [['pca']] },
    { id: 'pca', z, type: 'swat-pca', model: 'model', wires: [['severity'], []] },
    { id: 'severity', z, type: 'swat-severity', expectAutoencoder: false, expectIforest: false, expectPca: true, wires: [['tell'], []] }, // prettier-ignore
    { id: 'tell', z, type: 'function', func: TELL, outputs: 1, wires: [['lines']] },
    { id: 'lines', z, type: 'tcp out', name: '', host: '127.0.0.1', port: String(linePort), beserver: 'client', base64: false, end: false, tls: '', wires: [] }, // prettier-ignore
    { id: 'post', z, type: 'http request', method: 'POST', ret: 'txt', paytoqs: 'ignore', url, persist: false, headers: [], wires: [[]] }, // prettier-ignore
  ];
  return nodes.map((node) => (node.z === undefined ? node : { x: 100, y: 100, ...node }));
}

/** Sends every frame in turn; after each number of them in `kills`, what was told is saved, and the process is killed. */
async function run(lines: readonly string[], kills: readonly number[]): Promise<Side> {
  const userDir = createUserDir();
  linkModule(userDir);
  const collector = await startCollector();
  const feedPort = await freePort();
  let nodeRed: RunningNodeRed = await startNodeRed({ userDir, flows: flowOf(feedPort, collector) });
  let log = '';
  try {
    let from = 0;
    for (const to of [...kills, lines.length]) {
      const socket = connect({ port: feedPort, host: '127.0.0.1' });
      await once(socket, 'connect');
      socket.on('error', () => undefined).write(lines.slice(from, to).join(''));
      const deadline = Date.now() + 30_000;
      while (collector.lines.length < to - (LENGTH - 1)) {
        assert.ok(Date.now() < deadline, `${collector.lines.length} windows of ${to} frames\n${nodeRed.log()}`);
        await pause(50);
      }
      await pause(SAVED_MS);
      socket.destroy();
      from = to;
      log += nodeRed.log();
      if (to === lines.length) break;
      await nodeRed.kill();
      nodeRed = await startNodeRed({ userDir });
    }
    const advisories = collector.posts as unknown as Told[];
    return { advisories, verdicts: collector.lines.map(({ value }) => value), log };
  } finally {
    await nodeRed.stop();
    await collector.close();
    removeUserDir(userDir);
  }
}

describe('checks and a PCA in a process that is killed', function () {
  this.timeout(180_000);
  let control: Side;
  let killed: Side;

  before(async () => {
    const lines = frames();
    control = await run(lines, []);
    killed = await run(lines, KILLS);
  });

  const bare = ({ advisories }: Side): string[] => advisories.map(({ id, event }) => `${event} ${id}`).sort();

  it('tells the same advisories, none lost and none twice', () => {
    assert.deepEqual(bare(killed), bare(control));
    for (const tag of ['AIT201', 'FIT101', 'LIT301'])
      for (const event of ['advisory-raised', 'advisory-cleared'])
        assert.ok(control.advisories.some((told) => told.tag === tag && told.event === event), `${event} ${tag}`); // prettier-ignore
  });

  it('judges every window as if it had never been killed', () => {
    assert.ok(control.verdicts.some(({ ready, ratio }) => ready === true && Number(ratio) >= 1));
    assert.deepEqual(killed.verdicts, control.verdicts);
    assert.doesNotMatch(killed.log, /\[error\]|uncaught|unhandled/i);
  });
});
