import { feed, fiveNodes, windowAlone } from './flow';
import { median, type Bench } from './harness';
import { startSubject, withSubjects, type Subject } from './subject';

/** One is there from the start, so that what Node-RED and the nodes need once is not counted as an asset's. */
const ASSETS = 1000;
/** Samples of a window, and a few more, so that it turns over. */
const WINDOW = 60;
const SECONDS = 70;
/** P302 kept off: an alarm in every asset. */
const ATTACK = 28;

interface Memory {
  /** Bytes: of the process, and of what it has allocated and still uses (heap and buffers) after a collection. */
  readonly rss: number;
  readonly used: number;
}

/** What an asset costs in memory. */
export const memoryBench: Bench = {
  name: 'memory',
  async run(short) {
    const [rounds, assets] = short ? [1, 50] : [3, ASSETS];
    const taken: Growth[] = [];
    for (let round = 0; round < rounds; round += 1) taken.push(await growth(assets));
    const each = (of: (growth: Growth) => number): number[] => taken.map((one) => of(one) / (assets - 1) / 1000);
    return {
      how:
        `A real headless Node-RED gets frames of 51 tags of ${assets} assets until every window of ${WINDOW} samples is full. Memory ` +
        'after a full garbage collection, less that with one asset, by asset. In use is heapUsed + external (buffers ' +
        'included); resident is what the process holds of the machine, which the collector gives back late. A new Node-RED every round.',
      figures: [
        median(
          'an asset, window alone, in use',
          'kB',
          each(({ window }) => window.used),
        ),
        median(
          'an asset, window alone, resident',
          'kB',
          each(({ window }) => window.rss),
        ),
        median(
          'an asset, five nodes, in use',
          'kB',
          each(({ chain }) => chain.used),
        ),
        median(
          'an asset, five nodes, resident',
          'kB',
          each(({ chain }) => chain.rss),
        ),
        median(
          'an asset, five nodes, alarm open, in use',
          'kB',
          each(({ alarm }) => alarm.used),
        ),
        median(
          'an asset, five nodes, alarm open, resident',
          'kB',
          each(({ alarm }) => alarm.rss),
        ),
        median(
          `${assets} assets, five nodes, the whole process`,
          'MB',
          taken.map(({ process }) => process / 1e6),
        ),
      ],
    };
  },
};

interface Growth {
  readonly window: Memory;
  readonly chain: Memory;
  /** As before, with an alarm open in every asset. */
  readonly alarm: Memory;
  /** Bytes of the process with the five nodes and all assets. */
  readonly process: number;
}

async function growth(assets: number): Promise<Growth> {
  const options = { nodeArgs: ['--expose-gc'] };
  const window = await withSubjects(
    [() => startSubject([...feed('last'), ...windowAlone()], options)],
    async ([subject]) => {
      const one = await filled(subject, 1, 50 * SECONDS);
      return less(await filled(subject, assets, SECONDS), one);
    },
  );
  const chain = await withSubjects(
    [() => startSubject([...feed('window'), ...fiveNodes()], options)],
    async ([subject]) => {
      const one = await filled(subject, 1, 50 * SECONDS);
      const all = await filled(subject, assets, SECONDS);
      await subject.tell('attack', { id: ATTACK });
      return { chain: less(all, one), alarm: less(await filled(subject, assets, SECONDS), one), process: all.rss };
    },
  );
  return { window, ...chain };
}

async function filled(subject: Subject, assets: number, seconds: number): Promise<Memory> {
  await subject.reset();
  await subject.tell('fill', { assets, seconds });
  const { done, errors } = await subject.read();
  // Nothing comes out of a window before it is full.
  if (done < assets * (seconds - WINDOW + 1) || errors > 0)
    throw new Error(`${done} of ${assets * seconds} samples, ${errors} errors:\n${subject.nodeRed.log()}`);
  return subject.tell<Memory>('memory');
}

function less(after: Memory, before: Memory): Memory {
  return { rss: after.rss - before.rss, used: after.used - before.used };
}
