import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Advisory } from '../lib/check/advisory';
import { AssetChecks } from '../lib/check/asset-checks';
import { CHECK_DEFAULTS } from '../lib/check/settings';
import { SIMULATION_START } from '../lib/cli/simulate';
import { ATTACKS } from '../lib/plant/attacks';
import { Drill, LEAST_GAP } from '../lib/plant/drill';
import { createPlantSimulation, type PlantSimulation } from '../lib/plant/sim/plant';
import { SWAT } from '../lib/plant/swat';

/** What `swat-check` makes of the simulated plant, with its default settings. */
interface ChecksResult {
  readonly normal: {
    readonly hours: number;
    readonly seeds: readonly number[];
    readonly advisories: readonly string[];
  };
  /** Of each attack: what was raised while it lasted, and after how many seconds. */
  readonly attacks: readonly {
    readonly attack: number;
    readonly title: string;
    readonly tags: readonly string[];
    readonly raised: readonly { readonly advisory: string; readonly tag: string; readonly afterS: number }[];
  }[];
  readonly found: number;
  readonly onAttackPoint: number;
  /** Advisories in the drill outside of every attack and of the hour after one. */
  readonly between: number;
}

/** Hours of normal operation in each run, and those that come before the attacks, from which is learned what is usual. */
const HOURS = 72;
const LEARNED = 24;
const SEEDS = [21, 22];
const RECOVERY_MS = 3_600_000;
const reasons = new Uint8Array(SWAT.tags.length);

function checkedStep(plant: PlantSimulation, checks: AssetChecks): { time: number; raised: Advisory[] } {
  const { time, values } = plant.step();
  checks.take('plant', { kind: 'frame', time, values: Float64Array.from(values), reasons, carrier: undefined }, time);
  return { time, raised: checks.drain().filter(({ event }) => event === 'advisory-raised') };
}

function normal(seed: number): string[] {
  const plant = createPlantSimulation({ seed, startTime: SIMULATION_START });
  const checks = new AssetChecks(SWAT, CHECK_DEFAULTS);
  const told: string[] = [];
  for (let second = 0; second < HOURS * 3600; second++)
    for (const { advisory, tag } of checkedStep(plant, checks).raised) told.push(`${advisory} ${tag ?? 'all'}`);
  return told;
}

function attacked(seed: number): Pick<ChecksResult, 'attacks' | 'between'> {
  const plant = createPlantSimulation({ seed, startTime: SIMULATION_START });
  const checks = new AssetChecks(SWAT, CHECK_DEFAULTS);
  for (let second = 0; second < LEARNED * 3600; second++) checkedStep(plant, checks);
  const drill = new Drill({ attacks: ATTACKS.map(({ id }) => ({ attack: id, second: 0 })), gap: LEAST_GAP });
  const raised = new Map<number, { advisory: string; tag: string; afterS: number }[]>();
  let between = 0;
  let [running, since, ended] = [0, 0, -Infinity];
  while (!drill.over) {
    drill.step(plant);
    const { time, raised: news } = checkedStep(plant, checks);
    const now = plant.attack?.phase === 'active' ? plant.attack.attack.id : 0;
    if (now !== 0 && now !== running) {
      since = time;
      raised.set(now, []);
    }
    if (now === 0 && running !== 0) ended = time;
    running = now;
    for (const { advisory, tag = 'all' } of news) {
      if (running !== 0) raised.get(running)?.push({ advisory, tag, afterS: Math.round((time - since) / 1000) });
      else if (time - ended > RECOVERY_MS) between += 1;
    }
  }
  const attacks = ATTACKS.map(({ id, title, tags }) => ({ attack: id, title, tags, raised: raised.get(id) ?? [] }));
  return { attacks, between };
}

const told = SEEDS.flatMap(normal);
const { attacks, between } = attacked(23);
const result: ChecksResult = {
  normal: { hours: HOURS * SEEDS.length, seeds: SEEDS, advisories: told },
  attacks,
  found: attacks.filter(({ raised }) => raised.length > 0).length,
  onAttackPoint: attacks.filter(({ raised, tags }) => raised.some(({ tag }) => tags.includes(tag))).length,
  between,
};
const path = join(__dirname, '..', '..', 'bench', 'results', 'checks.json');
writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
console.log(
  `found ${result.found} of ${attacks.length}; normal: ${told.length} in ${result.normal.hours} h; between: ${between}`,
);
