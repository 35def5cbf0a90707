import { setTimeout as pause } from 'node:timers/promises';
import { feed, fiveNodes, functionNodes } from './flow';
import { median, type Bench, type Figure } from './harness';
import { startSubject, withSubjects, type Subject } from './subject';

/** What is measured, and what beside it: the same frames through less, or through other nodes. */
const FLOWS = [
  { name: 'five nodes', flow: [...feed('window'), ...fiveNodes()] },
  { name: 'five function nodes', flow: [...feed('function-1'), ...functionNodes(5)] },
  { name: 'one function node', flow: [...feed('last'), ...functionNodes(1)] },
];

/** What a while at full speed has shown. */
export interface Interval {
  /** Samples a second, and CPU time a sample of all threads in microseconds. */
  readonly rate: number;
  readonly cpu: number;
}

/** Throughput of the whole chain in a real, headless Node-RED. */
export const nodeRedBench: Bench = {
  name: 'node-red',
  run(short) {
    const starts = FLOWS.map(
      ({ flow }) =>
        () =>
          startSubject(flow, { oneCore: true }),
    );
    return withSubjects(starts, async (subjects) => {
      for (const subject of subjects) await warm(subject, 20_000);
      const [rounds, milliseconds] = short ? [5, 1000] : [9, 3000];
      const taken: Interval[][] = subjects.map(() => []);
      for (let round = 0; round < rounds; round += 1) {
        for (let turn = 0; turn < subjects.length; turn += 1) {
          const i = (round + turn) % subjects.length;
          taken[i].push(await interval(subjects[i], milliseconds, i === 0));
        }
      }
      const rss = await subjects[0].tell<{ rss: number }>('memory');
      return {
        how:
          'Each flow in a real headless Node-RED of its own, held to the first core; recorded frames of the 51 tags of the simulated ' +
          'plant are sent as fast as the flow takes them, the flows in turn, round by round. A sample counts once the last node is done with it. ' +
          'The ratio is that of the CPU times of a sample, which other programs on the core do not take away from.',
        figures: [...figures(taken), { name: 'memory', value: Math.round(rss.rss / 1e6), unit: 'MB' }],
      };
    });
  },
};

function figures(taken: readonly (readonly Interval[])[]): Figure[] {
  const [product, functions, one] = taken;
  const rates = (intervals: readonly Interval[]): number[] => intervals.map(({ rate }) => rate);
  return [
    median('samples a second', 'samples/s', rates(product)),
    median(`samples a second, ${FLOWS[1].name}`, 'samples/s', rates(functions)),
    median(`samples a second, ${FLOWS[2].name}`, 'samples/s', rates(one)),
    median(
      'CPU time a sample',
      'µs',
      product.map(({ cpu }) => cpu),
    ),
    median(
      'ratio to five function nodes',
      'x',
      product.map(({ cpu }, round) => functions[round].cpu / cpu),
    ),
  ];
}

/** Lets it run until all is compiled, and leaves it standing still. */
export async function warm(subject: Subject, samples: number): Promise<void> {
  const deadline = performance.now() + 180_000;
  await subject.reset();
  await subject.tell('replay', { on: 1 });
  while ((await subject.read()).done < samples) {
    if (performance.now() > deadline) throw new Error(`too few samples:\n${subject.nodeRed.log()}`);
    await pause(50);
  }
  await subject.tell('replay');
}

/** @param scored whether every sample must have been scored by both detectors */
export async function interval(subject: Subject, milliseconds: number, scored: boolean): Promise<Interval> {
  await subject.tell('replay', { on: 1 });
  await pause(100);
  await subject.reset();
  const before = await subject.read();
  await pause(milliseconds);
  const after = await subject.read();
  await subject.tell('replay');
  await pause(100);
  const samples = after.done - before.done;
  if (after.errors > 0) throw new Error(`${after.errors} samples ended in an error:\n${subject.nodeRed.log()}`);
  if (scored && after.scored < after.done) throw new Error('not every window was scored by both detectors');
  return { rate: samples / ((after.at - before.at) / 1000), cpu: (after.cpu - before.cpu) / samples };
}
