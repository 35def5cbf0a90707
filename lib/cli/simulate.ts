import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createPlantSimulation } from '../plant/sim/plant';
import { SWAT } from '../plant/swat';
import { readArguments } from './arguments';
import type { Command } from './terminal';

/** Event time of the first simulated second when none is given. */
export const SIMULATION_START = Date.UTC(2026, 0, 1);

/** `swat simulate`: a historian CSV of the simulated plant, one line a second, with the truth in the last column. */
export const simulate: Command = async (args, terminal) => {
  const given = readArguments(args, {
    hours: { kind: 'number', fallback: 1, min: 0.01, max: 10_000 },
    seed: { kind: 'number', fallback: 1, min: 0, max: 2 ** 32 - 1 },
    attack: { kind: 'number', fallback: 0, min: 0, max: 99 },
    after: { kind: 'number', fallback: 1800, min: 0, max: 1e9 },
    out: { kind: 'text' },
  });
  const plant = createPlantSimulation({ seed: given.number('seed'), startTime: SIMULATION_START });
  const path = given.text('out');
  const out = path === undefined ? process.stdout : createWriteStream(path);
  const seconds = Math.round(given.number('hours') * 3600);
  out.write(`Timestamp,${SWAT.tags.map((tag) => tag.name).join(',')},Normal/Attack\n`);
  for (let second = 0; second < seconds; second += 1) {
    if (given.number('attack') > 0 && second === given.number('after')) plant.start(given.number('attack'));
    const { time, values, label } = plant.step();
    const cells = Array.from(values, (value) => Number(value.toFixed(4)));
    const truth = label.attack === null ? 'Normal' : 'Attack';
    if (!out.write(`${new Date(time).toISOString()},${cells.join(',')},${truth}\n`)) await once(out, 'drain');
  }
  if (path !== undefined) {
    out.end();
    await finished(out);
    terminal.progress(`${seconds} lines written to ${path}`);
  }
  return 0;
};
