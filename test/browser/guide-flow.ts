import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulate } from '../../lib/cli/simulate';
import type { FlowNode } from '../harness/admin';

let made = 0;

/** A window and a detector that has learned nothing yet: each time with a model of another name, which has nothing of the one before. */
export function guideFlow(): FlowNode[] {
  made += 1;
  return [
    { id: 'tab', type: 'tab', label: 'Guided path' },
    { id: 'plant', type: 'swat-plant', name: 'SWaT', source: 'swat', tags: [], learnFrames: 600 },
    { id: 'model', type: 'swat-model', name: `guided ${made}`, folder: '', reference: false },
    {
      id: 'window', type: 'swat-window', z: 'tab', name: '', plant: 'plant', length: 60, stride: 1, asset: 'asset',
      assetType: 'msg', hold: 10, maxAssets: 1000, idle: 60, x: 300, y: 120, wires: [['detector'], [], []],
    },
    {
      id: 'detector', type: 'swat-autoencoder', z: 'tab', name: 'detector', model: 'model', ratioKind: 'calibrated',
      quantilePercent: 99.5, windows: 2000, autoTrain: false, activation: 'never', leaveOut: true, stride: 10, epochs: 10,
      batch: 64, hidden: '48,24', seed: 1, x: 520, y: 120, wires: [[], []],
    },
  ]; // prettier-ignore
}

/** Lines of the file, after its heading, in which a level sensor is stuck, and those that are missing. */
const STUCK = { tag: 'LIT401', from: 4000, to: 6000 };
const GAP = { from: 8000, to: 8900 };

/** Three hours of the simulated plant as a CSV, with a sensor that is stuck for half an hour, and a gap of a quarter. */
export async function writeFaultyCsv(folder: string, name = 'plant.csv'): Promise<string> {
  const file = join(folder, name);
  const quiet = { result: () => undefined, progress: () => undefined };
  await simulate(['--hours', '3', '--seed', '42', '--out', file], quiet);
  const [heading, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const column = heading.split(',').indexOf(STUCK.tag);
  const rows = lines.map((line) => line.split(','));
  for (let row = STUCK.from; row < STUCK.to; row += 1) rows[row][column] = rows[STUCK.from][column];
  rows.splice(GAP.from, GAP.to - GAP.from);
  writeFileSync(file, [heading, ...rows.map((row) => row.join(','))].join('\n') + '\n');
  return file;
}
