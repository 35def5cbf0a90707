import type { FlowNode } from '../test/harness/admin';
import { feed, fiveNodes } from './flow';
import { median, type Bench, type Figure } from './harness';
import { startSubject, withSubjects, type Subject } from './subject';

const ASSETS = [100, 1000, 5000];
/** Samples of a window, and a few more, so that it turns over. */
const WINDOW = 60;
const SECONDS = 70;
/** Samples of an interval, all assets together. */
const INTERVAL = 20_000;
/** Samples that are asked for at once: the answer must come before a request is given up. */
const MOST_ASKED = 20_000;

/** What a worker can do, by the number of its assets. */
export const capacityBench: Bench = {
  name: 'capacity',
  async run(short) {
    const counts = short ? [20] : ASSETS;
    const figures: Figure[] = [];
    for (const assets of counts) figures.push(...(await worker(assets, short)));
    return {
      how:
        `A real headless Node-RED with the five nodes, held to the first core, for each number of assets; frames of 51 tags of every ` +
        `asset until its window of ${WINDOW} samples is full, then ${INTERVAL} samples an interval, an asset after the other, so that ` +
        'no two samples in a row are of one asset. Making the frames is part of the work. Memory after a full garbage collection.',
      figures,
    };
  },
};

/** The five nodes with room for all assets. */
function flow(): FlowNode[] {
  return fiveNodes().map((node) => (node.type === 'swat-window' ? { ...node, maxAssets: 10_000 } : node));
}

async function worker(assets: number, short: boolean): Promise<Figure[]> {
  const rounds = short ? 1 : 5;
  return withSubjects(
    [() => startSubject([...feed('window'), ...flow()], { oneCore: true, nodeArgs: ['--expose-gc'] })],
    async ([subject]) => {
      const one = await filled(subject, 1, 2 * SECONDS);
      const all = await filled(subject, assets, SECONDS);
      const taken: Interval[] = [];
      const seconds = Math.max(1, Math.round((short ? 1000 : INTERVAL) / assets));
      for (let round = 0; round < rounds; round += 1) taken.push(await interval(subject, assets, seconds));
      const name = `${assets} assets`;
      const rates = taken.map(({ rate }) => rate);
      const cpu = taken.map(({ cpu: each }) => each);
      return [
        median(`${name}, samples a second`, 'samples/s', rates),
        median(`${name}, CPU time a sample`, 'µs', cpu),
        { name: `${name}, an asset in use`, value: (all.used - one.used) / (assets - 1) / 1000, unit: 'kB' },
        { name: `${name}, an asset resident`, value: (all.rss - one.rss) / (assets - 1) / 1000, unit: 'kB' },
        { name: `${name}, the process`, value: all.rss / 1e6, unit: 'MB' },
      ];
    },
  );
}

interface Memory {
  readonly rss: number;
  readonly used: number;
}

async function filled(subject: Subject, assets: number, seconds: number): Promise<Memory> {
  await subject.reset();
  const step = Math.max(1, Math.floor(MOST_ASKED / assets));
  for (let second = 0; second < seconds; second += step) {
    await subject.tell('fill', { assets, seconds: Math.min(step, seconds - second) });
  }
  const { done, errors } = await subject.read();
  // Nothing comes out of a window before it is full.
  if (done < assets * (seconds - WINDOW + 1) || errors > 0)
    throw new Error(`${done} of ${assets * seconds} samples, ${errors} errors:\n${subject.nodeRed.log()}`);
  return subject.tell<Memory>('memory');
}

interface Interval {
  readonly rate: number;
  readonly cpu: number;
}

async function interval(subject: Subject, assets: number, seconds: number): Promise<Interval> {
  await subject.reset();
  const before = await subject.read();
  await subject.tell('fill', { assets, seconds });
  const after = await subject.read();
  if (after.done < assets * seconds || after.errors > 0)
    throw new Error(`${after.done} of ${assets * seconds} samples:\n${subject.nodeRed.log()}`);
  return {
    rate: (after.done * 1000) / (after.at - before.at),
    cpu: (after.cpu - before.cpu) / after.done,
  };
}
