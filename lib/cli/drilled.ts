import { Scoreboard, type AttackScore, type ScoreTotals } from '../alarm/scoreboard';
import { Drill, type DrillPlan } from '../plant/drill';
import { createPlantSimulation } from '../plant/sim/plant';
import { watched } from '../plant/sim/watched';
import { stageOf } from '../plant/swat';
import type { Chain } from './chain';
import { SIMULATION_START } from './simulate';

/** Every second of a run: whether an alarm stood, and whether an attack was under way by its label. */
export interface Points {
  rows: number;
  attackRows: number;
  truePositives: number;
  falsePositives: number;
}

/** Attacks in sequence on one plant, and what the chain made of it. */
export interface DrillResult {
  readonly seed: number;
  readonly hours: number;
  readonly totals: ScoreTotals;
  readonly points: Points;
  /** Attacks that never began: the plant did not come into the state that they need. */
  readonly neverBegan: readonly number[];
  readonly results: readonly AttackScore[];
}

/**
 * Runs a plan on one plant: at least `seconds`, and until all is over and scored.
 * @param told hears of every attack that is scored
 */
export function drilled(
  plan: DrillPlan,
  seed: number,
  seconds: number,
  chain: Pick<Chain, 'feed'>,
  told: (score: AttackScore) => void,
): DrillResult {
  const plant = createPlantSimulation({ seed, startTime: SIMULATION_START });
  const drill = new Drill(plan);
  const board = new Scoreboard(stageOf);
  const attacked = watched(plant, (event) => board.attack(event));
  const points: Points = { rows: 0, attackRows: 0, truePositives: 0, falsePositives: 0 };
  let stands = false;
  let quiet = 0;
  for (let second = 0; second < seconds || quiet <= plan.gap || board.busy; second += 1) {
    drill.step(plant);
    const { time, values, label } = attacked.step();
    for (const event of chain.feed('plant', Array.from(values), time).events) {
      board.alarm(event);
      if (event.event === 'raised' || event.event === 're-raised') stands = true;
      else if (event.event === 'cleared') stands = false;
    }
    board.tick(time).forEach(told);
    count(points, stands, label.attack !== null);
    quiet = plant.attack === undefined && drill.left === 0 ? quiet + 1 : 0;
  }
  const results = board.results();
  const began = new Set(results.map(({ attack }) => attack));
  return {
    seed,
    hours: points.rows / 3600,
    totals: board.totals(),
    points,
    neverBegan: plan.attacks.map(({ attack }) => attack).filter((attack) => !began.has(attack)),
    results,
  };
}

function count(points: Points, predicted: boolean, truth: boolean): void {
  points.rows += 1;
  if (truth) points.attackRows += 1;
  if (predicted && truth) points.truePositives += 1;
  else if (predicted) points.falsePositives += 1;
}

/** Shares of point-wise figures, in %. */
export interface Shares {
  readonly accuracy: number;
  readonly falsePositiveRate: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
}

export function sharesOf({ rows, attackRows, truePositives, falsePositives }: Points): Shares {
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
  const misses = attackRows - truePositives;
  return {
    accuracy: share(rows - misses - falsePositives, rows),
    falsePositiveRate: share(falsePositives, rows - attackRows),
    recall: share(truePositives, attackRows),
    precision: share(truePositives, truePositives + falsePositives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + misses),
  };
}
