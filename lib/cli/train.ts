import { resolve } from 'node:path';
import { SwatError } from '../errors';
import { createStore } from '../model/store';
import { systemClock } from '../platform/clock';
import { disk } from '../platform/files';
import { productVersion } from '../platform/product';
import { createPlantSimulation } from '../plant/sim/plant';
import { SWAT } from '../plant/swat';
import { readArguments, type Options } from './arguments';
import { DEFAULT_WINDOWS } from './chain';
import { collectWindows, kindsOf, trainAll, USUAL_KINDS, type TimedFrame } from './learn';
import { SIMULATION_START } from './simulate';
import type { Command } from './terminal';
import { trainFile } from './train-file';

/** What `swat train` can be told without a file. */
export const TRAIN_OPTIONS = {
  hours: { kind: 'number', fallback: 120, min: 1, max: 1000 },
  runs: { kind: 'number', fallback: 10, min: 1, max: 100, whole: true },
  seed: { kind: 'number', fallback: 1, min: 0, max: 2 ** 32 - 1, whole: true },
  length: { kind: 'number', fallback: 60, min: 2, max: 3600, whole: true },
  epochs: { kind: 'number', fallback: 10, min: 1, max: 1000, whole: true },
  stride: { kind: 'number', fallback: 10, min: 1, max: 3600, whole: true },
  kinds: { kind: 'text', fallback: USUAL_KINDS.join(',') },
  out: { kind: 'text', fallback: 'models' },
  // Versions are named by time: a fixed one makes the shipped model the same at every run.
  at: { kind: 'text' },
} as const satisfies Options;

/** `swat train`: trains detectors on normal operation of the simulated plant and saves them as versions; with a file, on that. */
export const train: Command = async (args, terminal) => {
  if (args.length > 0 && !args[0].startsWith('-')) return trainFile(args, terminal);
  const given = readArguments(args, TRAIN_OPTIONS);
  const seed = given.number('seed');
  const stride = given.number('stride');
  const folder = resolve(given.text('out') ?? '.');
  const at = given.text('at');
  const now = at === undefined ? systemClock() : Date.parse(at);
  if (Number.isNaN(now)) throw new SwatError('cli-time', { value: at ?? '' });

  const kinds = kindsOf(given.text('kinds') ?? '');
  const hours = given.number('hours');
  const runs = given.number('runs');
  terminal.progress(`simulating ${hours} hours of normal operation in ${runs} runs, seeds from ${seed}`);
  const frames = normalOperation(seed, runs, Math.round((hours * 3600) / runs));
  const data = collectWindows(SWAT, frames, { ...DEFAULT_WINDOWS, lengths: [given.number('length')] }, stride);
  terminal.progress(`${data.count} windows, every ${stride}th`);
  const results = await trainAll(kinds, data, { seed, epochs: given.number('epochs') }, terminal);
  const store = createStore({ files: disk, folder, product: productVersion() });
  for (const kind of kinds) {
    const { artifact, report } = results[kind];
    const version = await store.save(artifact, report, now);
    terminal.result(
      `${kind} ${version}, threshold ${artifact.calibration.threshold.toFixed(4)}, ${report.rows} windows`,
    );
  }
  terminal.result(`saved to ${folder}`);
  return 0;
};

/** Frames of the simulated plant in normal operation, one a second: several runs, each from another state of the plant. */
function* normalOperation(seed: number, runs: number, seconds: number): Generator<TimedFrame> {
  for (let run = 0; run < runs; run += 1) {
    const plant = createPlantSimulation({ seed: seed + run, startTime: SIMULATION_START, maintenance: true });
    for (let second = 0; second < seconds; second += 1) {
      const { time, values } = plant.step();
      yield { asset: `run-${run}`, time, values: Array.from(values) };
    }
  }
}
