import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestFlowsItem } from 'node-red-node-test-helper';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import type { Verdict } from '../../lib/alarm/verdict';
import { createPlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';
import swatAutoencoder from '../../nodes/swat-autoencoder';
import swatIforest from '../../nodes/swat-iforest';
import swatModel from '../../nodes/swat-model';
import swatPlant from '../../nodes/swat-plant';
import swatSeverity from '../../nodes/swat-severity';
import swatSource from '../../nodes/swat-source';
import swatWindow from '../../nodes/swat-window';

const NODES = [swatPlant, swatModel, swatSource, swatWindow, swatAutoencoder, swatIforest, swatSeverity];

describe('a historian file that a flow replays twice', () => {
  let folder: string;

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-two-'));
    helper.settings({ userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
    helper.startServer(done);
  });
  afterEach((done) => {
    void helper.unload().then(() =>
      helper.stopServer(() => {
        rmSync(folder, { recursive: true, force: true });
        done();
      }),
    );
  });

  for (const [name, window, expected] of [
    ['samples', { length: 60, stride: 1 }, 341],
    ['time', { by: 'time', span: 60, slide: 10, lateness: 2, period: 1 }, 34],
  ] as const) {
    it(`gives the same verdicts again, windows by ${name}`, async () => {
      writeFileSync(join(folder, 'record.csv'), csv(400));
      const flow = [
        { id: 'p', type: 'swat-plant', source: 'swat' },
        { id: 'm', type: 'swat-model', name: 'plant', folder: '', reference: true },
        {
          id: 's',
          type: 'swat-source',
          mode: 'historian',
          file: 'record.csv',
          speed: 'max',
          autostart: false,
          wires: [['w'], ['e']],
        },
        { id: 'w', type: 'swat-window', plant: 'p', ...window, wires: [['a'], ['late'], []] },
        { id: 'a', type: 'swat-autoencoder', model: 'm', wires: [['i'], []] },
        { id: 'i', type: 'swat-iforest', model: 'm', wires: [['v'], []] },
        { id: 'v', type: 'swat-severity', wires: [['out'], []] },
        ...['out', 'late', 'e'].map((id) => ({ id, type: 'helper' })),
      ] as TestFlowsItem[];
      await helper.load(NODES, flow);
      const verdicts: Verdict[] = [];
      const late: unknown[] = [];
      let finished = 0;
      helper.getNode('out').on('input', (message) => void verdicts.push(message.payload as Verdict));
      helper.getNode('late').on('input', (message) => void late.push(message));
      helper.getNode('e').on('input', (message) => {
        if ((message.payload as { event: string }).event === 'finished') finished += 1;
      });
      await pause(500);
      for (const pass of [1, 2]) {
        helper.getNode('s').receive({ swat: { command: 'start' } });
        await eventually(() => finished >= pass, `pass ${pass}`);
      }
      // The end of the second pass waits until nothing more comes.
      await eventually(
        () => verdicts.length >= 2 * expected,
        () => `${verdicts.length} verdicts`,
      );
      assert.deepEqual([finished, late.length], [2, 0]);
      assert.equal(verdicts.length, 2 * expected);
      assert.ok(verdicts.some(({ level }) => level === 'CRITICAL'));
      assert.deepEqual(verdicts.slice(expected), verdicts.slice(0, expected));
    });
  }
});

/** A record of the simulated plant that ends in the middle of an attack. */
function csv(seconds: number): string {
  const plant = createPlantSimulation({ seed: 5, startTime: Date.UTC(2026, 0, 1) });
  const lines = Array.from({ length: seconds }, (_, second) => {
    if (second === 200) plant.start(16);
    const { time, values } = plant.step();
    return [new Date(time).toISOString(), ...values].join(',');
  });
  return [`Timestamp,${SWAT.tags.map(({ name }) => name).join(',')}`, ...lines].join('\n');
}
