import { number, percent } from './format.js';
import { levelWord } from './level.js';
import { text } from './texts.js';

/** Units that dictionaries spell in ASCII, as people write them; lib/alarm/wording.ts has the same ones. */
const UNITS = { 'm3/h': 'm³/h', 'uS/cm': 'µS/cm' };
/** The words of the SWaT preset for an actuator that lets water through, or moves it. */
const ACTIVE = new Set(['on', 'open']);
/** A flow below this is none: what an instrument says of a pipe at rest. */
const STILL = 0.1;

export function unitOf(tag) {
  return UNITS[tag.unit] ?? tag.unit;
}

/** What is shown of a tag without its unit: the word of an actuator's state, else its value; a dash without one. */
export function valueOf(tag) {
  if (tag.value === null || tag.quality === 'none') return '–';
  if (tag.state !== undefined) return text(`actuator.${tag.state}`, {}, tag.state);
  return number(tag.value);
}

/** Why a value is not to be relied on; empty for a good one. */
export function doubtOf(tag) {
  return tag.quality === 'good' ? '' : text(`quality.${tag.quality}`);
}

/** Whether something runs, is open, or flows. `undefined`: on its way, or not known. */
export function isActive(tag) {
  if (tag === undefined || tag.value === null) return undefined;
  if (tag.state === 'moving') return undefined;
  return tag.state === undefined ? tag.value > STILL : ACTIVE.has(tag.state);
}

/** Whether a tag is blamed at all. */
export function isBlamed(tag) {
  return (tag.share ?? 0) > 0;
}

/**
 * The tags of a plant, with `leads` on those that an anomaly is about: blamed for at least half as much as the most blamed. All
 * others that are blamed only move along.
 */
export function withLeaders(tags) {
  const most = Math.max(0, ...tags.map(({ share = 0 }) => share));
  return tags.map((tag) => ({ ...tag, leads: isBlamed(tag) && tag.share >= most / 2 }));
}

/** How a tag is drawn: `guilty` with the level where it leads, `involved` where it moves along, else empty. */
export function blameOf(tag, level) {
  if (!isBlamed(tag)) return '';
  return tag.leads ? `guilty ${level}` : 'involved';
}

/** How far a value stands between the ends of its range, 0 to 1; a level is never drawn below the floor of its tank. */
export function fillOf(tag) {
  const low = Math.max(0, tag.low ?? 0);
  const { high } = tag;
  if (tag.value === null || !(high > low)) return undefined;
  return Math.min(1, Math.max(0, (tag.value - low) / (high - low)));
}

/** All of a tag in one line: for a pointer that rests on it, and for a screen reader. */
export function saidOf(tag, level) {
  const value = [valueOf(tag), tag.state === undefined ? unitOf(tag) : ''].filter(Boolean).join(' ');
  const doubt = doubtOf(tag);
  const blame = isBlamed(tag)
    ? text('overview.blamed', { level: levelWord(tag.leads ? level : 'involved'), share: percent(tag.share) })
    : undefined;
  return [`${tag.tag}: ${value}`, doubt, blame].filter(Boolean).join(', ');
}
