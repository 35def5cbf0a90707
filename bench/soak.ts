import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../test/harness/admin';
import type { Resources } from '../test/harness/probe';
import { probed } from '../test/harness/resources';
import { feed, judging } from './flow';
import { mean, type Bench, type Figure, type Report } from './harness';
import type { Reading } from './inside/watch';
import { startSubject, withSubjects, type Subject } from './subject';
import { grownTimes, risen, thirds, trend, type Trend } from './trend';

/** AIT202 shows pH 6: an alarm in every asset, from when P203 runs next. */
const ATTACK = 6;
/** Seconds of the plant within which alarms come and go. */
const SOON = 1800;
/** Samples of a window: so many of each asset come before the first day. */
const WINDOW = 60;
/** By how much of it the time of a sample may grow over a whole run, however surely it does. */
const SLOWER = 0.1;
/** How many times as long as at the beginning of a run it may be at its end, noise or none. */
const MOST_TIMES = 1.25;
const PATIENCE_MS = 120_000;

interface Size {
  readonly assets: number;
  /** Days of the run, and those before it, in which everything that is bounded fills. */
  readonly days: number;
  readonly before: number;
  /** Seconds of the plant in the parts of a day. */
  readonly night: number;
  readonly measured: number;
  /** What the heap may gain over the whole run, however surely it does: a short one is still warming up. */
  readonly heapBytes: number;
  /** What the heap, and the whole process, may have more at the end than at the beginning, noise or none. */
  readonly risenBytes: number;
  readonly rssBytes: number;
  readonly samples: number;
  /** Of the training of the candidate. */
  readonly windows: number;
  readonly epochs: number;
}

const FULL: Size = { assets: 100, days: 25, before: 3, night: 500, measured: 1200, heapBytes: 1e6, risenBytes: 3e6, rssBytes: 30e6, samples: 5e6, windows: 2000, epochs: 20 }; // prettier-ignore
const SHORT: Size = { assets: 40, days: 4, before: 1, night: 30, measured: 30, heapBytes: 5e6, risenBytes: 10e6, rssBytes: 100e6, samples: 20_000, windows: 200, epochs: 3 }; // prettier-ignore

/** What is found at the end of a day. */
interface Day extends Resources {
  /** Samples so far. */
  readonly samples: number;
  readonly reading: Reading;
  /** CPU time of the whole process by sample, µs. */
  readonly cpu: number;
}

/** A long run: heap, handles and latency at its end are those of its beginning. Throws where they are not. */
export const soakBench: Bench = {
  name: 'soak',
  long: true,
  async run(short) {
    const size = short ? SHORT : FULL;
    const { options, resources } = await probed();
    return withSubjects([() => startSubject(flowOf(size), options)], async ([subject]) => {
      const begin = performance.now();
      const days: Day[] = [];
      await subject.tell('fill', { assets: size.assets, seconds: WINDOW });
      for (let count = 0; count < size.before + size.days; count += 1) {
        const found = await day(subject, size, days.at(-1)?.samples ?? size.assets * WINDOW, resources);
        if (!short) process.stdout.write(`${told(count - size.before, found)}\n`);
        days.push(found);
      }
      return judged(subject, size, days, (performance.now() - begin) / 1000);
    });
  },
};

/** The five nodes with the shipped reference model, alarms and journal; the candidates of the autoencoder are never put in force. */
function flowOf({ windows, epochs }: Size): FlowNode[] {
  const learns = { activation: 'never', autoTrain: true, windows, stride: 5, epochs, wires: [['iforest'], ['feed']] };
  return [
    ...feed('window'),
    ...judging('last').map((node) => (node.id === 'autoencoder' ? { ...node, ...learns } : node)),
    {
      id: 'last',
      z: 'bench',
      type: 'swat-alert',
      offDelay: 30,
      limit: 1000,
      limitPeriod: 1,
      wires: [['feed'], [], []],
    },
  ];
}

/** A candidate is trained and runs beside the model in force, an attack comes and goes, and then it is measured. */
async function day(subject: Subject, size: Size, before: number, resources: () => Promise<Resources>): Promise<Day> {
  const { assets, night, measured } = size;
  let samples = before;
  const fill = async (seconds: number): Promise<void> => {
    await subject.tell('fill', { assets, seconds });
    samples += assets * seconds;
  };
  const happened = async (event: string): Promise<number> =>
    (await subject.tell<Record<string, number>>('counts'))[event] ?? 0;
  const trained = await happened('trained');
  /** The plant goes on until the alarms of all assets have done so. */
  const all = async (...events: string[]): Promise<void> => {
    const count = async (): Promise<number> =>
      (await Promise.all(events.map(happened))).reduce((sum, each) => sum + each, 0);
    const wanted = (await count()) + assets;
    for (let second = 0; (await count()) < wanted; second += 5) {
      assert.ok(second < SOON, `alarms: ${events.join(', ')}\n${subject.nodeRed.log()}`);
      await fill(5);
    }
    assert.equal(await count(), wanted, events.join(', '));
  };

  await subject.command('swat-autoencoder', 'autoencoder', { command: 'collect' });
  await fill(night);
  const deadline = performance.now() + PATIENCE_MS;
  while ((await happened('trained')) === trained) {
    const failed = await happened('failed');
    assert.ok(
      failed === 0 && performance.now() < deadline,
      `no candidate: ${JSON.stringify(await subject.tell('heard'))}\n${subject.nodeRed.log()}`,
    );
    await pause(100);
  }
  await shadow(subject);

  await subject.tell('attack', { id: ATTACK });
  await all('raised', 're-raised');
  await subject.tell('attack', { id: 0 });
  await all('cleared');

  await subject.reset(true);
  const { cpu: from } = await subject.read();
  await fill(measured);
  const reading = await subject.read();
  const cpu = (reading.cpu - from) / reading.done;
  assert.deepEqual([reading.done, reading.errors], [assets * measured, 0], 'every sample, without an error');
  await subject.tell('memory');
  return { ...(await resources()), samples, reading, cpu };
}

/** The newest version runs beside the one in force, and the one before it is deleted. */
async function shadow(subject: Subject): Promise<void> {
  const ask = (given: Readonly<Record<string, unknown>>): Promise<unknown> =>
    subject.command('swat-autoencoder', 'autoencoder', given);
  const { versions } = (await ask({ command: 'versions' })) as { versions: { version: string; active: boolean }[] };
  const [newest, ...older] = versions.filter(({ active }) => !active);
  await ask({ command: 'shadow', version: newest.version });
  for (const { version } of older) await ask({ command: 'delete', version });
}

/** How something changes by a million samples, and by how much it has surely grown from the first of the days to the last. */
interface Change extends Trend {
  readonly grown: number;
}

function change(days: readonly Day[], of: (day: Day) => number): Change {
  const found = trend(days.map((each) => ({ x: each.samples / 1e6, y: of(each) })));
  const span = (days[days.length - 1].samples - days[0].samples) / 1e6;
  return { ...found, grown: found.least * span };
}

/** What is measured of a day. */
const TIMES: readonly (readonly [name: string, unit: string, of: (day: Day) => number])[] = [
  ['from a sample to its end, p50', 'ms', ({ reading }) => reading.fromSend.p50],
  ['from a sample to its end, p99', 'ms', ({ reading }) => reading.fromSend.p99],
  ['CPU time of a sample', 'µs', ({ cpu }) => cpu],
];

/** @throws AssertionError for what has grown */
async function judged(subject: Subject, size: Size, all: readonly Day[], seconds: number): Promise<Report> {
  const days = all.slice(size.before);
  const [first, last] = [days[0], days[days.length - 1]];
  const heap = change(days, ({ heapBytes }) => heapBytes);
  assert.ok(heap.grown <= size.heapBytes, `the heap grows: ${JSON.stringify(heap)}, ${days.map((each) => each.heapBytes).join(' ')}`); // prettier-ignore
  const heaps = days.map(({ heapBytes }) => heapBytes);
  assert.ok(risen(heaps) <= size.risenBytes, `the heap is greater at the end: ${heaps.join(' ')}`);
  const whole = days.map(({ rssBytes }) => rssBytes);
  assert.ok(risen(whole) <= size.rssBytes, `the process is greater at the end: ${whole.join(' ')}`);
  assert.ok(last.samples >= size.samples, `${last.samples} samples`);
  const held = ({ threads, listeners }: Resources): unknown => ({ threads, listeners });
  assert.deepEqual(held(last), held(first), 'what is held open');
  assert.ok(last.files <= first.files, `open files: ${first.files}, then ${last.files}`);
  assert.ok(last.handles <= first.handles + 3, `handles: ${first.handles}, then ${last.handles}`);
  const times = TIMES.flatMap(([name, unit, of]): Figure[] => {
    const { early, late } = thirds(days.map(of));
    const { slope, error, grown } = change(days, of);
    // A short run has too few days for a mean.
    if (size === FULL) assert.ok(grownTimes(days.map(of)) <= MOST_TIMES, `${name}: ${days.map(of).join(' ')}`);
    assert.ok(
      grown <= SLOWER * mean(early),
      `${name}: ${slope} ${unit} by a million samples, ${days.map(of).join(' ')}`,
    );
    return [
      { name: `${name}, first third`, value: mean(early), unit },
      { name: `${name}, last third`, value: mean(late), unit },
      { name: `${name}, slope`, value: slope, unit: `${unit} by a million samples` },
      { name: `${name}, error of the slope`, value: error, unit: `${unit} by a million samples` },
    ];
  });
  assert.doesNotMatch(subject.nodeRed.log(), /\[error\]|uncaught|unhandled|MaxListenersExceeded/i);
  const counts = await subject.tell<Partial<Record<string, number>>>('counts');
  const { trained = 0, raised = 0, cleared = 0 } = counts;
  return {
    how:
      `A real headless Node-RED with ${size.assets} assets of 51 tags: window, three detectors, severity, and alarms with log and journal. ` +
      'Each day of the run a candidate is trained in the thread beside it and then runs beside the model in force, an attack ' +
      'raises an alarm in every asset and goes, and then the day is measured: times of samples as fast as the flow takes them, in bursts of 8, and ' +
      `heap and handles after a full collection. The first ${size.before} days are not counted: what is bounded fills. ` +
      'Slopes are least squares over the days. Fails where the heap grows by a megabyte or a time by a tenth over the run with a confidence of 99 %, where in the last third the heap was ' +
      'above its highest of the first by more than 3 MB, the whole process by 30 MB, or a time is a quarter longer, ' +
      'where threads, files or listeners are not those of the first day, or a sample or an alarm is missing.',
    figures: [
      { name: 'samples', value: last.samples, unit: '' },
      { name: 'days', value: all.length, unit: '' },
      { name: 'candidates trained', value: trained, unit: '' },
      { name: 'alarms raised', value: raised + (counts['re-raised'] ?? 0), unit: '' },
      { name: 'alarms cleared', value: cleared, unit: '' },
      { name: 'the run took', value: seconds, unit: 's' },
      { name: 'samples a second, all in all', value: last.samples / seconds, unit: '/s' },
      { name: 'heap, first third', value: mean(thirds(heaps).early) / 1e6, unit: 'MB' },
      { name: 'heap, last third', value: mean(thirds(heaps).late) / 1e6, unit: 'MB' },
      { name: 'heap, slope', value: heap.slope / 1e3, unit: 'kB by a million samples' },
      { name: 'heap, error of the slope', value: heap.error / 1e3, unit: 'kB by a million samples' },
      { name: 'whole process, first third', value: mean(thirds(whole).early) / 1e6, unit: 'MB' },
      { name: 'whole process, last third', value: mean(thirds(whole).late) / 1e6, unit: 'MB' },
      { name: 'handles, first day', value: first.handles, unit: '' },
      { name: 'handles, last day', value: last.handles, unit: '' },
      { name: 'open files, first day', value: first.files, unit: '' },
      { name: 'open files, last day', value: last.files, unit: '' },
      ...times,
    ],
  };
}

function told(count: number, { samples, heapBytes, handles, reading, cpu }: Day): string {
  const { p50, p99 } = reading.fromSend;
  const numbers = `${(heapBytes / 1e6).toFixed(2)} MB, ${handles} handles, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ${cpu.toFixed(1)} µs`;
  return `  day ${count}: ${samples} samples, ${numbers}`;
}
