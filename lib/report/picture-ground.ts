import type { Level } from '../alarm/verdict';
import type { Band, Bucket } from '../history/reader';
import { COLOURS, MARKS } from './blocks';
import { axes, BAND, box, EXPECTED, path, scaleOf, TEXT_PX, ticksOf, timeTicksOf, TRACE, type Frame, type Scale } from './drawing'; // prettier-ignore
import type { Voice } from './voice';

/** As wide as the text of an A4 page, in pt. */
export const WIDTH = 515;
/** Room at both sides of a plot over time, alike for all: what stands below one another is of the same time. */
export const SIDES = { width: WIDTH, left: 60, right: 66 } as const;
/** Above a plot: a line of text, and below it the shapes of the levels. */
export const HEAD = 24;
const DAY_MS = 86_400_000;
/** Buckets that come more seldom leave gaps, ms. */
const SELDOM_MS = 60_000;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A stretch that is shaded. */
export interface Shaded extends Span {
  readonly level: Level;
}

export interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** Where an axis has marks, and what stands beside them. */
export interface Marks {
  readonly ticks: readonly number[];
  readonly word: (value: number) => string;
}

/** Stretches of which some last: these are shaded up to a time. */
export function shadedUntil(
  episodes: readonly (Omit<Shaded, 'to'> & { readonly to: number | undefined })[],
  until: number,
): Shaded[] {
  return episodes.map(({ from, to = until, level }) => ({ from, to, level }));
}

export function scalesOf(
  { width, height, left, right, top, bottom }: Frame,
  { from, to }: Span,
  low: number,
  high: number,
): Scales {
  return { x: scaleOf(from, to, left, width - right), y: scaleOf(low, high, height - bottom, top) };
}

/** Grid and axes of a plot over time. */
export function ground(frame: Frame, { x, y }: Scales, span: Span, voice: Voice, marks?: Marks): string[] {
  const rows = Math.max(3, Math.floor((frame.height - frame.top - frame.bottom) / (TEXT_PX * 3)));
  const { ticks = ticksOf(y.from, y.to, rows), word = (value: number) => voice.number(value) } = marks ?? {};
  const within = ticks.filter((value) => value >= y.from && value <= y.to);
  return axes(
    frame,
    { ticks: timeTicksOf(span.from, span.to, 7, voice.ahead(span.from)), scale: x, word: timeWord(span, voice) },
    { ticks: within, scale: y, word },
  );
}

export function timeWord({ from, to }: Span, voice: Voice): (time: number) => string {
  return to - from > 1.5 * DAY_MS ? voice.short : voice.clock;
}

/** Stretches shaded in the colour of their level, with its shape above. */
export function shades(episodes: readonly Shaded[], span: Span, x: Scale, { height, top, bottom }: Frame): string[] {
  return episodes.flatMap(({ from, to, level }) => {
    const [first, last] = [Math.max(span.from, from), Math.min(span.to, to)];
    if (last <= first) return [];
    const [left, right] = [x.at(first), x.at(last)];
    return [
      box(left, top, Math.max(1.5, right - left), height - top - bottom, COLOURS[level], 'fill-opacity="0.13"'),
      mark((left + right) / 2, HEAD - 5, level),
    ];
  });
}

/** The shape of a level, drawn: no font needs to have it. */
export function mark(x: number, y: number, level: Level): string {
  const fill = `fill="${COLOURS[level]}"`;
  if (MARKS[level] === '') return '';
  if (level === 'INFO') return `<circle cx="${x.toFixed(1)}" cy="${y}" r="2.6" ${fill}/>`;
  const points: readonly (readonly [number, number])[] =
    level === 'WARNING'
      ? [[x, y - 3], [x + 3.4, y + 3], [x - 3.4, y + 3]]
      : [[x - 3, y - 3], [x + 3, y - 3], [x + 3, y + 3], [x - 3, y + 3]]; // prettier-ignore
  return path(points, fill);
}

/** How long a bucket holds: as long as it is, or until the next one usually comes, where data comes more seldom. All in ms. */
export function paceOf(buckets: readonly (readonly [time: number, ...rest: number[]])[], step: number): number {
  const apart = buckets.slice(1).map(([time], index) => time - buckets[index][0]);
  const usual = apart.sort((a, b) => a - b).at(apart.length >> 1) ?? step;
  return usual > SELDOM_MS ? step : Math.max(step, usual);
}

/** Stretches of buckets without a gap. */
export function pieces<T extends readonly [time: number, ...rest: number[]]>(
  buckets: readonly T[],
  pace: number,
): T[][] {
  const all: T[][] = [];
  let before = -Infinity;
  for (const bucket of buckets) {
    if (bucket[0] - before > pace * 1.5) all.push([]);
    all[all.length - 1].push(bucket);
    [before] = bucket;
  }
  return all;
}

/** Of each bucket what the line goes through. */
type Through = 'highest' | 'last';

/** The highest or the last value of each bucket as a line, lowest and highest as a band. Steps hold until the next one. */
export function curve(
  buckets: readonly Bucket[],
  pace: number,
  { x, y }: Scales,
  { through, isStep = false }: { readonly through: Through; readonly isStep?: boolean },
): string[] {
  return pieces(buckets, pace).flatMap((piece) => {
    const points = piece.map(([time, , high, last]) => ({ time, value: through === 'last' ? last : high }));
    return [
      areaOf(piece, pace, { x, y }, BAND, 0.8),
      path(
        lineOf(points, pace, { x, y }, isStep),
        `fill="none" stroke="${TRACE}" stroke-width="1.1" stroke-linejoin="round" stroke-linecap="round"`,
      ),
    ];
  });
}

/** What was expected, as a dashed line in its band, where it was said. */
export function expectedCurve(expected: readonly Band[], pace: number, scales: Scales, isStep: boolean): string[] {
  return pieces(expected, pace).flatMap((piece) => [
    areaOf(piece, pace, scales, EXPECTED, 0.2),
    path(
      lineOf(
        piece.map(([time, low, high]) => ({ time, value: (low + high) / 2 })),
        pace,
        scales,
        isStep,
      ),
      `fill="none" stroke="${EXPECTED}" stroke-width="1.2" stroke-dasharray="3 2"`,
    ),
  ]);
}

/** A value alone is a dash as long as it holds. */
function lineOf(
  points: readonly { readonly time: number; readonly value: number }[],
  pace: number,
  { x, y }: Scales,
  isStep: boolean,
): (readonly [number, number])[] {
  if (isStep || points.length === 1)
    return points.flatMap(({ time, value }) => [time, time + pace].map((at) => [within(x, at), y.at(value)] as const));
  return points.map(({ time, value }) => [within(x, time + pace / 2), y.at(value)] as const);
}

function areaOf(
  band: readonly (readonly [number, number, number, ...number[]])[],
  pace: number,
  { x, y }: Scales,
  fill: string,
  opacity: number,
): string {
  const ends = (time: number): number[] => [time, time + pace].map((at) => within(x, at));
  const upper = band.flatMap(([time, , high]) => ends(time).map((at) => [at, y.at(high)] as const));
  const lower = band.flatMap(([time, low]) => ends(time).map((at) => [at, y.at(low)] as const)).reverse();
  return path([...upper, ...lower], `fill="${fill}" fill-opacity="${opacity}" stroke="none"`);
}

/** The first and the last bucket reach over the edges of the plot. */
function within({ from, to, at }: Scale, time: number): number {
  return at(Math.min(to, Math.max(from, time)));
}
