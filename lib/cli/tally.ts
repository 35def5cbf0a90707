import { quantileOf } from '../detect/calibration';

/** One judged row: what was said, and what was true. */
export interface Judged {
  readonly time: number;
  readonly predicted: boolean;
  readonly truth: boolean;
}

/** Point-wise and event-wise figures, without point adjustment. */
export interface Tally {
  readonly rows: number;
  readonly f1: number;
  /** F1 of a detector that always alarms. */
  readonly alwaysF1: number;
  /** Shares of normal rows in alarm and of anomalous rows not in alarm, in %. */
  readonly falseAlarmRate: number;
  readonly missedAlarmRate: number;
  readonly events: number;
  readonly eventsFound: number;
  readonly medianDelayS: number | undefined;
  /** Runs of alarm that overlap no event, and their number per day of normal time. */
  readonly falseAlarms: number;
  readonly falseAlarmsPerDay: number;
}

/** Counts a series. A run of true rows is an event; it is found when at least one of its rows is in alarm. */
export function tally(rows: readonly Judged[], samplePeriodS: number): Tally {
  let [tp, fp, fn] = [0, 0, 0];
  for (const { predicted, truth } of rows) {
    if (predicted && truth) tp += 1;
    else if (predicted) fp += 1;
    else if (truth) fn += 1;
  }
  const positive = tp + fn;
  const normal = rows.length - positive;
  const events = runs(rows, (row) => row.truth);
  const alarms = runs(rows, (row) => row.predicted);
  const delays = events.flatMap(([from, to]) => {
    const first = rows.slice(from, to).find((row) => row.predicted);
    return first === undefined ? [] : [(first.time - rows[from].time) / 1000];
  });
  delays.sort((a, b) => a - b);
  const falseAlarms = alarms.filter(([from, to]) => !rows.slice(from, to).some((row) => row.truth)).length;
  const days = (normal * samplePeriodS) / 86_400;
  return {
    rows: rows.length,
    f1: share(2 * tp, 2 * tp + fp + fn),
    alwaysF1: share(2 * positive, rows.length + positive),
    falseAlarmRate: 100 * share(fp, normal),
    missedAlarmRate: 100 * share(fn, positive),
    events: events.length,
    eventsFound: delays.length,
    medianDelayS: delays.length === 0 ? undefined : quantileOf(delays, 0.5),
    falseAlarms,
    falseAlarmsPerDay: share(falseAlarms, days),
  };
}

/** Stretches [from, to) in which a condition holds. */
function runs(rows: readonly Judged[], holds: (row: Judged) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < rows.length; at += 1) {
    if (!holds(rows[at])) continue;
    const from = at;
    while (at < rows.length && holds(rows[at])) at += 1;
    found.push([from, at]);
  }
  return found;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
