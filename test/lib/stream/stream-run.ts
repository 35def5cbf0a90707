import { createPlant, type Plant, type Tag } from '../../../lib/plant/dictionary';
import type { Outcome, Unused } from '../../../lib/stream/input';
import type { WindowSettings } from '../../../lib/stream/settings';
import type { WindowPayload } from '../../../lib/stream/window';
import { AssetWindows } from '../../../lib/stream/windows';

/** A sensor of a wide range. */
export const tag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name, stage: 'P1', kind: 'sensor', unit: '', low: -1e6, high: 1e6, ...more,
}); // prettier-ignore

/** A plant of two sensors. */
export const plant: Plant = createPlant('p', [tag('A'), tag('B')]);

export const SAMPLES: WindowSettings = { lengths: [3], stride: 1, maxAgeMs: 5000, maxAssets: 9, idleMs: 60_000 };
export const GRID: WindowSettings = { ...SAMPLES, grid: { periodMs: 1000, latenessMs: 3000 } };

/** Windows of these tests, whose inputs carry a number each. */
export const windows = (settings: WindowSettings, of = plant): AssetWindows<number> => new AssetWindows(of, settings);

/** Everything that a run led to. */
export interface Run {
  readonly windows: WindowPayload[];
  readonly unused: Unused<number>[];
  take(outcome: Outcome<number>): void;
}

export function emptyRun(): Run {
  const run: Run = {
    windows: [],
    unused: [],
    take(outcome) {
      run.windows.push(...outcome.windows);
      run.unused.push(...outcome.unused);
    },
  };
  return run;
}

/** Feeds frames of asset `a` at these seconds of event time, A being the second; the carrier counts them. */
export function feed(each: AssetWindows<number>, seconds: readonly number[], run = emptyRun()): Run {
  seconds.forEach((second, index) => run.take(each.accept('a', { A: second, B: 1 }, second * 1000, index, index)));
  return run;
}

/** Where the windows begin and end, in seconds. */
export const spans = (run: Run): number[][] => run.windows.map(({ start, end }) => [start / 1000, end / 1000]);

/** What was not used: why, the second, and by how many seconds. */
export const unused = (run: Run): [string, number, number][] =>
  run.unused.map(({ why, input, byMs }) => [why, input.time / 1000, byMs / 1000]);
