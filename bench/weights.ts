import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createPlantSimulation } from '../lib/plant/sim/plant';
import { SWAT } from '../lib/plant/swat';
import { AssetWindows } from '../lib/stream/windows';
import { feed, fiveNodes } from './flow';
import type { Bench } from './harness';
import { startSubject, withSubjects } from './subject';

const WINDOW = 60;
const BATCH = 500;
const PATIENCE_MS = 30_000;

/** What an asset's messages and state weigh. */
export const weightsBench: Bench = {
  name: 'weights',
  async run() {
    const plant = createPlantSimulation({ seed: 7, startTime: Date.UTC(2026, 0, 1) });
    const settings = { lengths: [WINDOW], stride: 1, maxAgeMs: 10_000, maxAssets: 1, idleMs: 3_600_000 };
    const windows = new AssetWindows(SWAT, settings);
    const samples: string[] = [];
    for (let second = 0; second < BATCH; second += 1) {
      const { time, values } = plant.step();
      const frame = Object.fromEntries(SWAT.tags.map((tag, index) => [tag.name, values[index]]));
      windows.accept('plant', frame, time, time);
      samples.push(JSON.stringify(frame));
    }
    const text = samples.join('\n');
    return {
      how:
        `Samples of 51 tags of the simulated plant and a verdict of normal operation, as JSON, as swat-kafka-out writes it; gzip of ${BATCH} ` +
        `samples at once. The state is that of a full window of ${WINDOW} samples.`,
      figures: [
        { name: 'a sample, JSON', value: text.length / BATCH, unit: 'bytes' },
        { name: `a sample, gzip of ${BATCH}`, value: gzipSync(text).length / BATCH, unit: 'bytes' },
        { name: 'a verdict, JSON', value: JSON.stringify(await verdict()).length, unit: 'bytes' },
        { name: 'the window of an asset, state', value: windows.full('plant')?.length ?? 0, unit: 'bytes' },
      ],
    };
  },
};

/** A verdict of normal operation, as `swat-severity` gives it. */
async function verdict(): Promise<object> {
  const nodes = fiveNodes().map((node) =>
    node.type === 'swat-severity' ? { ...node, wires: [['last', 'feed'], []] } : node,
  );
  return withSubjects([() => startSubject([...feed('window'), ...nodes])], async ([subject]) => {
    await subject.tell('fill', { assets: 1, seconds: WINDOW });
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const heard = await subject.tell<{ finding?: string }>('heard');
      if (heard.finding !== undefined) return heard;
      if (performance.now() > deadline) throw new Error(`no verdict:\n${subject.nodeRed.log()}`);
      await pause(100);
    }
  });
}
