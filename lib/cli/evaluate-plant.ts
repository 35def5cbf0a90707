import { quantileOf } from '../detect/calibration';
import { DETECTOR_KINDS, type DetectorKind } from '../detect/detector';
import { createScorer, type Scorer } from '../model/scorer';
import { createStore } from '../model/store';
import { disk } from '../platform/files';
import { productVersion } from '../platform/product';
import type { Attack } from '../plant/attack';
import { ATTACKS, attackOf } from '../plant/attacks';
import { createPlantSimulation } from '../plant/sim/plant';
import { SWAT } from '../plant/swat';
import { createChain, DEFAULT_WINDOWS, type Chain, type ChainStep } from './chain';
import { SIMULATION_START } from './simulate';
import type { Measured, Terminal } from './terminal';

export interface PlantTrial {
  /** Plant-hours of normal operation in each run. */
  readonly hours: number;
  /** Runs of normal operation, each with a seed of its own. */
  readonly runs: number;
  readonly seed: number;
  /** Folder of the model. */
  readonly folder: string;
  /** `all`, `none`, or attack numbers with commas. */
  readonly attacks: string;
}

/** How one attack went. Times in plant-seconds. */
interface AttackResult {
  readonly attack: number;
  readonly title: string;
  readonly stage: string;
  readonly started: boolean;
  readonly detected: boolean;
  readonly delayS: number | undefined;
  readonly level: string;
  readonly named: string;
  readonly stageNamed: boolean;
  readonly alarms: number;
  /** Alarms before the attack, and more than five minutes after it: while the plant recovers. */
  readonly alarmsBefore: number;
  readonly alarmsLater: number;
  readonly clearedAfterS: number | undefined;
}

const WARM_UP_S = 1800;
const MOST_WAIT_S = 4 * 3600;
const AFTER_S = 900;
/** An alarm counts for an attack until so long after its end. */
const GRACE_S = 300;

/**
 * The shipped chain on the simulated plant: false alarms in normal operation, then every attack in a run of its own:
 * half an hour normal, the attack when the plant is in the state that it needs, a quarter of an hour normal.
 * @throws SwatError `unknown-attack`, what loading the model throws, `model-schema` for one of another plant
 */
export async function evaluatePlant(trial: PlantTrial, terminal: Terminal): Promise<Measured> {
  const chosen = choose(trial.attacks);
  const scorers = await loadScorers(trial.folder);
  const normal = normalRuns(trial, scorers);
  terminal.progress(`normal operation: ${normal.alarms} false alarms in ${normal.hours} h`);
  const attacks = chosen.map((attack) => {
    const result = attackRun(attack, trial.seed + attack.id, scorers);
    terminal.progress(line(result));
    return result;
  });
  const found = attacks.filter((each) => each.detected);
  const delays = found.flatMap((each) => each.delayS ?? []).sort((a, b) => a - b);
  const summary = {
    seed: trial.seed,
    models: { autoencoder: scorers.autoencoder.version, iforest: scorers.iforest.version },
    normal,
    attacks: attacks.length,
    detected: found.length,
    medianDelayS: delays.length === 0 ? undefined : quantileOf(delays, 0.5),
    stageNamed: found.filter((each) => each.stageNamed).length,
    alarmsBeforeAttacks: attacks.reduce((sum, each) => sum + each.alarmsBefore, 0),
    alarmsWhileRecovering: attacks.reduce((sum, each) => sum + each.alarmsLater, 0),
  };
  return {
    json: { ...summary, results: attacks },
    lines: [
      '| attack | stage | detected | delay s | level | first named | alarms | cleared after s |',
      '|---|---|---|---|---|---|---|---|',
      ...attacks.map(line),
      '',
      `normal operation: ${normal.alarms} false alarms and ${normal.infoEvents} INFO events in ${normal.hours} plant-hours; ${(normal.overShare * 100).toFixed(2)} % of windows over the threshold`,
      `detected ${found.length} of ${attacks.length}; median delay ${summary.medianDelayS ?? '-'} s; guilty stage named first in ${summary.stageNamed} of ${found.length}; ${summary.alarmsBeforeAttacks} alarms before an attack, ${summary.alarmsWhileRecovering} while the plant recovered from one`,
    ],
  };
}

async function loadScorers(folder: string): Promise<Record<DetectorKind, Scorer>> {
  const store = createStore({ files: disk, folder, reference: folder, product: productVersion() });
  const scorers: Partial<Record<DetectorKind, Scorer>> = {};
  for (const kind of DETECTOR_KINDS) scorers[kind] = createScorer(await store.load(kind), 'calibrated');
  return scorers as Record<DetectorKind, Scorer>;
}

/** The chain for the windows that the model was trained on. */
function chainOf(scorers: Record<DetectorKind, Scorer>): Chain {
  const lengths = [...new Set(scorers.autoencoder.schema.features.map(({ length }) => length))];
  return createChain({ plant: SWAT, scorers, windows: { ...DEFAULT_WINDOWS, lengths } });
}

function choose(names: string): readonly Attack[] {
  if (names === 'all') return ATTACKS;
  if (names === 'none') return [];
  return names.split(',').map((name) => attackOf(name.trim() === '' ? Number.NaN : Number(name)));
}

/** What normal operation cost. Shares are of all windows. */
interface NormalResult {
  readonly hours: number;
  readonly alarms: number;
  readonly infoEvents: number;
  readonly overShare: number;
  readonly levelShare: number;
  /** Of each alarm: seed, plant-second, first tag and ratio. */
  readonly causes: readonly { seed: number; second: number; tag: string; ratio: number }[];
}

function normalRuns({ hours, runs, seed: first }: PlantTrial, scorers: Record<DetectorKind, Scorer>): NormalResult {
  let [infoEvents, windows, over, levelled] = [0, 0, 0, 0];
  const causes: { seed: number; second: number; tag: string; ratio: number }[] = [];
  for (let run = 0; run < runs; run += 1) {
    // Apart from the seeds of the attacks, which follow the first one.
    const seed = first + run * 1000;
    const plant = createPlantSimulation({ seed, startTime: SIMULATION_START });
    const chain = chainOf(scorers);
    for (let second = 0; second < hours * 3600; second += 1) {
      const { time, values } = plant.step();
      const { verdict, events } = chain.feed('plant', Array.from(values), time);
      if (verdict !== undefined) windows += 1;
      if (verdict?.finding === 'anomaly') over += 1;
      if (verdict !== undefined && verdict.level !== 'NONE') levelled += 1;
      for (const { event, tags, ratio } of events) {
        if (event === 'info') infoEvents += 1;
        if (event === 'raised' || event === 're-raised')
          causes.push({ seed, second, tag: tags.at(0)?.tag ?? '?', ratio });
      }
    }
  }
  const [overShare, levelShare] = [over / windows, levelled / windows];
  return { hours: hours * runs, alarms: causes.length, infoEvents, overShare, levelShare, causes };
}

function attackRun(attack: Attack, seed: number, scorers: Record<DetectorKind, Scorer>): AttackResult {
  const plant = createPlantSimulation({ seed, startTime: SIMULATION_START });
  const chain = chainOf(scorers);
  const raised: { at: number; tag: string; stage: string }[] = [];
  let [since, ended, cleared, level] = [Number.NaN, Number.NaN, Number.NaN, '-'];
  const take = ({ events }: ChainStep): void => {
    for (const event of events) {
      if (event.event === 'raised' || event.event === 're-raised') {
        const first = event.tags.at(0);
        raised.push({ at: event.time, tag: first?.tag ?? '?', stage: first?.stage ?? '?' });
      }
      if (event.time >= since && event.event !== 'cleared' && event.event !== 'info-ended') level = event.level;
      if (event.event === 'cleared') cleared = event.time;
    }
  };
  for (let second = 0; second < WARM_UP_S + MOST_WAIT_S + attack.durationS + AFTER_S; second += 1) {
    if (second === WARM_UP_S) plant.start(attack.id);
    const { time, values, label } = plant.step();
    if (label.attack !== null && Number.isNaN(since)) since = time;
    if (label.attack === null && !Number.isNaN(since) && Number.isNaN(ended)) ended = time;
    take(chain.feed('plant', Array.from(values), time));
    if (Number.isNaN(since) && second > WARM_UP_S + MOST_WAIT_S) break;
    if (time > ended + AFTER_S * 1000) break;
  }
  const hits = raised.filter(({ at }) => at >= since && at <= ended + GRACE_S * 1000);
  const hit = hits.length > 0 ? hits[0] : undefined;
  return {
    attack: attack.id,
    title: attack.title,
    stage: attack.stage,
    started: !Number.isNaN(since),
    detected: hit !== undefined,
    delayS: hit === undefined ? undefined : (hit.at - since) / 1000,
    level: hit === undefined ? '-' : level,
    named: hit?.tag ?? '-',
    stageNamed: hit?.stage === attack.stage,
    alarms: hits.length,
    alarmsBefore: raised.filter(({ at }) => !(at >= since)).length,
    alarmsLater: raised.filter(({ at }) => at > ended + GRACE_S * 1000).length,
    clearedAfterS: cleared > ended ? (cleared - ended) / 1000 : undefined,
  };
}

function line(result: AttackResult): string {
  const { attack, title, stage, detected, delayS, level, named, alarms, clearedAfterS, started } = result;
  const outcome = started ? (detected ? 'yes' : 'no') : 'never started';
  return `| ${attack} ${title} | ${stage} | ${outcome} | ${delayS ?? '-'} | ${level} | ${named} | ${alarms} | ${clearedAfterS ?? '-'} |`;
}
