import { setTimeout as pause } from 'node:timers/promises';
import { fiveNodes, functionNodes, source } from './flow';
import { median, type Bench, type Figure } from './harness';
import { startSubject, withSubjects, type Subject } from './subject';

/** What is measured, and what beside it: the same source with less, or with other nodes, behind it. */
const FLOWS = [
  { name: 'source and five nodes', flow: [...source('window'), ...fiveNodes()] },
  { name: 'source and five function nodes', flow: [...source('function-1'), ...functionNodes(5)] },
  { name: 'source and one function node', flow: [...source('last'), ...functionNodes(1)] },
];

interface Interval {
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
      for (const subject of subjects) await warm(subject, short ? 200 : 20_000);
      const [rounds, milliseconds] = short ? [2, 500] : [9, 3000];
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
          'Each flow in a real headless Node-RED of its own, held to the first core; the simulated plant sends its 51 tags ' +
          'as fast as the flow takes them, the flows in turn, round by round. A sample counts once the last node is done with it.',
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
      product.map(({ rate }, round) => rate / functions[round].rate),
    ),
  ];
}

/** Lets it run until all is compiled, and leaves it standing still. */
async function warm(subject: Subject, samples: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  await subject.reset();
  await subject.press('start');
  while ((await subject.read()).done < samples) {
    if (performance.now() > deadline) throw new Error(`too few samples:\n${subject.nodeRed.log()}`);
    await pause(50);
  }
  await subject.press('pause');
}

async function interval(subject: Subject, milliseconds: number, scored: boolean): Promise<Interval> {
  await subject.press('resume');
  await pause(100);
  await subject.reset();
  const before = await subject.read();
  await pause(milliseconds);
  const after = await subject.read();
  await subject.press('pause');
  await pause(100);
  const samples = after.done - before.done;
  if (after.errors > 0) throw new Error(`${after.errors} samples ended in an error:\n${subject.nodeRed.log()}`);
  if (scored && after.scored < after.done) throw new Error('not every window was scored by both detectors');
  return { rate: samples / ((after.at - before.at) / 1000), cpu: (after.cpu - before.cpu) / samples };
}
