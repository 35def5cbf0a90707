import { quantileOf } from '../../detect/calibration';
import { runsOf } from './runs';

/** One judged row: what was said, and what was true. */
export interface Judged {
  readonly time: number;
  readonly predicted: boolean;
  readonly truth: boolean;
  /** An alarm is standing: raised and not cleared. */
  readonly annunciated: boolean;
  /** Score over its threshold, on the scale of the detector. */
  readonly ratio: number;
}

/** What is counted of rows; of several recordings it is added up. */
export interface Counts {
  /** Rows in alarm and anomalous, in alarm and normal, anomalous and not in alarm, neither. */
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
  readonly events: number;
  /** From the start of an event to the first row in alarm, s; one for every event found. */
  readonly delaysS: readonly number[];
  /** Runs of rows in alarm that overlap no event. */
  readonly falseAlarms: number;
  /** Annunciated alarms that overlap no event, and events in which one stood. */
  readonly falseAnnunciated: number;
  readonly annunciatedEvents: number;
  /** Days of normal rows. */
  readonly normalDays: number;
}

/** Point-wise and event-wise figures, without point adjustment. */
export interface Tally {
  readonly rows: number;
  readonly accuracy: number;
  readonly f1: number;
  /** F1 of a detector that always alarms. */
  readonly alwaysF1: number;
  /** Shares of normal rows in alarm and of anomalous rows not in alarm, in %. */
  readonly falseAlarmRate: number;
  readonly missedAlarmRate: number;
  readonly events: number;
  readonly eventsFound: number;
  readonly eventsAnnunciated: number;
  readonly medianDelayS: number | undefined;
  /** Runs of alarm that overlap no event, and their number per day of normal time. */
  readonly falseAlarms: number;
  readonly falseAlarmsPerDay: number;
  /** The same of annunciated alarms. */
  readonly falseAnnunciated: number;
  readonly falseAnnunciatedPerDay: number;
}

/** Counts a series. A run of true rows is an event; it is found when at least one of its rows is in alarm. */
export function count(rows: readonly Judged[], samplePeriodS: number): Counts {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (const { predicted, truth } of rows) {
    if (predicted && truth) tp += 1;
    else if (predicted) fp += 1;
    else if (truth) fn += 1;
    else tn += 1;
  }
  const events = runsOf(rows, ({ truth }) => truth);
  const isFalse = ([from, to]: [number, number]): boolean => !rows.slice(from, to).some(({ truth }) => truth);
  return {
    tp,
    fp,
    fn,
    tn,
    events: events.length,
    delaysS: events.flatMap(([from, to]) => {
      const first = rows.slice(from, to).find(({ predicted }) => predicted);
      return first === undefined ? [] : [(first.time - rows[from].time) / 1000];
    }),
    falseAlarms: runsOf(rows, ({ predicted }) => predicted).filter(isFalse).length,
    falseAnnunciated: runsOf(rows, ({ annunciated }) => annunciated).filter(isFalse).length,
    annunciatedEvents: events.filter(([from, to]) => rows.slice(from, to).some(({ annunciated }) => annunciated))
      .length,
    normalDays: ((fp + tn) * samplePeriodS) / 86_400,
  };
}

const NOTHING: Counts = {
  tp: 0,
  fp: 0,
  fn: 0,
  tn: 0,
  events: 0,
  delaysS: [],
  falseAlarms: 0,
  falseAnnunciated: 0,
  annunciatedEvents: 0,
  normalDays: 0,
};

/** Counts of several recordings together. */
export function sum(counts: readonly Counts[]): Counts {
  return counts.reduce(
    (all, each) => ({
      tp: all.tp + each.tp,
      fp: all.fp + each.fp,
      fn: all.fn + each.fn,
      tn: all.tn + each.tn,
      events: all.events + each.events,
      delaysS: [...all.delaysS, ...each.delaysS],
      falseAlarms: all.falseAlarms + each.falseAlarms,
      falseAnnunciated: all.falseAnnunciated + each.falseAnnunciated,
      annunciatedEvents: all.annunciatedEvents + each.annunciatedEvents,
      normalDays: all.normalDays + each.normalDays,
    }),
    NOTHING,
  );
}

/** The figures that counts make. */
export function tally(counts: Counts): Tally {
  const { tp, fp, fn, tn, events, delaysS, falseAlarms, falseAnnunciated, annunciatedEvents, normalDays } = counts;
  const rows = tp + fp + fn + tn;
  return {
    rows,
    accuracy: share(tp + tn, rows),
    f1: share(2 * tp, 2 * tp + fp + fn),
    alwaysF1: share(2 * (tp + fn), rows + tp + fn),
    falseAlarmRate: 100 * share(fp, fp + tn),
    missedAlarmRate: 100 * share(fn, tp + fn),
    events,
    eventsFound: delaysS.length,
    eventsAnnunciated: annunciatedEvents,
    medianDelayS:
      delaysS.length === 0
        ? undefined
        : quantileOf(
            delaysS.toSorted((a, b) => a - b),
            0.5,
          ),
    falseAlarms,
    falseAlarmsPerDay: share(falseAlarms, normalDays),
    falseAnnunciated,
    falseAnnunciatedPerDay: share(falseAnnunciated, normalDays),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
