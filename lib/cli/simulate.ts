import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SwatError } from '../errors';
import { attackOf } from '../plant/attacks';
import { createPlantSimulation, type PlantSimulation } from '../plant/sim/plant';
import { SWAT } from '../plant/swat';
import { readArguments, type Given, type Options } from './arguments';
import { tenths } from './tenths';
import { writing, type Command, type Terminal } from './terminal';
import { simulatedFrames, type FrameFeed } from './to/frames';
import { assetNames, runTo, TO_OPTIONS } from './to/run';

/** Event time of the first simulated second when none is given. */
export const SIMULATION_START = Date.UTC(2026, 0, 1);

/** What `swat simulate` can be told. */
export const SIMULATE_OPTIONS = {
  hours: { kind: 'number', fallback: 1, min: 0.01, max: 10_000 },
  seed: { kind: 'number', fallback: 1, min: 0, max: 2 ** 32 - 1, whole: true },
  // A number that there is not is refused with the list of those there are.
  attack: { kind: 'number', fallback: 0, min: 0, max: 1e9, whole: true },
  after: { kind: 'number', fallback: 1800, min: 0, max: 1e9, whole: true },
  out: { kind: 'text' },
  ...TO_OPTIONS,
  asset: { kind: 'text', fallback: 'SWaT' },
  assets: { kind: 'number', fallback: 1, min: 1, max: 10_000, whole: true },
} as const satisfies Options;

/**
 * `swat simulate`: a historian CSV of the simulated plant, one line a second, with the truth in the last column; or with `--to`
 * the same values to a broker or a server, of several plants if wanted.
 */
export const simulate: Command = async (args, terminal) => {
  const given = readArguments(args, SIMULATE_OPTIONS);
  const live = given.has('to');
  const wrong = (live ? ['out'] : ['rate', 'speed', 'format', 'now', 'asset', 'assets']).find((name) =>
    given.has(name),
  );
  if (wrong !== undefined) throw new SwatError(live ? 'to-or-out' : 'to-only', { option: wrong });
  const seconds = live && !given.has('hours') ? Infinity : Math.round(given.number('hours') * 3600);
  const attack = given.number('attack') === 0 ? undefined : attackOf(given.number('attack')).id;
  const after = given.number('after');
  if (attack !== undefined && after >= seconds)
    throw new SwatError('setting-number', { name: 'after', value: after, min: 0, max: seconds - 1 });
  if (live) return sendSimulated(given, seconds, attack, terminal);
  const plant = createPlantSimulation({ seed: given.number('seed'), startTime: SIMULATION_START });
  const lines = Readable.from(historian(plant, seconds, attack, after));
  const path = given.text('out');
  if (path === undefined) {
    // Whoever reads may stop early, as `head` does.
    await pipeline(lines, process.stdout, { end: false }).catch(unlessClosed);
  } else {
    await writing(path, () => pipeline(lines, createWriteStream(path)));
    terminal.progress(`${seconds} lines written to ${path}`);
  }
  if (attack !== undefined && plant.attack?.phase === 'waiting')
    terminal.progress(`attack ${attack} never began: the plant was not in the state that it needs; simulate longer`);
  return 0;
};

function sendSimulated(given: Given, seconds: number, attack: number | undefined, terminal: Terminal): Promise<number> {
  const assets = assetNames(given.text('asset') ?? '', given.number('assets'));
  const progress = tenths('plants', terminal);
  const feed = (): FrameFeed =>
    simulatedFrames({
      assets,
      seed: given.number('seed'),
      seconds,
      startTime: SIMULATION_START,
      attack: attack === undefined ? undefined : { id: attack, after: given.number('after') },
      ready: (plants) => assets.length > 1 && progress(plants / assets.length),
    });
  return runTo(given, assets, SWAT, feed, terminal);
}

function* historian(
  plant: PlantSimulation,
  seconds: number,
  attack: number | undefined,
  after: number,
): Generator<string> {
  yield `Timestamp,${SWAT.tags.map((tag) => tag.name).join(',')},Normal/Attack\n`;
  for (let second = 0; second < seconds; second += 1) {
    if (attack !== undefined && second === after) plant.start(attack);
    const { time, values, label } = plant.step();
    const cells = Array.from(values, (value) => Number(value.toFixed(4)));
    const truth = label.attack === null ? 'Normal' : 'Attack';
    yield `${new Date(time).toISOString()},${cells.join(',')},${truth}\n`;
  }
}

function unlessClosed(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EPIPE')) throw cause;
}
