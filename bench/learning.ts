import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { createPlantSimulation } from '../lib/plant/sim/plant';
import { SWAT } from '../lib/plant/swat';
import type { FlowNode } from '../test/harness/admin';
import { button, feed, fiveNodes, source } from './flow';
import type { Bench, Figure } from './harness';
import { startSubject, withSubjects, type Subject } from './subject';

const FILE = 'long.csv';
const STRIDE = 10;
/** Enough for the fit to settle. */
const EPOCHS = 10;
const MB = 1024 * 1024;
const PATIENCE_S = 3600;
/** The idle process is the baseline: it shows what the machine and the timer's resolution make of it. */
const IDLE_S = 5;
/** A short run. */
const SHORT = { samples: 8000, epochs: 1, idleS: 0.5 };

interface Size {
  readonly samples: number;
  readonly epochs: number;
  readonly idleS: number;
}

/** Learning from half a million samples: what it takes of memory and of the event loop, by file and by flow. */
export const learningBench: Bench = {
  name: 'learning',
  async run(short) {
    const size = short ? SHORT : { samples: 500_000, epochs: EPOCHS, idleS: IDLE_S };
    const { samples, epochs } = size;
    const folder = await mkdtemp(join(tmpdir(), 'swat-bench-'));
    try {
      const path = join(folder, FILE);
      await writeRecord(path, samples);
      const byFile = await withSubjects([() => startSubject(flow())], ([subject]) => file(subject, path, size));
      const byFlow = await withSubjects([() => startSubject(flow())], ([subject]) => frames(subject, size));
      return {
        how:
          `${samples} samples of ${SWAT.tags.length} tags of the simulated plant, window 60, one window in ${STRIDE} learned, ` +
          `autoencoder (${epochs} epochs) and isolation forest, in a real headless Node-RED. By file: uploaded through the ` +
          'admin route, checked, and trained on. By flow: collected from swat-source and swat-window as fast as they go, then ' +
          'trained on. Memory is the highest resident size of the whole process (VmRSS, read ten times a second), threads included; the event loop is ' +
          'watched by perf_hooks.monitorEventLoopDelay (resolution 10 ms, the default), the idle process being the baseline. ' +
          'While it collects from the flow at full speed, the loop is kept busy by the source on purpose.',
        figures: [...byFile, ...byFlow],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function flow(): FlowNode[] {
  // What the feed hears are the learning events of both detectors.
  const detectors = fiveNodes(['feed']).map((node) =>
    node.id === 'iforest' ? { ...node, wires: [['severity'], ['feed']] } : node,
  );
  const nodes = [...source('window'), ...feed('window'), ...detectors];
  nodes.push(button('source', 'stop', { command: 'stop' }));
  return nodes;
}

/** A historian's CSV of normal operation, one line a second. */
async function writeRecord(path: string, samples: number): Promise<void> {
  const plant = createPlantSimulation({ seed: 11, startTime: Date.UTC(2026, 0, 1), maintenance: true });
  const file = createWriteStream(path);
  file.write(`Timestamp,${SWAT.tags.map(({ name }) => name).join(',')}\n`);
  for (let sample = 0; sample < samples; sample += 1) {
    const { time, values } = plant.step();
    const cells = Array.from(values, (value) => Number(value.toFixed(4)));
    if (!file.write(`${new Date(time).toISOString()},${cells.join(',')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

async function file(subject: Subject, path: string, { epochs, idleS }: Size): Promise<Figure[]> {
  const { size } = await stat(path);
  const upload = await watched(subject, idleS, 'upload of the file', async () => {
    const body = Readable.toWeb(createReadStream(path)) as ReadableStream;
    const headers = { 'Content-Type': 'application/octet-stream' };
    const init = { method: 'PUT', headers, body, duplex: 'half' };
    const answer = await fetch(`${subject.nodeRed.url}/swat-model/model/data/${FILE}`, init);
    if (!answer.ok) throw new Error(await answer.text());
  });
  const check = await watched(subject, idleS, 'check of the file', () =>
    work(subject, 'autoencoder', { command: 'check', file: FILE, stride: STRIDE }, 'checked'),
  );
  const report = await subject.nodeRed.admin.text('/swat-autoencoder/autoencoder/report');
  const figures = [
    { name: 'size of the file', value: size / MB, unit: 'MB' },
    ...upload,
    ...check,
    { name: 'size of the quality report', value: report.length / 1000, unit: 'kB' },
  ];
  for (const kind of ['autoencoder', 'iforest']) {
    const given = { command: 'train', file: FILE, stride: STRIDE, epochs };
    figures.push(
      ...(await watched(subject, idleS, `${kind}, training on the file`, () => work(subject, kind, given, 'trained'))),
    );
  }
  return figures;
}

async function frames(subject: Subject, { samples, epochs, idleS }: Size): Promise<Figure[]> {
  const windows = Math.floor(samples / STRIDE) - 10;
  const collect = await watched(subject, idleS, 'collecting from the flow', async () => {
    await subject.command('swat-autoencoder', 'autoencoder', {
      command: 'collect',
      windows,
      stride: STRIDE,
      leaveOut: false,
    });
    await subject.press('start');
    await heard(subject, ({ collected }) => collected === windows);
    await subject.press('stop');
  });
  await pause(1000);
  const train = await watched(subject, idleS, 'autoencoder, training on what was collected', () =>
    work(subject, 'autoencoder', { command: 'train', epochs }, 'trained'),
  );
  return [...collect, ...train];
}

/** Highest memory, event loop and time of a work. */
async function watched(subject: Subject, idleS: number, name: string, act: () => Promise<void>): Promise<Figure[]> {
  await subject.reset(true);
  await pause(idleS * 1000);
  const idle = await subject.read();
  await subject.reset(true);
  const { pid } = subject.nodeRed;
  let highest = 0;
  const timer = setInterval(() => (highest = Math.max(highest, resident(pid))), 100);
  const begin = performance.now();
  try {
    await act();
  } finally {
    clearInterval(timer);
  }
  const seconds = (performance.now() - begin) / 1000;
  const { delay } = await subject.read();
  return [
    { name: `${name}: highest resident memory`, value: highest / MB, unit: 'MB' },
    { name: `${name}: event loop, p99 while idle just before`, value: idle.delay.p99, unit: 'ms' },
    { name: `${name}: event loop, p99`, value: delay.p99, unit: 'ms' },
    { name: `${name}: event loop, longest`, value: delay.max, unit: 'ms' },
    { name: `${name}: took`, value: seconds, unit: 's' },
  ];
}

/** Resident size of a process now, bytes. */
function resident(pid: number): number {
  const kB = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kB ?? 0) * 1024;
}

interface LearningEvent {
  readonly event?: string;
  readonly collected?: number;
}

async function work(
  subject: Subject,
  kind: string,
  given: Readonly<Record<string, unknown>>,
  until: string,
): Promise<void> {
  await subject.command(`swat-${kind}`, kind, given);
  // A version that is put in force at once is told of right after it was trained.
  await heard(subject, ({ event }) => event === until || event === 'activated');
}

async function heard(subject: Subject, wanted: (event: LearningEvent) => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_S * 1000;
  for (;;) {
    const event = await subject.tell<LearningEvent>('heard');
    if (wanted(event)) return;
    if (event.event === 'failed' || performance.now() > deadline) throw new Error(JSON.stringify(event));
    await pause(500);
  }
}
