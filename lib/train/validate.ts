import type { DetectorArtifact } from '../detect/artifact';
import { calibrate, quantileOf, ratioOf } from '../detect/calibration';
import type { Dataset } from '../detect/dataset';
import type { RatioKind } from '../detect/detector';
import { driftOf, unknownTags } from '../detect/drift';
import { excludedTagsOf } from '../detect/excluded';
import {
  expectedAlarms,
  falseAlarms,
  USUAL_PERSISTENCE,
  usualStep,
  type Expected,
  type FalseAlarm,
  type HeldOut,
} from '../detect/expected-alarms';
import { detectorOf } from '../detect/load';
import type { Validation } from '../model/training-report';

const POINTS = 400;
const MOST_STRETCHES = 20;
const MOST_TAGS = 60;
const BLAMED = 5;
/** So many rows of normal time tell whom a detector blames without cause. */
const LOOKED_AT = 400;
/** One tag with more than this share of the blame in normal time is told of. */
const DOMINANT = 0.5;

/** What a trained detector does on time that it never saw. */
export interface Held {
  readonly artifact: DetectorArtifact;
  readonly data: Dataset;
  /** A score a row, by a model that never saw it. */
  readonly outOfFold: Float64Array;
  readonly ratioKind: RatioKind;
}

/**
 * The calibration with the lowest threshold that is expected to raise at most so many false alarms a day. Looked for from the
 * highest threshold down, as far as the rate stays within what is wanted: where everything is over the threshold there is one
 * alarm only, and that is not what was asked for. Where even the highest raises more, it is the highest.
 */
export function calibrateFor(held: Held, perDay: number): DetectorArtifact['calibration'] {
  const tail = held.artifact.calibration.robust === undefined ? 'observed' : 'robust';
  let found = calibrate(held.outOfFold, HIGHEST, tail);
  for (const quantile of quantiles()) {
    const calibration = calibrate(held.outOfFold, quantile, tail);
    if (expectedAlarms(heldOut({ ...held, artifact: { ...held.artifact, calibration } })).perDay > perDay) break;
    found = calibration;
  }
  return found;
}

const HIGHEST = 0.9999;
const STEPS = 60;

/** From the highest down to a half, evenly in the logarithm of the tail. */
function quantiles(): number[] {
  const least = 1 - HIGHEST;
  return Array.from({ length: STEPS }, (_, step) => 1 - least * (0.5 / least) ** (step / (STEPS - 1)));
}

/** What held-out time says of a detector: false alarms to expect, its course, stretches that look like an episode, and whom it blames. */
export function validate(held: Held): Validation {
  const out = heldOut(held);
  const { days, alarms, perDay, upperPerDay } = expectedAlarms(out);
  const tags = blame(held, out);
  return {
    days,
    falseAlarms: alarms.length,
    perDay,
    upperPerDay: isTooSlow(held) ? null : upperPerDay,
    series: seriesOf(out),
    suspicious: suspiciousOf(alarms, outliers(held, alarms), held, out),
    tags: tags.slice(0, MOST_TAGS),
    dominant: tags.length > 1 && tags[0].share > DOMINANT ? tags[0].tag : null,
  };
}

/** Whether most tags move so slowly that the record shows too little of them to promise anything. */
function isTooSlow({ artifact }: Held): boolean {
  return 2 * unknownTags(driftOf(artifact), artifact.schema).length > artifact.schema.tags.length;
}

function heldOut({ artifact, data, outOfFold, ratioKind }: Held): HeldOut {
  const ratios = outOfFold.map((score) => ratioOf(artifact.calibration, ratioKind, score));
  return { ratios, times: data.times, stride: data.stride };
}

/** The highest ratio of each stretch of equally many rows. */
function seriesOf({ ratios, times }: HeldOut): Validation['series'] {
  const count = Math.min(POINTS, times.length);
  const series = { time: [] as number[], ratio: [] as number[] };
  for (let point = 0; point < count; point += 1) {
    let best = Math.floor((point * times.length) / count);
    const end = Math.floor(((point + 1) * times.length) / count);
    for (let row = best; row < end; row += 1) if (ratios[row] > ratios[best]) best = row;
    series.time.push(times[best]);
    series.ratio.push(Number(ratios[best].toPrecision(4)));
  }
  return series;
}

/** A score is far out from so many robust standard deviations of the log score on … */
const FAR = 2.5;
/** … where it stays so for so many window lengths: what a valve that switches does lasts one. */
const LENGTHS = 3;
/** What is far out for longer than this share of the time, or more often than so, is how the plant is run. */
const RARE = 0.1;
const OFTEN = 10;

/**
 * Stretches that stay far out, by the median and the median absolute deviation of the log score. An episode that lasts raises
 * the residual scale and the tail of the scores, and with them the threshold, until it hides itself; these two it hardly moves.
 */
function outliers({ data, outOfFold }: Held, known: Expected['alarms']): FalseAlarm[] {
  const logs = outOfFold.map((score) => Math.log(Math.max(score, Number.MIN_VALUE)));
  const median = quantileOf(logs.toSorted(), 0.5);
  const spread = SIGMA * quantileOf(logs.map((log) => Math.abs(log - median)).sort(), 0.5);
  if (spread === 0) return [];
  const { ratio, needed, of, offDelayMs } = USUAL_PERSISTENCE;
  const longest = data.schema.features.reduce((most, { length }) => Math.max(most, length), 1);
  const lasting = { ratio, needed: (needed * LENGTHS * longest) / of, of: LENGTHS * longest, offDelayMs };
  const ratios = logs.map((log) => (ratio * (log - median)) / spread / FAR);
  const { times } = data;
  const found = falseAlarms({ ratios, times, stride: data.stride }, usualStep(times), lasting);
  const rows = found.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (found.length > OFTEN || rows > RARE * data.count) return [];
  return found.filter(({ from, to }) => !known.some((each) => each.from <= to && each.to >= from));
}

/** Makes the median absolute deviation the standard deviation of a normal distribution. */
const SIGMA = 1.4826;

/** What returns with the same tags to blame, so often besides, is how the plant is run. */
const RETURNS = 2;
const ALIKE = 0.6;

/** The stretches that would have been alarms or are far out, the highest first, with the tags to blame at their peak. */
function suspiciousOf(
  alarms: readonly FalseAlarm[],
  far: readonly FalseAlarm[],
  { artifact, data: { schema, rows } }: Held,
  { ratios, times }: HeldOut,
): Validation['suspicious'] {
  const detector = detectorOf(artifact);
  const width = schema.features.length;
  const ignored = ignoredOf(artifact);
  const told = ({ from, to, peak }: FalseAlarm): Validation['suspicious'][number] => ({
    from: times[from],
    to: times[to],
    peak: Number(ratios[peak].toPrecision(4)),
    tags: detector.explain(rows.subarray(peak * width, (peak + 1) * width), ignored, BLAMED).map(({ tag }) => tag),
  });
  const others = far.map(told);
  const rare = others.filter((each) => others.filter(({ tags }) => alike(tags, each.tags)).length <= RETURNS);
  return [...alarms.map(told), ...rare].sort((a, b) => b.peak - a.peak).slice(0, MOST_STRETCHES);
}

function alike(some: readonly string[], others: readonly string[]): boolean {
  return some.filter((tag) => others.includes(tag)).length >= ALIKE * Math.min(some.length, others.length);
}

/** Mean share of the blame of every tag over rows that are normal, the largest first. */
function blame({ artifact, data }: Held, { ratios }: HeldOut): { tag: string; share: number }[] {
  const { schema, rows, count } = data;
  const detector = detectorOf(artifact);
  const ignored = ignoredOf(artifact);
  const width = schema.features.length;
  const sums = new Map<string, number>();
  let looked = 0;
  const step = Math.max(1, Math.floor(count / LOOKED_AT));
  for (let row = 0; row < count; row += step) {
    if (ratios[row] >= 1) continue;
    looked += 1;
    const features = rows.subarray(row * width, (row + 1) * width);
    for (const { tag, share } of detector.explain(features, ignored, schema.tags.length))
      sums.set(tag, (sums.get(tag) ?? 0) + share);
  }
  return [...sums]
    .map(([tag, sum]) => ({ tag, share: Number((sum / Math.max(1, looked)).toPrecision(3)) }))
    .sort((a, b) => b.share - a.share || (a.tag < b.tag ? -1 : 1));
}

/** Positions of the tags that the model does not look at. */
function ignoredOf({ schema, settings }: DetectorArtifact): ReadonlySet<number> | undefined {
  const names = excludedTagsOf(settings);
  if (names.length === 0) return undefined;
  return new Set(schema.tags.flatMap(({ name }, tag) => (names.includes(name) ? [tag] : [])));
}
