import { DETECTOR_KINDS, type DetectorKind } from '../detect/detector';
import { createScorer, type Scorer } from '../model/scorer';
import { createStore } from '../model/store';
import { disk } from '../platform/files';
import { productVersion } from '../platform/product';
import { attackOf } from '../plant/attacks';
import { LEAST_GAP, randomDrill, type DrillPlan } from '../plant/drill';
import { RECORD, RECORD_SECONDS } from '../plant/record';
import { SWAT } from '../plant/swat';
import { shapeOf } from '../stream/schema';
import { createChain, DEFAULT_WINDOWS, type Chain } from './chain';
import { drilled, type DrillResult } from './drilled';
import { normalRun, type NormalResult } from './normal-run';
import { drillTable, overall, overallNormal, totalLines } from './plant-tables';
import type { Measured, Terminal } from './terminal';

export interface PlantTrial {
  /** Plant-hours of normal operation in each run. */
  readonly hours: number;
  /** Runs, each with seeds of its own. */
  readonly runs: number;
  readonly seed: number;
  /** Folder of the model. */
  readonly folder: string;
  /** `all`, `none`, or attack numbers with commas. */
  readonly attacks: string;
  /** So many attacks in random order instead of those; 0 for none. */
  readonly drill: number;
}

/** A plan by name, and the seconds that it lasts at least. */
interface Layout {
  readonly name: string;
  readonly plan: (seed: number) => DrillPlan;
  readonly seconds: number;
}

/** Seeds of one run: normal operation, then one a layout. The next run's are a thousand further. */
const RUN_SEEDS = 1000;

/**
 * The shipped chain on the simulated plant, in each run: normal operation; the attacks on one plant at the times of the
 * testbed's record, which lasts five days; and the same attacks packed, with a quarter of an hour between them. Chosen
 * or random attacks are packed only.
 * @throws SwatError `unknown-attack`, what loading the model throws, `model-schema` for one of another plant
 */
export async function evaluatePlant(trial: PlantTrial, terminal: Terminal): Promise<Measured> {
  const layouts = layoutsOf(trial);
  const scorers = await loadScorers(trial.folder);
  const normal: NormalResult[] = [];
  const results = layouts.map((): DrillResult[] => []);
  for (let run = 0; run < trial.runs; run += 1) {
    const seed = trial.seed + run * RUN_SEEDS;
    normal.push(normalRun(seed, trial.hours, chainOf(scorers)));
    terminal.progress(`seed ${seed}, normal operation: ${normal[run].alarms} false alarms in ${trial.hours} h`);
    layouts.forEach(({ name, plan, seconds }, index) => {
      const own = seed + 1 + index;
      const result = drilled(plan(own), own, seconds, chainOf(scorers), () => undefined);
      results[index].push(result);
      for (const line of totalLines(`seed ${own}, ${name}`, result)) terminal.progress(line);
    });
  }
  const models = Object.fromEntries(Object.entries(scorers).map(([kind, { version }]) => [kind, version]));
  const all = overallNormal(normal);
  return {
    json: {
      seed: trial.seed,
      runs: trial.runs,
      models,
      normal: all,
      ...Object.fromEntries(layouts.map(({ name }, index) => [name, overall(results[index])])),
    },
    lines: [
      `normal operation: ${all.alarms} false alarms and ${all.infoEvents} INFO events in ${all.hours} plant-hours; ${(all.overShare * 100).toFixed(2)} % of windows over the threshold`,
      ...layouts.flatMap(({ name }, index) => drillTable(name, results[index])),
    ],
  };
}

function layoutsOf({ attacks, drill }: PlantTrial): readonly Layout[] {
  if (drill > 0) return [{ name: 'drill', plan: (seed) => randomDrill(drill, seed, LEAST_GAP), seconds: 0 }];
  if (attacks === 'none') return [];
  const chosen =
    attacks === 'all'
      ? RECORD.map(({ attack }) => attack)
      : attacks.split(',').map((name) => attackOf(name.trim() === '' ? Number.NaN : Number(name)).id);
  const packed = { attacks: chosen.map((attack) => ({ attack, second: 0 })), gap: LEAST_GAP };
  const layouts: Layout[] = [{ name: 'packed', plan: () => packed, seconds: 0 }];
  if (attacks === 'all') {
    const plan = { attacks: RECORD, gap: LEAST_GAP };
    layouts.unshift({ name: 'record', plan: () => plan, seconds: RECORD_SECONDS });
  }
  return layouts;
}

/** A scorer of every kind that there is a model of. @throws SwatError `model-missing` where there is none at all */
async function loadScorers(folder: string): Promise<Partial<Record<DetectorKind, Scorer>>> {
  const store = createStore({ files: disk, folder, reference: folder, product: productVersion() });
  const scorers: Partial<Record<DetectorKind, Scorer>> = {};
  for (const kind of DETECTOR_KINDS) {
    if ((await store.active(kind)) !== undefined) scorers[kind] = createScorer(await store.load(kind), 'calibrated');
  }
  if (Object.keys(scorers).length === 0) await store.load('autoencoder');
  return scorers;
}

/** The chain for the windows that the model was trained on. */
function chainOf(scorers: Partial<Record<DetectorKind, Scorer>>): Chain {
  const [{ schema }] = Object.values(scorers);
  return createChain({ plant: SWAT, scorers, windows: { ...DEFAULT_WINDOWS, ...shapeOf(schema) } });
}
