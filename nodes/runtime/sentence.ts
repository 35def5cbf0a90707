import type { NodeAPI } from 'node-red';
import { evenly } from '../../lib/alarm/evenly';
import type { Sentence } from '../../lib/alarm/verdict';
import type { Params } from '../../lib/platform/catalogue';
import { words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** The codes of clauses that tell a culprit: they stand alone, with how far it is past the threshold, or inside another. */
const CLAUSE = 'anomaly-';

/** A sentence of the catalogue in Node-RED's language: levels as words, a unit set off by a space. */
export function say(RED: Words, sentence: Sentence, more: Readonly<Record<string, string>> = {}): string {
  const { code, params } = sentence;
  if (Object.keys(params).length === 0 && Object.keys(more).length === 0) return words(RED, `sentences.${code}`);
  const filled = { ...shown(RED, params), ...more };
  const text = words(RED, `sentences.${code}`, filled);
  if (!code.startsWith(CLAUSE)) return text;
  const frame = params.level === 'NONE' ? 'culprit-brief' : 'culprit-measured';
  return words(RED, `sentences.${frame}`, { ...filled, culprit: text });
}

/** The culprit alone, as a sentence: `P3: LIT301 falls 0.60 mm per sample, expected 0.10 mm.` */
export function culprit(RED: Words, because: Sentence): string {
  if (!because.code.startsWith(CLAUSE)) return say(RED, because);
  const text = words(RED, `sentences.${because.code}`, shown(RED, because.params));
  return words(RED, 'sentences.culprit', { culprit: text });
}

function shown(RED: Words, params: Sentence['params']): Params {
  const { minutes } = params;
  return {
    ...evenly(params),
    // A length of time is told to the tenth of a minute, a longer one to the minute.
    ...(typeof minutes === 'number' ? { minutes: Number(minutes.toFixed(minutes < 10 ? 1 : 0)) } : {}),
    ...(Object.hasOwn(params, 'level') ? { level: words(RED, `sentences.level.${params.level}`) } : {}),
    ...(Object.hasOwn(params, 'unit') && params.unit !== '' ? { unit: ` ${params.unit}` } : {}),
  };
}
