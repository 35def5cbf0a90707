/** When a run of windows over the threshold is annunciated as an alarm, and when it is over. */
export interface Persistence {
  /** The least ratio that counts. */
  readonly ratio: number;
  /** So many windows … */
  readonly needed: number;
  /** … of so many. */
  readonly of: number;
  /** It is over once the ratio has stayed under 1 for so long, ms of event time. */
  readonly offDelayMs: number;
}

/** As the alarm room does it unless it is told otherwise: WARNING in 8 of 10 windows, over after half a minute of calm. */
export const USUAL_PERSISTENCE: Persistence = { ratio: 1.5, needed: 8, of: 10, offDelayMs: 30_000 };

/** Rows of held-out normal time: their ratios, their event times (ms, sorted by asset, then time), samples between them. */
export interface HeldOut {
  readonly ratios: ArrayLike<number>;
  readonly times: ArrayLike<number>;
  readonly stride: number;
}

/** One alarm that would have been raised: the rows from the first to the last over the threshold, and the highest. */
export interface FalseAlarm {
  readonly from: number;
  readonly to: number;
  readonly peak: number;
}

/** How many false alarms a day are to be expected, and how many there may be at most. */
export interface Expected {
  /** Length of the held-out time. */
  readonly days: number;
  readonly alarms: readonly FalseAlarm[];
  readonly perDay: number;
  /**
   * Upper 95 % bound for operation like that of the held-out time: of none seen in T days, 3 / T. `null` with less than
   * {@link PROMISE_DAYS}, where no bound holds: alarms come with what the time did not show.
   */
  readonly upperPerDay: number | null;
}

/** Held-out days from which a bound is given: a daily cycle must have been seen a dozen times. */
export const PROMISE_DAYS = 12;

const DAY = 86_400_000;
/** A longer pause than so many usual steps ends what was under way. */
const PAUSE = 10;

/**
 * The alarms that held-out normal time would have raised: every one is false. A row that stands for several windows (the
 * training stride) counts as that many of the persistence.
 */
export function expectedAlarms(held: HeldOut, persistence: Persistence = USUAL_PERSISTENCE): Expected {
  const step = usualStep(held.times);
  const days = (held.times.length * step) / DAY;
  const alarms = falseAlarms(held, step, persistence);
  const perDay = days > 0 ? alarms.length / days : 0;
  return { days, alarms, perDay, upperPerDay: days < PROMISE_DAYS ? null : upperBound(held, alarms) / days };
}

/**
 * The exact bound of a Poisson mean, of as many independent alarms as there were bunches: where days have unlike many, the count
 * is divided by the variance over the mean of the days' counts, and the bound multiplied by it.
 */
function upperBound({ times }: HeldOut, alarms: readonly FalseAlarm[]): number {
  const perDay = new Map<number, number>();
  for (let row = 0; row < times.length; row += 1) perDay.set(Math.floor(times[row] / DAY), 0);
  for (const { from } of alarms) {
    const day = Math.floor(times[from] / DAY);
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
  }
  const mean = alarms.length / perDay.size;
  const squares = [...perDay.values()].reduce((sum, count) => sum + (count - mean) ** 2, 0);
  const bunch = mean === 0 ? 1 : Math.max(1, squares / (perDay.size - 1) / mean);
  return bunch * poissonUpper(Math.ceil(alarms.length / bunch));
}

/** The stretches that would be annunciated. @param step the usual step from one row to the next, ms */
export function falseAlarms({ ratios, times, stride }: HeldOut, step: number, persistence: Persistence): FalseAlarm[] {
  const of = Math.max(1, Math.round(persistence.of / stride));
  const needed = Math.max(1, Math.ceil((of * persistence.needed) / persistence.of));
  const found: FalseAlarm[] = [];
  let recent: number[] = [];
  let open: { from: number; to: number; peak: number } | undefined;
  const close = (): void => {
    if (open !== undefined) found.push(open);
    open = undefined;
  };
  for (let row = 0; row < times.length; row += 1) {
    const pause = row === 0 ? 0 : times[row] - times[row - 1];
    if (pause < 0 || pause > PAUSE * step) {
      close();
      recent = [];
    }
    if (open !== undefined && times[row] - times[open.to] >= persistence.offDelayMs && ratios[row] < 1) {
      close();
      recent = [];
    }
    if (ratios[row] >= persistence.ratio) recent.push(row);
    while (recent.length > 0 && recent[0] <= row - of) recent.shift();
    if (open === undefined && recent.length >= needed) {
      const peak = recent.reduce((best, each) => (ratios[each] > ratios[best] ? each : best));
      open = { from: recent[0], to: row, peak };
    }
    if (open === undefined) continue;
    if (ratios[row] >= 1) open.to = row;
    if (ratios[row] > ratios[open.peak]) open.peak = row;
  }
  close();
  return found;
}

/** The median step from one row to the next of the same asset, ms; 0 where there is none. */
export function usualStep(times: ArrayLike<number>): number {
  const steps: number[] = [];
  for (let row = 1; row < times.length; row += 1) {
    const step = times[row] - times[row - 1];
    if (step > 0) steps.push(step);
  }
  return steps.length === 0 ? 0 : Float64Array.from(steps).sort()[steps.length >> 1];
}

/** Probability that a true rate as high as the bound, or higher, still shows so few. */
const DOUBT = 0.05;

/** Upper 95 % bound of a Poisson mean of which `count` was seen: the mean whose chance of at most `count` is 5 % (Garwood 1936). */
export function poissonUpper(count: number): number {
  let low = count;
  let high = count + 10 + 10 * Math.sqrt(count + 1);
  for (let turn = 0; turn < 100 && high - low > 1e-12 * high; turn += 1) {
    const middle = (low + high) / 2;
    if (atMost(count, middle) > DOUBT) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The chance of at most `count` of a Poisson variable, summed from its largest term down. */
function atMost(count: number, mean: number): number {
  let log = count * Math.log(mean) - mean;
  for (let i = 2; i <= count; i += 1) log -= Math.log(i);
  let sum = 1;
  let term = 1;
  for (let i = count; i > 0 && term > 1e-18 * sum; i -= 1) {
    term *= i / mean;
    sum += term;
  }
  return Math.exp(log) * sum;
}
