import { DEFAULT_JUDGE } from '../alarm/defaults';
import { LEVELS } from '../alarm/verdict';
import type { Trend } from '../history/reader';
import { COLOURS, type Picture } from './blocks';
import { label, line, path, svgOf, TEXT_PX, TRACE, type Frame } from './drawing';
import type { ReportEpisode } from './episodes';
import { curve, ground, HEAD, paceOf, pieces, scalesOf, shades, shadedUntil, SIDES, WIDTH, type Scales, type Shaded, type Span } from './picture-ground'; // prettier-ignore
import type { Voice } from './voice';

const HEIGHT = 180;
/** Nothing above this times the threshold is drawn, as on the trend page: threshold and levels stay readable. */
const CUT = 5;
const LEAST_TOP = 2.5;
/** Room for how far it went where it is cut. */
const CUT_HEIGHT = 12;
/** Room for the number beside the mark of a cut. */
const MARK_WIDTH = 36;

interface Moment {
  readonly time: number;
  readonly ratio: number;
}

/** The score against threshold and levels, episodes shaded. */
export function scorePicture(
  { score, step }: Trend,
  span: Span,
  voice: Voice,
  episodes: readonly Shaded[],
  { caption, height = HEIGHT }: { readonly caption: string; readonly height?: number },
): Picture {
  const pace = paceOf(score, step);
  const beyond = score.filter(([, , high]) => high > CUT);
  const peaks = pieces(beyond, pace).map((piece): Moment => {
    const [time, , ratio] = piece.reduce((most, bucket) => (bucket[2] > most[2] ? bucket : most));
    return { time: time + pace / 2, ratio };
  });
  const plot = plotOf(
    score.map(([, , high]) => high),
    span,
    height,
  );
  return pictureOf(plot, span, voice, { caption, episodes, peaks }, [
    ...curve(score, pace, plot.scales, { through: 'highest' }),
  ]);
}

/**
 * When episodes were, and how far past the threshold at the moments that the journal tells of: for want of a history.
 * @param until what lasts is shaded to here
 */
export function stretchesPicture(
  episodes: readonly ReportEpisode[],
  span: Span,
  voice: Voice,
  { caption, until }: { readonly caption: string; readonly until: number },
): Picture {
  const told = episodes
    .filter(({ kind }) => kind === 'process')
    .map(({ level, onset, peak, steps }) => {
      const known = new Map([onset, ...steps, peak].map(({ time, ratio }) => [time, ratio]));
      const moments = [...known].map(([time, ratio]): Moment => ({ time, ratio })).sort((a, b) => a.time - b.time);
      return { level, moments: moments.filter(({ time }) => time >= span.from && time <= span.to) };
    });
  const all = told.flatMap(({ moments }) => moments);
  const plot = plotOf(
    all.map(({ ratio }) => ratio),
    span,
    HEIGHT,
  );
  const points = told.flatMap(({ level, moments }) => {
    const places = moments.map(({ time, ratio }) => [plot.scales.x.at(time), plot.scales.y.at(ratio)] as const);
    return [
      path(places, `fill="none" stroke="${COLOURS[level]}" stroke-width="1" stroke-dasharray="2 2"`),
      ...places.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.2" fill="${COLOURS[level]}"/>`),
    ];
  });
  const peaks = all.filter(({ ratio }) => ratio > CUT);
  return pictureOf(plot, span, voice, { caption, episodes: shadedUntil(episodes, until), peaks }, points);
}

/** Where a score is drawn. */
interface Plot {
  readonly frame: Frame;
  readonly scales: Scales;
  readonly isCut: boolean;
}

function plotOf(ratios: readonly number[], span: Span, height: number): Plot {
  const highest = ratios.reduce((most, each) => Math.max(most, each), 0);
  const isCut = highest > CUT;
  const most = isCut ? CUT : Math.min(CUT, Math.max(LEAST_TOP, highest * 1.1));
  const frame = { ...SIDES, height, top: HEAD + (isCut ? CUT_HEIGHT : 0), bottom: 22 };
  const { x, y } = scalesOf(frame, span, 0, most);
  return { frame, scales: { x, y: { ...y, at: (value) => y.at(Math.min(most, value)) } }, isCut };
}

function pictureOf(
  { frame, scales, isCut }: Plot,
  span: Span,
  voice: Voice,
  { caption, episodes, peaks }: { caption: string; episodes: readonly Shaded[]; peaks: readonly Moment[] },
  drawn: readonly string[],
): Picture {
  return {
    type: 'picture',
    width: WIDTH,
    height: frame.height,
    caption: isCut ? voice.text('picture.cut', { caption, cut: voice.number(CUT) }) : caption,
    svg: svgOf(frame, [
      ...shades(episodes, span, scales.x, frame),
      ...ground(frame, scales, span, voice),
      label(0, 9, voice.text('picture.axis')),
      ...levelLines(frame, scales, voice),
      ...drawn,
      ...cutMarks(peaks, frame, scales, voice),
    ]),
  };
}

/** Threshold and levels as lines, at the ratios that hold unless swat-severity is set otherwise, their names beside them, none on another. */
function levelLines({ width, left, right }: Frame, { y }: Scales, voice: Voice): string[] {
  let lowest = Infinity;
  return DEFAULT_JUDGE.levels.thresholds.flatMap((ratio, place) => {
    const level = LEVELS[place + 1];
    const at = y.at(ratio);
    lowest = Math.min(at, lowest - TEXT_PX);
    const name = level === 'INFO' ? voice.text('picture.threshold') : voice.speak(`sentences.level.${level}`);
    return [
      line(left, at, width - right, at, COLOURS[level], 'stroke-width="0.9" stroke-dasharray="4 3"'),
      label(width - right + 5, lowest + 3, name, { colour: COLOURS[level] }),
    ];
  });
}

/** Where the score goes on above the picture: how far. The highest come first; a number stands only where there is room. */
function cutMarks(peaks: readonly Moment[], { width, right, top }: Frame, { x }: Scales, voice: Voice): string[] {
  const marked: number[] = [];
  const taken: number[] = [];
  return [...peaks]
    .sort((a, b) => b.ratio - a.ratio)
    .flatMap(({ time, ratio }) => {
      const at = Math.min(x.at(time), width - right);
      const isLeft = at + MARK_WIDTH > width - right;
      const from = isLeft ? at - MARK_WIDTH : at;
      if (marked.some((other) => Math.abs(other - at) < 7)) return [];
      marked.push(at);
      const hasRoom = taken.every((other) => Math.abs(other - from) >= MARK_WIDTH + 4);
      if (hasRoom) taken.push(from);
      const tip: (readonly [number, number])[] = [[at - 3, top - 7], [at, top - 10], [at + 3, top - 7]]; // prettier-ignore
      return [
        line(at, top - 2, at, top - 10, TRACE, 'stroke-width="1.2"'),
        path(tip, `fill="none" stroke="${TRACE}" stroke-width="1.2"`),
        hasRoom ? label(at + (isLeft ? -6 : 6), top - 3, voice.number(ratio), { anchor: isLeft ? 'end' : 'start', colour: TRACE }) : '', // prettier-ignore
      ];
    });
}
