import { clock, day, number, tick } from './format.js';
import { byWorst, levelWord, shape } from './level.js';
import { h } from './render.js';
import { text } from './texts.js';
import {
  areaPath,
  linePath,
  offBand,
  paceOf,
  scale,
  stepPath,
  stretches,
  timeTicks,
  valueTicks,
} from './trend-scale.js';
import { shortWord, stateWord, statesShown } from './trend-states.js';

export const LEFT = 64;
export const RIGHT = 14;
const TOP = 6;
/** Room above the score for the shapes of the episodes, and for what is too high to be drawn. */
const SHAPES_HEIGHT = 22;
const CUT_HEIGHT = 18;
/** Nothing above this times the threshold is drawn: normal operation stays readable. */
export const CUT = 5;
const LEAST_TOP = 2.5;
const SCORE_HEIGHT = 184;
const TAG_HEIGHT = 96;
const STATES_HEIGHT = 64;
const AXIS_HEIGHT = 18;
const MINUTE = 60_000;
const DAY = 86_400_000;
/** Width of the mark of what is cut off, px. */
const MARK = 40;

const round = (place) => Math.round(place * 10) / 10;

/** The pictures of a trend, one below the other, each with its axis of time: the score, and each tag. */
export function pictures(trend, { from, to, width, levels }) {
  const x = clamped(scale(from, to, LEFT, width - RIGHT), LEFT, width - RIGHT);
  const episodes = trend.episodes.filter((each) => each.to >= from && each.from <= to);
  const pace = paceOf(trend.score, trend.step);
  const frame = { x, width, pace, episodes, from, to };
  // Of what is older than the picture nothing is squeezed into its edge.
  const inside = (buckets) => buckets.filter(([time]) => time + trend.step > from && time <= to);
  const score = inside(trend.score);
  const picture = (key, height, shapes, trace) => ({
    key,
    trace,
    height: height + AXIS_HEIGHT,
    shapes: [shapes, timeAxis(frame, height)],
  });
  return [
    picture('score', SCORE_HEIGHT, scoreShapes(score, frame, levels)),
    ...trend.tags.map((each) => {
      const trace = {
        ...each,
        values: inside(each.values),
        pace: paceOf(each.values, trend.step),
        expected: inside(each.expected ?? []),
      };
      const height = trace.states ? STATES_HEIGHT : TAG_HEIGHT;
      const shapes = trace.states ? stateShapes(trace, frame) : valueShapes(trace, frame);
      return picture(trace.tag, height, shapes, trace);
    }),
  ];
}

function clamped(line, low, high) {
  return (value) => round(Math.min(high, Math.max(low, line(value))));
}

function scoreShapes(score, frame, levels) {
  const highest = score.reduce((most, [, , high]) => Math.max(most, high), 0);
  const isCut = highest > CUT;
  const top = isCut ? CUT : Math.min(CUT, Math.max(LEAST_TOP, highest * 1.1));
  const above = isCut ? SHAPES_HEIGHT + CUT_HEIGHT : SHAPES_HEIGHT;
  const y = clamped(scale(0, top, SCORE_HEIGHT - 4, above), above, SCORE_HEIGHT);
  const ticks = valueTicks(0, top, 5).map((value) => ({ value, word: value === CUT && isCut ? `${tick(value)}+` : tick(value) })); // prettier-ignore
  const marks = Object.entries(levels).filter(([, ratio]) => ratio <= top);
  const isSeen = (level) => frame.episodes.some((each) => each.level === level);
  return [
    shading(frame, SCORE_HEIGHT, true),
    grid(frame, SCORE_HEIGHT, ticks, y),
    valueLine(score, frame.pace, frame.x, y),
    isCut && cutMarks(score, frame, above),
    // All lines first: none goes through the name of another one.
    ...marks.map(([level, ratio]) =>
      h('path', { class: `limit ${level}`, d: `M${LEFT} ${y(ratio)}H${frame.width - RIGHT}` }),
    ),
    ...marks.map(([level, ratio]) =>
      h(
        'g',
        { class: isSeen(level) ? '' : 'unseen' },
        shape(level, LEFT + 9, y(ratio) - 9, 0.55),
        h('text', { class: 'limit-name', x: LEFT + 19, y: y(ratio) - 5 }, level === 'INFO' ? text('trend.threshold') : levelWord(level)), // prettier-ignore
      ),
    ),
  ];
}

/** Where the score goes on above the picture: how far. The highest come first; a number stands only where there is room. */
function cutMarks(score, { x, pace, width }, top) {
  const peaks = stretches(score.filter(([, , high]) => high > CUT), pace)
    .map((each) => each.reduce((most, bucket) => (bucket[2] > most[2] ? bucket : most)))
    .sort((a, b) => b[2] - a[2]); // prettier-ignore
  const taken = [];
  return peaks.map(([time, , high]) => {
    const at = x(time + pace / 2);
    const isLeft = at + MARK > width - RIGHT;
    const from = isLeft ? at - MARK : at - 6;
    const hasRoom = taken.every((other) => Math.abs(other - from) >= MARK + 6);
    if (hasRoom) taken.push(from);
    return h(
      'g',
      { class: 'cut' },
      h('title', {}, text('trend.cut', { ratio: number(high), cut: CUT })),
      h('path', { d: `M${at} ${top - 3}v-12m-4 4.5l4-4.5 4 4.5` }),
      hasRoom && h('text', { x: at + (isLeft ? -8 : 8), y: top - 5, 'text-anchor': isLeft ? 'end' : 'start' }, number(high)), // prettier-ignore
    );
  });
}

function valueShapes(trace, frame) {
  const { low, high } = domain([...trace.values, ...trace.expected]);
  const y = clamped(scale(low, high, TAG_HEIGHT - 6, TOP), TOP, TAG_HEIGHT);
  const ticks = valueTicks(low, high, 4).map((value) => ({ value, word: tick(value) }));
  return [
    shading(frame, TAG_HEIGHT, false),
    grid(frame, TAG_HEIGHT, ticks, y),
    expectedShapes(trace, frame, y),
    valueLine(trace.values, trace.pace, frame.x, y),
  ];
}

/** An actuator: its states on the axis, and steps from one to the next. */
function stateShapes(trace, frame) {
  const states = statesShown(trace);
  const { low, high } = domain(states.map((state) => [0, state, state]));
  const y = clamped(scale(low, high, STATES_HEIGHT - 6, TOP), TOP, STATES_HEIGHT);
  const ticks = states.map((value) => ({ value, word: shortWord(trace.states, value), tip: stateWord(trace.states, value) })); // prettier-ignore
  return [
    shading(frame, STATES_HEIGHT, false),
    grid(frame, STATES_HEIGHT, ticks, y),
    expectedShapes(trace, frame, y),
    h('path', { class: 'spread', d: areaPath(trace.values, trace.pace, frame.x, y) }),
    h('path', { class: 'line', d: stepPath(trace.values, trace.pace, frame.x, y) }),
  ];
}

/** The band of what was expected, and how far the value is off it. */
function expectedShapes(trace, { x, pace }, y) {
  const { values, expected } = trace;
  if (expected.length === 0) return null;
  return [
    h('path', { class: 'off', d: areaPath(offBand(values, trace.pace, expected), pace, x, y) }),
    h('path', { class: 'expected', d: areaPath(expected, pace, x, y, 2.5) }),
  ];
}

/** From the lowest to the highest of what is drawn, with some room. */
function domain(buckets) {
  let low = Infinity;
  let high = -Infinity;
  for (const [, least, most] of buckets) {
    low = Math.min(low, least);
    high = Math.max(high, most);
  }
  if (!(high >= low)) return { low: 0, high: 1 };
  const room = (high - low) * 0.08 || Math.max(Math.abs(high) * 0.05, 0.5);
  return { low: low - room, high: high + room };
}

function valueLine(buckets, pace, x, y) {
  return [
    h('path', { class: 'spread', d: areaPath(buckets, pace, x, y) }),
    h('path', { class: 'line', d: linePath(buckets, pace, x, y) }),
  ];
}

/** What is shaded: every episode, with the shape of its level where it begins. */
function shading({ x, episodes, to }, height, isNamed) {
  return [...episodes].sort((a, b) => byWorst(b.level, a.level)).map((each) => {
    const start = x(each.from);
    const end = Math.max(start + 2, x(each.open ? to : each.to));
    return h(
      'g',
      {},
      h('rect', { class: `episode ${each.level}`, x: start, y: 0, width: round(end - start), height }),
      isNamed && shape(each.level, start + 9, 12, 0.7),
    );
  }); // prettier-ignore
}

function grid(frame, height, ticks, y) {
  const { width, x } = frame;
  return [
    timesOf(frame).ticks.map((time) => h('path', { class: 'grid', d: `M${x(time)} 0V${height}` })),
    ticks.map(({ value, word, tip }) => [
      h('path', { class: 'grid', d: `M${LEFT} ${y(value)}H${width - RIGHT}` }),
      h('text', { class: 'axis', x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, tip !== undefined && tip !== word && h('title', {}, tip), word), // prettier-ignore
    ]),
    h('path', { class: 'frame', d: `M${LEFT} 0V${height}H${width - RIGHT}` }),
  ];
}

function timesOf({ from, to, width }) {
  return timeTicks(from, to, Math.max(2, (width - LEFT) / 90));
}

function timeAxis(frame, height) {
  const { ticks, step } = timesOf(frame);
  const isLong = frame.to - frame.from > DAY;
  const word = (time) => (isLong && (step >= DAY || isMidnight(time)) ? day(time) : clock(time, step < MINUTE));
  return ticks.map((time) => {
    const at = Math.min(frame.width - RIGHT - 16, Math.max(LEFT, frame.x(time)));
    return h('text', { class: 'axis', x: at, y: height + 13, 'text-anchor': 'middle' }, word(time));
  });
}

function isMidnight(time) {
  const date = new Date(time);
  return date.getHours() === 0 && date.getMinutes() === 0;
}
