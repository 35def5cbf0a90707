import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../test/harness/admin';
import { checkout } from '../test/harness/user-dir';
import { button } from './flow';
import { median, type Bench } from './harness';
import { startSubject, withSubjects, type Subject } from './subject';

const EXAMPLE = '29-dashboard.json';
const HEAP_MB = 256;
/** An attack that raises an alarm, in the list of the plant. */
const ATTACK = 16;

/** The demo on an edge box: `npm start` with a heap of 256 MB, the plant as fast as it goes. */
export const edgeBench: Bench = {
  name: 'edge',
  run(short) {
    const [rounds, seconds] = short ? [2, 3] : [12, 10];
    const options = { oneCore: true, nodeArgs: [`--max-old-space-size=${HEAP_MB}`], modules: ['node-red-dashboard'] };
    return withSubjects([() => startSubject(demo(), options)], async ([subject]) => {
      await subject.reset();
      await subject.press('attack');
      const heap: number[] = [];
      const resident: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await pause(seconds * 1000);
        await page(subject);
        const { rss, used } = await subject.tell<{ rss: number; used: number }>('memory');
        heap.push(used / 1e6);
        resident.push(rss / 1e6);
      }
      const { done, errors } = await subject.read();
      if (done === 0 || errors > 0) throw new Error(`${done} samples, ${errors} errors:\n${subject.nodeRed.log()}`);
      return {
        how:
          `The flow of npm start (${EXAMPLE}) in a real Node-RED on one core with --max-old-space-size=${HEAP_MB}, the plant at full speed ` +
          `and under attack 16, for ${rounds * seconds} s; the dashboard asked for every ${seconds} s. In use is heap and buffers as they ` +
          'stand, without a collection.',
        figures: [
          { name: 'samples', value: done, unit: '' },
          median('in use', 'MB', heap),
          median('resident', 'MB', resident),
        ],
      };
    });
  },
};

/** The example with the plant at full speed, its last node counted. */
function demo(): FlowNode[] {
  const text = readFileSync(join(checkout, 'examples', EXAMPLE), 'utf8');
  const nodes = JSON.parse(text) as FlowNode[];
  const source = nodes.find(({ type }) => type === 'swat-source')?.id ?? '';
  const alert = nodes.find(({ type }) => type === 'swat-alert')?.id ?? '';
  const counted = JSON.parse(text.replaceAll(alert, 'last')) as FlowNode[];
  const fast = counted.map((node) => (node.id === source ? { ...node, speed: 'max' } : node));
  const tab = nodes.find(({ type }) => type === 'tab')?.id;
  return [...fast, { ...button(source, 'attack', { command: 'attack', attack: ATTACK }), z: tab }];
}

/** The dashboard answers. */
async function page({ nodeRed }: Subject): Promise<void> {
  for (const path of ['/ui/', '/swat/ui/swat-dashboard.js']) {
    const { status } = await fetch(`${nodeRed.url}${path}`);
    if (status !== 200) throw new Error(`${path}: ${status}\n${nodeRed.log()}`);
  }
}
