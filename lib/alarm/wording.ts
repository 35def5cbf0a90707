import type { AlarmEvent } from './event';
import { evenly } from './evenly';
import { together } from './together';
import type { Sentence } from './verdict';

const USUAL_STATES: ReadonlySet<string> = new Set(['on', 'off', 'open', 'closed', 'moving']);

/** Puts a code of the catalogue (`sentences.alarm-raised`) and its parameters into words of one language. */
export type Speak = (code: string, params?: Readonly<Record<string, string | number | boolean>>) => string;

/** What is worded for people: `text` says all, `why` the culprit alone. */
export interface AlarmWords {
  text: string;
  why: string;
}

/** The codes of clauses that tell a culprit: they stand alone, with how far it is past the threshold, or inside another. */
const CLAUSE = 'anomaly-';

/** A sentence in words: levels as words, a unit set off by a space. */
export function say(speak: Speak, sentence: Sentence, more: Readonly<Record<string, string>> = {}): string {
  const { code, params } = sentence;
  if (Object.keys(params).length === 0 && Object.keys(more).length === 0) return speak(`sentences.${code}`);
  const filled = { ...shown(speak, params), ...more };
  const text = speak(`sentences.${code}`, filled);
  if (!code.startsWith(CLAUSE)) return text;
  const frame = params.level === 'NONE' ? 'culprit-brief' : 'culprit-measured';
  return speak(`sentences.${frame}`, { ...filled, culprit: text });
}

/** The culprit alone, as a sentence: `P3: LIT301 falls 0.60 mm per sample, expected 0.10 mm.` */
export function culprit(speak: Speak, because: Sentence): string {
  if (!because.code.startsWith(CLAUSE)) return say(speak, because);
  const text = speak(`sentences.${because.code}`, shown(speak, because.params));
  return speak('sentences.culprit', { culprit: text });
}

/** An alarm event in words: what happened, who did it, the culprit, and what it began with where that was another tag. */
export function eventWords(
  speak: Speak,
  about: Pick<AlarmEvent, 'sentence' | 'because' | 'began' | 'user' | 'comment'>,
): AlarmWords {
  const { sentence, because, began } = about;
  const why = culprit(speak, because);
  const told = [say(speak, sentence, { why: say(speak, because), culprit: why }), signature(speak, about)];
  if (began !== undefined) told.push(speak('sentences.alarm-began', { began: culprit(speak, began) }));
  return { text: together(told), why };
}

/** Who did it, and what for, where the sentence does not say so itself. */
function signature(
  speak: Speak,
  { sentence, user = '', comment = '' }: Pick<AlarmEvent, 'sentence' | 'user' | 'comment'>,
): string {
  if (sentence.code.startsWith('alarm-acknowledged')) return '';
  if (user === '') return comment === '' ? '' : speak('sentences.alarm-signed-comment', { comment });
  return speak(comment === '' ? 'sentences.alarm-signed-by' : 'sentences.alarm-signed', { user, comment });
}

/** Units that dictionaries spell in ASCII, as people write them; `nodes/dashboard/plant-tag.js` has the same ones. */
const UNITS: Readonly<Record<string, string>> = { 'm3/h': 'm³/h', 'uS/cm': 'µS/cm' };

/** A unit as people write it. */
export function unitWord(unit: string): string {
  return Object.hasOwn(UNITS, unit) ? UNITS[unit] : unit;
}

/** The word of an actuator's state: of the usual ones that of the language, else as the plant's dictionary has it. */
export function stateWord(speak: Speak, state: string): string {
  return USUAL_STATES.has(state) ? speak(`sentences.actuator.${state}`) : state;
}

function shown(speak: Speak, params: Sentence['params']): Readonly<Record<string, string | number>> {
  const { minutes } = params;
  return {
    ...evenly(params),
    // A length of time is told to the tenth of a minute, a longer one to the minute.
    ...(typeof minutes === 'number' ? { minutes: Number(minutes.toFixed(minutes < 10 ? 1 : 0)) } : {}),
    ...(Object.hasOwn(params, 'level') ? { level: speak(`sentences.level.${params.level}`) } : {}),
    ...stateWords(speak, params),
    ...(Object.hasOwn(params, 'unit') && params.unit !== '' ? { unit: ` ${unitWord(String(params.unit))}` } : {}),
  };
}

function stateWords(speak: Speak, params: Sentence['params']): Record<string, string> {
  const told = ['seenState', 'expectedState'].filter((name) => Object.hasOwn(params, name));
  return Object.fromEntries(told.map((name) => [name, stateWord(speak, String(params[name]))]));
}
