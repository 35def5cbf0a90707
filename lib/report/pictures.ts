import type { EvidenceWindow } from '../alarm/read-evidence';
import { stateWord, unitWord } from '../alarm/wording';
import type { Band, Bucket, TagTrace, Trend } from '../history/reader';
import { COLOURS, MARKS, type Picture } from './blocks';
import {
  axes, BAND, box, EXPECTED, INK, label, line, PALE, path, scaleOf, svgOf, TEXT_PX, ticksOf, timeTicksOf, TRACE, type Frame, type Scale,
} from './drawing'; // prettier-ignore
import type { ReportEpisode } from './episodes';
import type { Voice } from './voice';

/** As wide as the text of an A4 page, in pt. */
export const WIDTH = 515;
const HEIGHT = 165;
const DAY_MS = 86_400_000;
/** Culprits beside one another, at most. */
const MOST_COLUMNS = 3;

interface Span {
  readonly from: number;
  readonly to: number;
}

type Shaded = Pick<ReportEpisode, 'from' | 'to' | 'level'>;

/** The score against its threshold, episodes shaded. */
export function scorePicture(
  { score, step, threshold }: Trend,
  span: Span,
  voice: Voice,
  episodes: readonly Shaded[],
  { caption, height = HEIGHT }: { readonly caption: string; readonly height?: number },
): Picture {
  const frame = { width: WIDTH, height, left: 38, right: 66, top: 12, bottom: 22 };
  const most = Math.max(2, ...score.map(([, , high]) => high));
  const scales = scalesOf(frame, span, 0, most * 1.08);
  const floor = scales.y.at(threshold);
  return {
    type: 'picture',
    width: WIDTH,
    height,
    caption,
    svg: svgOf(frame, [
      ...shades(episodes, span, scales.x, frame),
      ...ground(frame, scales, span, voice),
      ...curve(score, step, scales),
      line(
        frame.left,
        floor,
        frame.width - frame.right,
        floor,
        COLOURS.CRITICAL,
        'stroke-width="1" stroke-dasharray="4 3"',
      ),
      label(frame.width - frame.right + 5, floor + 3, voice.text('picture.threshold'), { colour: COLOURS.CRITICAL }),
    ]),
  };
}

/** How a tag went, with what was expected of it. */
export function tracePicture(trace: TagTrace, span: Span, voice: Voice, episodes: readonly Shaded[]): Picture {
  const { tag, unit, values, states, expected = [] } = trace;
  const height = 110;
  const frame = { width: WIDTH, height, left: 48, right: 66, top: 14, bottom: 22 };
  const all = [...values, ...expected].flatMap(([, low, high]) => [low, high]);
  // Of an actuator all states that lie between, and at least two.
  if (states !== undefined) all.push(...Object.keys(states).map(Number).slice(0, 3));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  const scales = scalesOf(frame, span, low - room, high + room);
  const step = values.length < 2 ? 0 : values[1][0] - values[0][0];
  const band = expectedCurve(expected, step, scales);
  const last = expected.at(-1);
  return {
    type: 'picture',
    width: WIDTH,
    height,
    caption: voice.text(expected.length === 0 ? 'picture.trace' : 'picture.trace-expected', { tag }),
    svg: svgOf(frame, [
      ...shades(episodes, span, scales.x, frame),
      ...ground(frame, scales, span, voice, states && stateAxis(states, voice)),
      ...band,
      ...curve(values, step, scales),
      label(frame.left, 9, unit === '' ? tag : `${tag}, ${unitWord(unit)}`, { colour: INK, bold: true }),
      last === undefined
        ? ''
        : label(
            frame.width - frame.right + 5,
            scales.y.at((last[1] + last[2]) / 2) + 3,
            voice.text('picture.expected'),
            {
              colour: EXPECTED,
            },
          ),
    ]),
  };
}

/** When episodes were, and how far past the threshold at the moments that the journal tells of: for want of a history. */
export function stretchesPicture(
  episodes: readonly ReportEpisode[],
  span: Span,
  voice: Voice,
  caption: string,
): Picture {
  const frame = { width: WIDTH, height: HEIGHT, left: 38, right: 66, top: 12, bottom: 22 };
  const process = episodes.filter(({ kind }) => kind === 'process');
  const most = Math.max(2, ...process.map(({ peak }) => peak.ratio));
  const scales = scalesOf(frame, span, 0, most * 1.08);
  const floor = scales.y.at(1);
  const within = (time: number): boolean => time >= span.from && time <= span.to;
  const points = process.flatMap(({ level, onset, peak, steps }) => {
    const moments = new Map([onset, ...steps, peak].map(({ time, ratio }) => [time, ratio]));
    const known = [...moments].filter(([time]) => within(time)).sort((a, b) => a[0] - b[0]);
    const places = known.map(([time, ratio]) => [scales.x.at(time), scales.y.at(ratio)] as const);
    return [
      path(places, `fill="none" stroke="${COLOURS[level]}" stroke-width="1" stroke-dasharray="2 2"`),
      ...places.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.2" fill="${COLOURS[level]}"/>`),
    ];
  });
  return {
    type: 'picture',
    width: WIDTH,
    height: HEIGHT,
    caption,
    svg: svgOf(frame, [
      ...shades(episodes, span, scales.x, frame),
      ...ground(frame, scales, span, voice),
      ...points,
      line(
        frame.left,
        floor,
        frame.width - frame.right,
        floor,
        COLOURS.CRITICAL,
        'stroke-width="1" stroke-dasharray="4 3"',
      ),
      label(frame.width - frame.right + 5, floor + 3, voice.text('picture.threshold'), { colour: COLOURS.CRITICAL }),
    ]),
  };
}

/** How many alarms came when. */
export function barsPicture(counts: readonly number[], ms: number, span: Span, voice: Voice, caption: string): Picture {
  const height = 110;
  const frame = { width: WIDTH, height, left: 38, right: 20, top: 10, bottom: 22 };
  const most = Math.max(1, ...counts);
  const x = scaleOf(span.from, span.to, frame.left, frame.width - frame.right);
  const y = scaleOf(0, most * 1.1, height - frame.bottom, frame.top);
  const bars = counts.map((count, place) => {
    const from = span.from + place * ms;
    const left = x.at(from) + 0.5;
    const right = x.at(Math.min(span.to, from + ms)) - 0.5;
    return count === 0 ? '' : box(left, y.at(count), right - left, y.at(0) - y.at(count), TRACE);
  });
  const whole = ticksOf(0, most, 4).filter(Number.isInteger);
  return {
    type: 'picture',
    width: WIDTH,
    height,
    caption,
    svg: svgOf(frame, [
      ...axes(
        frame,
        { ticks: timeTicksOf(span.from, span.to, 8, voice.ahead(span.from)), scale: x, word: timeWord(span, voice) },
        { ticks: whole, scale: y, word: (value) => voice.number(value) },
      ),
      ...bars,
    ]),
  };
}

/**
 * The culprits before, at and after the change of level, from the windows that the alarm brought as evidence: the mean, its
 * standard deviation as a box, the range as a line; what was expected as a dashed line where it can stand on the same scale.
 */
export function evidencePicture({ evidence, tags }: ReportEpisode, voice: Voice): Picture | undefined {
  const windows = (['before', 'now', 'after'] as const).flatMap((part) => {
    const window = evidence[part];
    return window === undefined ? [] : [{ part, window }];
  });
  const told = tags.filter(({ tag }) => windows.some(({ window }) => Object.hasOwn(window.tags, tag)));
  const shown = told.slice(0, MOST_COLUMNS);
  if (shown.length === 0) return undefined;
  const height = 150;
  const width = WIDTH / MOST_COLUMNS;
  const parts = shown.flatMap((tag, place) => oneTag(tag, windows, { left: place * width, width, height }, voice));
  return {
    type: 'picture',
    width: WIDTH,
    height,
    caption: voice.text('picture.evidence'),
    svg: svgOf({ width: WIDTH, height }, parts),
  };
}

function oneTag(
  { tag, unit, feature, expected, expectedState }: ReportEpisode['tags'][number],
  windows: readonly { readonly part: 'before' | 'now' | 'after'; readonly window: EvidenceWindow }[],
  place: { readonly left: number; readonly width: number; readonly height: number },
  voice: Voice,
): string[] {
  const numbers = windows.flatMap(({ part, window }) => {
    const five = Object.hasOwn(window.tags, tag) ? window.tags[tag] : [];
    const [mean, std, min, max] = five;
    return five.length < 4 ? [] : [{ part, mean, std, min, max }];
  });
  const onScale = ['mean', 'min', 'max', 'last'].includes(feature) && expectedState === undefined;
  const all = [...numbers.flatMap(({ min, max }) => [min, max]), ...(onScale ? [expected] : [])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  const [left, right] = [place.left + 46, place.left + place.width - 12];
  const floor = place.height - 22;
  const y = scaleOf(low - room, high + room, floor, 22);
  const wide = (right - left) / numbers.length;
  const title = unit === '' ? tag : `${tag}, ${unitWord(unit)}`;
  return [
    label(place.left + 4, 10, title, { colour: INK, bold: true }),
    ...ticksOf(y.from, y.to, 4).flatMap((value) => [
      line(left, y.at(value), right, y.at(value), '#e2e6e9', 'stroke-width="1"'),
      label(left - 4, y.at(value) + 3, voice.number(value), { anchor: 'end' }),
    ]),
    line(left, floor, right, floor, PALE, 'stroke-width="1"'),
    ...numbers.flatMap(({ part, mean, std, min, max }, index) => {
      const middle = left + wide * (index + 0.5);
      const half = Math.min(14, wide * 0.28);
      const [upper, lower] = [y.at(Math.min(max, mean + std)), y.at(Math.max(min, mean - std))];
      const colour = part === 'now' ? COLOURS.CRITICAL : TRACE;
      return [
        line(middle, y.at(max), middle, y.at(min), colour, 'stroke-width="1"'),
        box(
          middle - half,
          upper,
          2 * half,
          Math.max(1.5, lower - upper),
          part === 'now' ? '#f3d3d0' : BAND,
          `stroke="${colour}" stroke-width="0.8"`,
        ),
        line(middle - half, y.at(mean), middle + half, y.at(mean), colour, 'stroke-width="1.8"'),
        label(middle, floor + 12, voice.text(`picture.${part}`), { anchor: 'middle', colour: INK }),
      ];
    }),
    ...(onScale
      ? [
          line(left, y.at(expected), right, y.at(expected), EXPECTED, 'stroke-width="1.2" stroke-dasharray="4 3"'),
          label(right, y.at(expected) - 3, voice.text('picture.expected'), { anchor: 'end', colour: EXPECTED }),
        ]
      : []),
  ];
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

function scalesOf(
  { width, height, left, right, top, bottom }: Frame,
  { from, to }: Span,
  low: number,
  high: number,
): Scales {
  return { x: scaleOf(from, to, left, width - right), y: scaleOf(low, high, height - bottom, top) };
}

/** Where an axis has marks, and what stands beside them. */
interface Marks {
  readonly ticks: readonly number[];
  readonly word: (value: number) => string;
}

/** The states of an actuator by their words. */
function stateAxis(states: Readonly<Record<string, string>>, { speak }: Voice): Marks {
  return { ticks: Object.keys(states).map(Number), word: (value) => stateWord(speak, states[String(value)]) };
}

function ground(frame: Frame, { x, y }: Scales, span: Span, voice: Voice, marks?: Marks): string[] {
  const rows = Math.max(3, Math.floor((frame.height - frame.top - frame.bottom) / (TEXT_PX * 3)));
  const { ticks = ticksOf(y.from, y.to, rows), word = (value: number) => voice.number(value) } = marks ?? {};
  const within = ticks.filter((value) => value >= y.from && value <= y.to);
  return axes(
    frame,
    { ticks: timeTicksOf(span.from, span.to, 7, voice.ahead(span.from)), scale: x, word: timeWord(span, voice) },
    { ticks: within, scale: y, word },
  );
}

function timeWord({ from, to }: Span, voice: Voice): (time: number) => string {
  return to - from > 1.5 * DAY_MS ? voice.short : voice.clock;
}

/** Stretches shaded in the colour of their level, with its shape above. */
function shades(episodes: readonly Shaded[], span: Span, x: Scale, { height, top, bottom }: Frame): string[] {
  return episodes.flatMap(({ from, to = span.to, level }) => {
    const [first, last] = [Math.max(span.from, from), Math.min(span.to, to)];
    if (last <= first) return [];
    const [left, right] = [x.at(first), x.at(last)];
    return [
      box(left, top, Math.max(1.5, right - left), height - top - bottom, COLOURS[level], 'fill-opacity="0.13"'),
      mark((left + right) / 2, top - 5, level),
    ];
  });
}

/** The shape of a level, drawn: no font needs to have it. */
export function mark(x: number, y: number, level: Shaded['level']): string {
  const fill = `fill="${COLOURS[level]}"`;
  if (MARKS[level] === '') return '';
  if (level === 'INFO') return `<circle cx="${x.toFixed(1)}" cy="${y}" r="2.6" ${fill}/>`;
  const points: readonly (readonly [number, number])[] =
    level === 'WARNING'
      ? [[x, y - 3], [x + 3.4, y + 3], [x - 3.4, y + 3]]
      : [[x - 3, y - 3], [x + 3, y - 3], [x + 3, y + 3], [x - 3, y + 3]]; // prettier-ignore
  return path(points, fill);
}

/** What was expected, as a dashed line in its band, where it was said. */
function expectedCurve(expected: readonly Band[], step: number, scales: Scales): string[] {
  return pieces(expected, step).flatMap((piece) => [
    areaOf(piece, scales, EXPECTED, 0.2),
    path(
      piece.map(([time, low, high]) => [scales.x.at(time), scales.y.at((low + high) / 2)] as const),
      `fill="none" stroke="${EXPECTED}" stroke-width="1.2" stroke-dasharray="3 2"`,
    ),
  ]);
}

/** The last value of each bucket as a line, lowest and highest as a band. */
function curve(buckets: readonly Bucket[], step: number, scales: Scales): string[] {
  return pieces(buckets, step).flatMap((piece) => [
    areaOf(piece, scales, BAND, 0.8),
    path(
      piece.map(([time, , , last]) => [scales.x.at(time), scales.y.at(last)] as const),
      `fill="none" stroke="${TRACE}" stroke-width="1.1" stroke-linejoin="round"`,
    ),
  ]);
}

/** Broken where a bucket is missing. */
function pieces<T extends readonly [time: number, ...rest: number[]]>(buckets: readonly T[], step: number): T[][] {
  const all: T[][] = [];
  let before = -Infinity;
  for (const bucket of buckets) {
    if (bucket[0] - before > step * 1.5) all.push([]);
    all[all.length - 1].push(bucket);
    [before] = bucket;
  }
  return all;
}

function areaOf(
  band: readonly (readonly [number, number, number, ...number[]])[],
  { x, y }: Scales,
  fill: string,
  opacity: number,
): string {
  const upper = band.map(([time, , high]) => [x.at(time), y.at(high)] as const);
  const lower = band.map(([time, low]) => [x.at(time), y.at(low)] as const).reverse();
  return path([...upper, ...lower], `fill="${fill}" fill-opacity="${opacity}" stroke="none"`);
}
