import { breathing } from '../platform/timers';
import type { Past } from './past';
import type { DataQuality, TagFaults } from './reader';

/** Tags that are told, at most. */
const MOST_TOLD = 20;

/** What comes so much later than usual still follows without a gap. */
const LATE = 1.5;
/** What comes more seldom leaves gaps, ms. */
const SELDOM_MS = 300_000;

const VALUE = 1;
const BAD = 2;

/** A tag, and the names of its traces. */
export interface Traced {
  readonly tag: string;
  readonly stage: string;
  readonly values: string;
  readonly bad: string;
}

/**
 * How tags fared in a span, on the finest grid that reaches back to its beginning: a step in which a tag was bad counts as bad;
 * steps without it count as missing where others came, and it stayed away for longer than `staleMs`. Lets other work go first
 * every few milliseconds.
 * @param score the name of the score's trace: a verdict that judged nothing is 0 in it
 * @param from, to event time, ms; the end does not belong to it
 */
export async function qualityOf(
  past: Past,
  tags: readonly Traced[],
  { from, to, staleMs, score }: { from: number; to: number; staleMs: number; score: string },
): Promise<Omit<DataQuality, 'asset'>> {
  const layer = past.layers.find((each) => each.keeps(each.rowAt(from))) ?? past.layers[past.layers.length - 1];
  const { step } = layer.resolution;
  const begin = Math.max(layer.rowAt(from), (layer.start ?? Infinity) / step);
  const count = Math.max(0, Math.min(layer.rowAt(to - 1), layer.newest) - begin + 1);
  const breath = breathing();
  const marks = new Uint8Array(count);
  const mark = ({ values, bad }: Traced): void => {
    for (const [name, sign] of [
      [values, VALUE],
      [bad, BAD],
    ] as const)
      // prettier-ignore
      past.each(name, layer, begin * step, (begin + count - 1) * step, (time) => (marks[time / step - begin] |= sign));
  };
  for (const each of tags) {
    mark(each);
    await breath();
  }
  // Steps up to each one in which anything came.
  const heard = new Uint32Array(count + 1);
  marks.forEach((sign, row) => (heard[row + 1] = heard[row] + Number(sign > 0)));
  const came = lasting(marks, SELDOM_MS / step) * step;
  marks.fill(0);
  past.each(score, layer, begin * step, (begin + count - 1) * step, (time, _low, high) => {
    if (high > 0) marks[time / step - begin] = VALUE;
  });
  const judged = lasting(marks, SELDOM_MS / step) * step;

  const faults: TagFaults[] = [];
  for (const each of tags) {
    marks.fill(0);
    mark(each);
    let [bad, missing, since] = [0, 0, 0];
    for (let row = 0; row <= count; row += 1) {
      if (row < count && marks[row] === 0) continue;
      if ((row - since) * step > staleMs) missing += heard[row] - heard[since];
      if (row < count && marks[row] >= BAD) bad += 1;
      since = row + 1;
    }
    if (bad > 0 || missing > 0)
      faults.push({ tag: each.tag, stage: each.stage, bad: bad * step, missing: missing * step });
    await breath();
  }
  faults.sort((a, b) => b.bad + b.missing - (a.bad + a.missing) || (a.tag < b.tag ? -1 : 1));
  return {
    from,
    to,
    step,
    heard: heard[count] * step,
    came,
    judged,
    known: tags.length,
    faulty: faults.length,
    tags: faults.slice(0, MOST_TOLD),
  };
}

/** So many steps what is marked lasts: until the next, where that is about as far as usual (at most so far), else as long as is usual. */
function lasting(marks: Uint8Array, most: number): number {
  const gaps: number[] = [];
  let before = -1;
  marks.forEach((sign, row) => {
    if (sign === 0) return;
    if (before >= 0) gaps.push(row - before);
    before = row;
  });
  if (before < 0) return 0;
  const usual = Math.min(most, [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length * 0.75)] ?? 1);
  const last = Math.min(usual, marks.length - before);
  return gaps.reduce((sum, gap) => sum + (gap <= usual * LATE ? gap : usual), last);
}
