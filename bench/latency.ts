import { setTimeout as pause } from 'node:timers/promises';
import { feed, fiveNodes, functionNodes } from './flow';
import { median, type Bench, type Figure } from './harness';
import type { Reading, Spread } from './inside/watch';
import { startSubject, withSubjects, type Subject } from './subject';

const RATE = 1000;
/** P302 is kept off for 34,208 s of plant time, 34 s at this rate: longer than all rounds together. */
const ATTACK = 28;

/** How long a sample is on its way at 1,000 samples a second. */
export const latencyBench: Bench = {
  name: 'latency',
  run(short) {
    const starts = [
      [...feed('window'), ...fiveNodes()],
      [...feed('function-1'), ...functionNodes(5)],
    ].map(
      (flow) => () =>
        startSubject(flow, {
          oneCore: true,
        }),
    );
    return withSubjects(starts, async ([product, functions]) => {
      const [rounds, seconds] = short ? [1, 2] : [7, 10];
      for (const subject of [product, functions]) await round(subject, short ? 1 : 10);
      const taken: Record<'normal' | 'functions' | 'attack', Reading[]> = { normal: [], functions: [], attack: [] };
      for (let turn = 0; turn < rounds; turn += 1) {
        taken.normal.push(await round(product, seconds));
        taken.functions.push(await round(functions, seconds));
      }
      await product.tell('attack', { id: ATTACK });
      await round(product, short ? 1 : 3);
      for (let turn = 0; turn < rounds; turn += 1) taken.attack.push(await round(product, short ? 2 : 3));
      return {
        how:
          `Real 51-tag frames, due one every ${1000 / RATE} ms by a steady clock in the same process of a real headless ` +
          'Node-RED on one core; from the instant a frame was due (so that waiting behind other work counts) or sent into ' +
          'swat-window, until swat-alert, the last of the five nodes, was done with it. The clock turns the event loop until a frame is due: timers of Node.js have a resolution of 1 ms.',
        figures: [
          ...spreads('five nodes', taken.normal, ({ fromDue }) => fromDue),
          ...spreads('five nodes, from the send', taken.normal, ({ fromSend }) => fromSend),
          ...spreads('five nodes, during an attack', taken.attack, ({ fromDue }) => fromDue),
          median(
            'share of anomalies during the attack',
            '',
            taken.attack.map(({ anomalies, done }) => anomalies / done),
          ),
          ...spreads('five function nodes', taken.functions, ({ fromDue }) => fromDue),
        ],
      };
    });
  },
};

/** One round at the pace. */
async function round(subject: Subject, seconds: number): Promise<Reading> {
  await subject.tell('rate', { 'a-second': RATE });
  await pause(300);
  await subject.reset();
  await pause(seconds * 1000);
  const reading = await subject.read();
  await subject.tell('rate', { 'a-second': 0 });
  await pause(100);
  // What is late is in the latency; what does not come at all is a broken flow.
  if (reading.done < 0.5 * RATE * seconds)
    throw new Error(`only ${reading.done} samples in ${seconds} s:\n${subject.nodeRed.log()}`);
  if (reading.errors > 0) throw new Error(`${reading.errors} samples ended in an error:\n${subject.nodeRed.log()}`);
  return reading;
}

/** Median over the rounds of each round's p50 and p99, and the longest of all. */
function spreads(name: string, readings: readonly Reading[], of: (reading: Reading) => Spread): Figure[] {
  const all = readings.map(of);
  return [
    median(
      `${name}, p50`,
      'ms',
      all.map(({ p50 }) => p50),
    ),
    median(
      `${name}, p99`,
      'ms',
      all.map(({ p99 }) => p99),
    ),
    { name: `${name}, longest`, value: Math.max(...all.map(({ max }) => max)), unit: 'ms' },
  ];
}
