import { number } from './format.js';
import { text } from './texts.js';

/** Room for the word of a state beside its axis, characters; the tip has it whole. */
const LONGEST = 9;

/** The word for a value of an actuator; `undefined` for one that its plant does not name, and for a sensor. */
export function stateWord(states, value) {
  const key = String(value);
  return states && Object.hasOwn(states, key) ? text(`actuator.${states[key]}`, {}, states[key]) : undefined;
}

/** The same as it stands beside an axis. */
export function shortWord(states, value) {
  const word = stateWord(states, value) ?? '';
  return word.length > LONGEST ? `${word.slice(0, LONGEST - 1)}…` : word;
}

/** A value in words: the state of an actuator, else the number with its unit. */
export function valueWord({ states }, value, unit) {
  return stateWord(states, value) ?? [number(value), unit].filter(Boolean).join(' ');
}

/** What was expected, in words. */
export function expectedWord({ states }, [, low, high]) {
  const ends = [low, high].map((value) => valueWord({ states }, value));
  if (ends[0] === ends[1]) return text('trend.expectedOne', { value: ends[0] });
  return text('trend.expected', { low: ends[0], high: ends[1] });
}

/** States that an axis names, lowest first: all of them, or of many those that were seen or expected. */
export function statesShown({ states, values, expected }) {
  const all = Object.keys(states)
    .map(Number)
    .sort((a, b) => a - b);
  if (all.length <= 4) return all;
  const seen = new Set([...values, ...expected].flatMap(([, low, high]) => [low, high]));
  return all.filter((state) => seen.has(state)).slice(0, 6);
}
