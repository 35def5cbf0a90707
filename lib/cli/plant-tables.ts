import type { AttackScore } from '../alarm/scoreboard';
import { quantileOf } from '../detect/calibration';
import { sharesOf, type DrillResult, type Points } from './drilled';
import type { NormalResult } from './normal-run';

/** All runs of normal operation together. */
export function overallNormal(runs: readonly NormalResult[]): NormalResult {
  const sum = (of: (run: NormalResult) => number): number => runs.reduce((total, run) => total + of(run), 0);
  return {
    hours: sum(({ hours }) => hours),
    alarms: sum(({ alarms }) => alarms),
    infoEvents: sum(({ infoEvents }) => infoEvents),
    overShare: sum(({ overShare }) => overShare) / runs.length,
    levelShare: sum(({ levelShare }) => levelShare) / runs.length,
    causes: runs.flatMap(({ causes }) => causes),
  };
}

/** The figures of all runs of one layout together, of each run, and of each attack in each run. */
export function overall(runs: readonly DrillResult[]): object {
  const points = runs.map((run) => run.points).reduce(added);
  return {
    ...figures(
      runs.flatMap(({ results }) => results),
      runs,
      points,
    ),
    runs: runs.map((run) => ({
      seed: run.seed,
      ...figures(run.results, [run], run.points),
      missed: run.totals.missed.join(','),
      neverBegan: run.neverBegan.join(','),
    })),
    results: runs.flatMap(({ seed, results }) => results.map((score) => ({ seed, ...brief(score) }))),
  };
}

/** The figures that the targets are about. Shares in %. */
function figures(scores: readonly AttackScore[], runs: readonly DrillResult[], points: Points): object {
  const found = scores.filter(({ detected }) => detected);
  const share = (part: number): number => (found.length === 0 ? 0 : (100 * part) / found.length);
  const normalHours = runs.reduce((sum, { totals }) => sum + totals.normalHours, 0);
  const falseAlarms = runs.reduce((sum, { totals }) => sum + totals.falseAlarms, 0);
  return {
    hours: points.rows / 3600,
    attacks: scores.length,
    detected: found.length,
    medianDelayS: median(found),
    stageNamed: share(found.filter(({ stageNamed }) => stageNamed).length),
    firstStageNamed: share(found.filter(({ firstStageNamed }) => firstStageNamed).length),
    falseAlarms,
    whileRecovering: runs.reduce((sum, { totals }) => sum + totals.recovering, 0),
    normalHours,
    falseAlarmsPerDay: normalHours === 0 ? 0 : (24 * falseAlarms) / normalHours,
    ...points,
    ...sharesOf(points),
  };
}

function median(found: readonly AttackScore[]): number | null {
  const delays = found.flatMap(({ delayS }) => delayS ?? []).sort((a, b) => a - b);
  return delays.length === 0 ? null : quantileOf(delays, 0.5);
}

function added(a: Points, b: Points): Points {
  return {
    rows: a.rows + b.rows,
    attackRows: a.attackRows + b.attackRows,
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
  };
}

function brief({ attack, stages, detected, delayS, firstDifference, named, ...score }: AttackScore): object {
  return {
    attack,
    stages: stages.join(','),
    detected,
    delayS,
    firstDifference: firstDifference?.tag ?? null,
    named,
    stageNamed: score.stageNamed,
    alarms: score.alarms,
    alarmsRecovering: score.alarmsRecovering,
  };
}

/** One run of a layout in two lines. */
export function totalLines(what: string, { totals, points, neverBegan, hours }: DrillResult): string[] {
  const { accuracy, falsePositiveRate, recall } = sharesOf(points);
  const never = neverBegan.length === 0 ? '' : `; never began: ${neverBegan.join(', ')}`;
  return [
    `${what}: ${totals.detected} of ${totals.attacks} detected (missed: ${totals.missed.join(', ') || '-'}${never}), median delay ${totals.medianDelayS ?? '-'} s, an attacked stage named first in ${totals.stageNamed} (that of the first attack point in ${totals.firstStageNamed}), ${totals.falseAlarms} false alarms (${totals.recovering} while recovering) in ${totals.normalHours.toFixed(1)} normal hours`,
    `  point-wise over ${points.rows} rows (${hours.toFixed(1)} h): accuracy ${accuracy.toFixed(1)} %, false-positive rate ${falsePositiveRate.toFixed(2)} %, recall ${recall.toFixed(1)} %`,
  ];
}

/** A table with a row for each attack, and how each run went; then what each run came to. */
export function drillTable(name: string, runs: readonly DrillResult[]): string[] {
  const attacks = [...new Set(runs.flatMap(({ results }) => results.map(({ attack }) => attack)))];
  const cell = ({ detected, delayS, named, stageNamed }: AttackScore): string =>
    detected ? `${delayS ?? '-'} s ${named ?? '-'}${stageNamed ? '' : ' (other stage)'}` : 'missed';
  return [
    '',
    `| ${name} | ${runs.map(({ seed }) => `seed ${seed}`).join(' | ')} |`,
    `|---|${'---|'.repeat(runs.length)}`,
    ...attacks.map((attack) => {
      const scores = runs.map(({ results }) => results.filter((each) => each.attack === attack));
      const title = scores.flat()[0].title;
      return `| ${attack} ${title} | ${scores.map((each) => each.map(cell).join(', ') || '-').join(' | ')} |`;
    }),
    '',
    ...runs.flatMap((run) => totalLines(`${name}, seed ${run.seed}`, run)),
  ];
}
