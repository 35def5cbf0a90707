import { h } from './render.js';
import { text } from './texts.js';

/**
 * The shape of a level, of the health of a stage, or of a quality, in a square of 20 around the middle. No two share one, so that
 * they are told apart without their colour.
 */
const SHAPES = {
  CRITICAL: 'M-8-8h16v16h-16z',
  WARNING: 'M0-9 10 8h-20z',
  INFO: 'M8 0a8 8 0 1 1-16 0 8 8 0 1 1 16 0z',
  'bad-data': 'M0-9.5 9.5 0 0 9.5-9.5 0z',
  'no-data': 'M-8-4h16M-8 4h16',
  involved: 'M-8 3-3-3 3 3 8-3',
  held: 'M-4-7v14M4-7v14',
  normal: 'M-7 0-2 6 7-6',
};
const RANK = Object.keys(SHAPES);
const HOLDS = new Set(['shelved', 'suppressed-by-design', 'out-of-service']);

/** What ranks first of two levels or healths is the worse one. */
export function byWorst(left, right) {
  return rank(left) - rank(right);
}

function rank(kind) {
  const at = RANK.indexOf(kind);
  return at < 0 ? RANK.length : at;
}

/**
 * How an alarm is marked: with its level while it stands, as held where nobody is to hear of it, and as normal where it is over and
 * only waits to be acknowledged.
 */
export function markOf({ state, level }) {
  if (HOLDS.has(state)) return 'held';
  return /^(returned|latched|normal)/.test(state) || level === 'NONE' ? 'normal' : level;
}

/** `NONE` is what a verdict calls normal. */
function kindOf(level) {
  return level in SHAPES ? level : 'normal';
}

/** The shape as a part of a drawing. */
export function shape(level, x, y, scale = 1) {
  const kind = kindOf(level);
  return h('path', { class: `shape ${kind}`, d: SHAPES[kind], transform: `translate(${x} ${y}) scale(${scale})` });
}

/** The shape in a line of text; the word for it has to stand beside. */
export function mark(level) {
  return h('svg', { class: 'mark', viewBox: '-11 -11 22 22', 'aria-hidden': 'true' }, shape(level, 0, 0));
}

/** Shape and word, `word` where it is not the one of the shape. */
export function badge(level, word = level) {
  return h(
    'span',
    { class: `badge ${kindOf(level)}`, title: levelHint(word) },
    mark(level),
    h('b', {}, levelWord(word)),
  );
}

export function levelWord(level) {
  return text(`health.${kindOf(level)}`);
}

/** What a level says; levels are called alike in every language, as in messages and in the journal. Nothing of what is no level. */
export function levelHint(level) {
  return text(`alarm.level.${level}`, {}, '') || undefined;
}
