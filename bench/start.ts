import { setTimeout as pause } from 'node:timers/promises';
import { feed, fiveNodes, nothing } from './flow';
import { median, type Bench } from './harness';
import { startSubject, withSubjects, type Subject } from './subject';

/** Samples of a window. */
const WINDOW = 60;
const GRACE_MS = 1000;
const PATIENCE_MS = 30_000;

/** From the start of the flows to the first score, and what the nodes and the shipped model take of memory. */
export const startBench: Bench = {
  name: 'start',
  async run(short) {
    const options = { oneCore: true, nodeArgs: ['--expose-gc'] };
    const times: number[] = [];
    const spent: number[] = [];
    const added: number[] = [];
    for (let round = 0; round < (short ? 1 : 7); round += 1) {
      const bare = await withSubjects([() => startSubject(nothing(), { ...options, bare: true })], ([one]) =>
        resident(one),
      );
      const flow = [...feed('window', WINDOW), ...fiveNodes()];
      await withSubjects([() => startSubject(flow, options)], async ([one]) => {
        const { milliseconds, cpu } = await firstScore(one);
        times.push(milliseconds);
        spent.push(cpu);
        added.push(((await resident(one)) - bare) / 1e6);
      });
    }
    return {
      how:
        `A real headless Node-RED on one core, new every round, with the five nodes and the shipped reference model. From the event ` +
        `that flows have started, when ${WINDOW} samples are sent at once, until the last node is done with the first window that both ` +
        'detectors scored. Memory is what the process holds (resident) after that and a full garbage collection, less that of a ' +
        'Node-RED without this package and with nothing to do.',
      figures: [
        median('flows started to first score', 'ms', times),
        median('flows started to first score, CPU time', 'ms', spent),
        median('memory added', 'MB', added),
      ],
    };
  },
};

interface FirstScore {
  readonly milliseconds: number;
  readonly cpu: number;
}

async function firstScore(subject: Subject): Promise<FirstScore> {
  const deadline = performance.now() + PATIENCE_MS;
  // To ask sooner would take part in what is measured: the first request that Node-RED answers costs it some 20 ms.
  await pause(GRACE_MS);
  for (;;) {
    const found = await subject.tell<Partial<FirstScore>>('first-score');
    if (found.milliseconds !== undefined) return found as FirstScore;
    if (performance.now() > deadline) throw new Error(`no score:\n${subject.nodeRed.log()}`);
    await pause(50);
  }
}

async function resident(subject: Subject): Promise<number> {
  return (await subject.tell<{ rss: number }>('memory')).rss;
}
