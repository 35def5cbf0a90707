import { runsOf } from './glyphs';

/** The size of a picture and the room around its plot, in px. Labels to the right of the plot need room there, too. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From values to places. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly at: (value: number) => number;
}

/** Colours of plots on white: ink, pale ink, grid, the trace, its band, what was expected. */
export const INK = '#22303a';
export const PALE = '#5b6670';
export const GRID = '#e2e6e9';
export const TRACE = '#33505f';
export const BAND = '#b8c6cf';
export const EXPECTED = '#2e7d4f';

/** The font for Chinese and for signs. */
export const WIDE_FONT = 'Noto Sans SC';
/** Fonts that every renderer has one of; the PDF has the first. */
const FONT = `Roboto, ${WIDE_FONT}, Segoe UI, Helvetica, Arial, sans-serif`;
export const TEXT_PX = 9;

/** A scale over a stretch of places; an empty range of values is widened. */
export function scaleOf(from: number, to: number, first: number, last: number): Scale {
  const wide = to > from ? to : from + 1;
  return { from, to: wide, at: (value) => first + ((value - from) / (wide - from)) * (last - first) };
}

/** Round values within a range, about so many. */
export function ticksOf(from: number, to: number, about: number): number[] {
  const raw = (to - from) / Math.max(1, about);
  if (!(raw > 0) || !Number.isFinite(raw)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= raw) ?? 10);
  const ticks: number[] = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n += 1) ticks.push(n * step || 0);
  return ticks;
}

const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((each) => each * MINUTE);

/** Times within a span at round minutes, hours or days of a zone that is so many ms ahead of UTC, at most so many. */
export function timeTicksOf(from: number, to: number, most: number, ahead: number): number[] {
  const step =
    STEPS.find((each) => (to - from) / each <= most) ?? Math.ceil((to - from) / most / STEPS[13]) * STEPS[13];
  const ticks: number[] = [];
  for (let time = Math.ceil((from + ahead) / step) * step - ahead; time <= to; time += step) ticks.push(time);
  return ticks;
}

/** An SVG document. */
export function svgOf({ width, height }: Pick<Frame, 'width' | 'height'>, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" font-size="${TEXT_PX}">${parts.join('')}</svg>`;
}

export function label(
  x: number,
  y: number,
  text: string,
  {
    anchor = 'start',
    colour = PALE,
    bold = false,
  }: { anchor?: 'start' | 'middle' | 'end'; colour?: string; bold?: boolean } = {},
): string {
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" fill="${colour}"${weight}>${spans(text)}</text>`;
}

/** Each run in a font that has its signs: a PDF looks for none by itself. */
function spans(text: string): string {
  return runsOf(text)
    .map((run) => (run.isWide ? `<tspan font-family="${WIDE_FONT}">${escaped(run.text)}</tspan>` : escaped(run.text)))
    .join('');
}

export function line(x1: number, y1: number, x2: number, y2: number, colour: string, more = ''): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${colour}" ${more}/>`;
}

export function box(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(Math.max(0, height))}" fill="${fill}" ${more}/>`;
}

/** A line through points; `fill` closes it. */
export function path(points: readonly (readonly [x: number, y: number])[], more: string): string {
  if (points.length === 0) return '';
  const [[x, y], ...rest] = points;
  const way = rest.map((point) => `L${px(point[0])} ${px(point[1])}`).join('');
  return `<path d="M${px(x)} ${px(y)}${way}" ${more}/>`;
}

/** The plot's ground: grid and labels of both axes. */
export function axes(
  { width, height, left, right, top, bottom }: Frame,
  x: { readonly ticks: readonly number[]; readonly scale: Scale; readonly word: (value: number) => string },
  y: { readonly ticks: readonly number[]; readonly scale: Scale; readonly word: (value: number) => string },
): string[] {
  const floor = height - bottom;
  return [
    ...y.ticks.flatMap((value) => [
      line(left, y.scale.at(value), width - right, y.scale.at(value), GRID, 'stroke-width="1"'),
      label(left - 5, y.scale.at(value) + 3, y.word(value), { anchor: 'end' }),
    ]),
    line(left, floor, width - right, floor, PALE, 'stroke-width="1"'),
    line(left, top, left, floor, PALE, 'stroke-width="1"'),
    ...x.ticks.flatMap((value) => [
      line(x.scale.at(value), floor, x.scale.at(value), floor + 3, PALE, 'stroke-width="1"'),
      label(x.scale.at(value), floor + 13, x.word(value), { anchor: 'middle' }),
    ]),
  ];
}

/** A text as it may stand in XML and HTML; what they have no place for is left out. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A place to the tenth of a px. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
