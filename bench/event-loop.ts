import { setTimeout as pause } from 'node:timers/promises';
import { button, feed, fiveNodes, source } from './flow';
import { median, type Bench, type Figure } from './harness';
import type { Reading, Spread } from './inside/watch';
import { startSubject, withSubjects, type Subject } from './subject';

const RATE = 100;
const PHASES = ['idle', 'flow', 'training'] as const;
type Phase = (typeof PHASES)[number];
const WORDS: Readonly<Record<Phase, string>> = {
  idle: 'idle',
  flow: 'flow, no training',
  training: 'flow, and training',
};

/** How the event loop is kept waiting while an autoencoder trains in its worker. */
export const eventLoopBench: Bench = {
  name: 'event-loop',
  async run(short) {
    const size = short
      ? { windows: 600, rounds: 1, seconds: 1, epochs: 1 }
      : { windows: 20_000, rounds: 5, seconds: 8 };
    const free = await onCores(false, size);
    const one = short ? [] : await onCores(true, size);
    return {
      how:
        'perf_hooks.monitorEventLoopDelay inside a real headless Node-RED: intervals of its timer, so that its resolution ' +
        '(10 ms, the default, unless said otherwise) is part of every figure and the idle process is the baseline. ' +
        `The flow is the five nodes at ${RATE} samples/s with a model in force; training is an autoencoder with default ` +
        `settings on ${size.windows} windows of 255 features, each round from the command on. Round by round: idle, flow, training.`,
      figures: [...free, ...one.map((figure) => ({ ...figure, name: `one core: ${figure.name}` }))],
    };
  },
};

interface Size {
  readonly windows: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Of the whole training; the setting, where it is not there. */
  readonly epochs?: number;
}

function onCores(oneCore: boolean, size: Size): Promise<Figure[]> {
  // What the feed hears are the training's events; it feeds once the windows are collected.
  const flow = [...source('window'), ...feed('window'), ...fiveNodes(['feed'])];
  flow.push(button('source', 'stop', { command: 'stop' }));
  return withSubjects([() => startSubject(flow, { oneCore })], async ([subject]) => {
    await collect(subject, size.windows);
    const taken: Record<Phase, Reading[]> = { idle: [], flow: [], training: [] };
    for (let round = 0; round < size.rounds; round += 1)
      for (const phase of PHASES) taken[phase].push(await measure(subject, phase, size));
    const rounds = PHASES.flatMap((phase) => spreads(WORDS[phase], taken[phase]));
    if (oneCore) return rounds;
    const whole = await training(subject, size);
    return [
      ...rounds,
      { name: 'a whole training, p99', value: whole.reading.delay.p99, unit: 'ms' },
      { name: 'a whole training, longest', value: whole.reading.delay.max, unit: 'ms' },
      { name: 'a whole training took', value: whole.seconds, unit: 's' },
    ];
  });
}

/** Lets the plant run at full speed until so many windows are collected, then switches it off. */
async function collect(subject: Subject, windows: number): Promise<void> {
  await subject.command('swat-autoencoder', 'autoencoder', { command: 'collect', windows, stride: 1 });
  await subject.press('start');
  await heard(subject, ({ collected }) => collected === windows, 120);
  await subject.press('stop');
  await pause(500);
}

async function measure(subject: Subject, phase: Phase, { seconds }: Size): Promise<Reading> {
  if (phase !== 'idle') await subject.tell('rate', { 'a-second': RATE });
  await pause(500);
  await subject.reset(true);
  if (phase === 'training') await subject.command('swat-autoencoder', 'autoencoder', { command: 'train' });
  await pause(seconds * 1000);
  const reading = await subject.read();
  if (phase === 'training') await subject.command('swat-autoencoder', 'autoencoder', { command: 'stop' });
  await subject.tell('rate', { 'a-second': 0 });
  await pause(500);
  return reading;
}

/** One training from the command until its version is kept and, where the fit is good enough, in force. */
async function training(subject: Subject, { epochs }: Size): Promise<{ reading: Reading; seconds: number }> {
  await subject.tell('rate', { 'a-second': RATE });
  await pause(500);
  await subject.reset(true);
  const begin = performance.now();
  await subject.command('swat-autoencoder', 'autoencoder', { command: 'train', epochs });
  await heard(subject, ({ event }) => event === 'trained' || event === 'activated', 1200);
  const seconds = (performance.now() - begin) / 1000;
  await pause(1000);
  return { reading: await subject.read(), seconds };
}

interface LearningEvent {
  readonly event?: string;
  readonly collected?: number;
}

async function heard(subject: Subject, wanted: (event: LearningEvent) => boolean, patience: number): Promise<void> {
  const deadline = performance.now() + patience * 1000;
  for (;;) {
    const event = await subject.tell<LearningEvent>('heard');
    if (wanted(event)) return;
    if (event.event === 'failed' || performance.now() > deadline)
      throw new Error(`${JSON.stringify(event)}\n${subject.nodeRed.log()}`);
    await pause(500);
  }
}

/** Median over the rounds of each round's p50 and p99, and the longest of all. */
function spreads(name: string, readings: readonly Reading[]): Figure[] {
  const coarse = readings.map(({ delay }) => delay);
  const fine = readings.map(({ delayFine }) => delayFine);
  const of = (part: keyof Spread, spread: readonly Spread[]): number[] => spread.map((each) => each[part]);
  return [
    median(`${name}, p50`, 'ms', of('p50', coarse)),
    median(`${name}, p99`, 'ms', of('p99', coarse)),
    { name: `${name}, longest`, value: Math.max(...of('max', coarse)), unit: 'ms' },
    median(`${name}, p99 at a resolution of 1 ms`, 'ms', of('p99', fine)),
  ];
}
