import { clock, tick } from './format.js';
import { levelWord, shape } from './level.js';
import { h } from './render.js';
import { text } from './texts.js';
import { areaPath, linePath, scale, timeTicks, valueTicks } from './trend-scale.js';

export const LEFT = 56;
export const RIGHT = 14;
const TOP = 6;
/** Nothing above this times the threshold is drawn: normal operation stays readable. */
export const CUT = 5;
const LEAST_TOP = 2.5;
const SCORE_HEIGHT = 170;
const TAG_HEIGHT = 96;
const AXIS_HEIGHT = 22;

const round = (place) => Math.round(place * 10) / 10;

/** The pictures of a trend, one below the other, on one axis of time: the score, each tag, and the axis. */
export function pictures(trend, { from, to, width, levels }) {
  const x = clamped(scale(from, to, LEFT, width - RIGHT), LEFT, width - RIGHT);
  const frame = { x, width, step: trend.step, episodes: trend.episodes, from, to };
  return [
    { key: 'score', height: SCORE_HEIGHT, shapes: scoreShapes(trend, frame, levels) },
    ...trend.tags.map((trace) => ({ key: trace.tag, trace, height: TAG_HEIGHT, shapes: tagShapes(trace, frame) })),
    { key: 'axis', height: AXIS_HEIGHT, shapes: axisShapes(frame) },
  ];
}

function clamped(line, low, high) {
  return (value) => round(Math.min(high, Math.max(low, line(value))));
}

function scoreShapes(trend, frame, levels) {
  const highest = trend.score.reduce((most, [, , high]) => Math.max(most, high), 0);
  const top = Math.min(CUT, Math.max(LEAST_TOP, highest * 1.1));
  const y = clamped(scale(0, top, SCORE_HEIGHT - 4, TOP), TOP, SCORE_HEIGHT);
  const marks = Object.entries(levels).filter(([, ratio]) => ratio <= top);
  return [
    shading(frame, SCORE_HEIGHT, true),
    grid(frame, SCORE_HEIGHT, valueTicks(0, top, 4), y),
    ...traceShapes(trend.score, frame, y),
    ...marks.flatMap(([level, ratio]) => [
      h('path', { class: `limit ${level}`, d: `M${LEFT} ${y(ratio)}H${frame.width - RIGHT}` }),
      shape(level, LEFT + 9, y(ratio) - 9, 0.55),
      h('text', { class: 'limit-name', x: LEFT + 19, y: y(ratio) - 5 }, level === 'INFO' ? text('trend.threshold') : levelWord(level)), // prettier-ignore
    ]),
  ];
}

function tagShapes(trace, frame) {
  const { low, high } = domain(trace);
  const y = clamped(scale(low, high, TAG_HEIGHT - 6, TOP), TOP, TAG_HEIGHT);
  return [
    shading(frame, TAG_HEIGHT, false),
    grid(frame, TAG_HEIGHT, valueTicks(low, high, 4), y),
    trace.expected && h('path', { class: 'expected', d: areaPath(trace.expected, frame.step, frame.x, y) }),
    ...traceShapes(trace.values, frame, y),
  ];
}

/** From the lowest to the highest of what was seen and expected, with some room. */
function domain({ values, expected = [] }) {
  let low = Infinity;
  let high = -Infinity;
  for (const [, least, most] of [...values, ...expected]) {
    low = Math.min(low, least);
    high = Math.max(high, most);
  }
  if (!(high >= low)) return { low: 0, high: 1 };
  const room = (high - low) * 0.08 || Math.max(Math.abs(high) * 0.05, 0.5);
  return { low: low - room, high: high + room };
}

function traceShapes(buckets, { x, step }, y) {
  return [
    h('path', { class: 'spread', d: areaPath(buckets, step, x, y) }),
    h('path', { class: 'line', d: linePath(buckets, step, x, y) }),
  ];
}

/** What is shaded: every episode, with the shape of its level where there is room for one. */
function shading({ x, episodes, from, to }, height, isNamed) {
  return episodes
    .filter((each) => each.to >= from && each.from <= to)
    .map((each) => {
      const start = x(each.from);
      const end = Math.max(start + 2, x(each.open ? to : each.to));
      return h(
        'g',
        {},
        h('rect', { class: `episode ${each.level}`, x: start, y: 0, width: round(end - start), height }),
        isNamed && shape(each.level, Math.max(start + 9, (start + end) / 2), 12, 0.7),
      );
    });
}

function grid({ width, x, from, to }, height, ticks, y) {
  const { ticks: times } = timeTicks(from, to, Math.max(2, (width - LEFT) / 90));
  return [
    times.map((time) => h('path', { class: 'grid', d: `M${x(time)} 0V${height}` })),
    ticks.map((value) => [
      h('path', { class: 'grid', d: `M${LEFT} ${y(value)}H${width - RIGHT}` }),
      h('text', { class: 'axis', x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, tick(value)),
    ]),
    h('path', { class: 'frame', d: `M${LEFT} 0V${height}H${width - RIGHT}` }),
  ];
}

function axisShapes({ width, x, from, to }) {
  const { ticks, withSeconds } = timeTicks(from, to, Math.max(2, (width - LEFT) / 90));
  return ticks.map((time) => {
    const at = Math.min(width - RIGHT - 16, Math.max(LEFT, x(time)));
    return h('text', { class: 'axis', x: at, y: 14, 'text-anchor': 'middle' }, clock(time, withSeconds));
  });
}
