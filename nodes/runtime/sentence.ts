import type { NodeAPI } from 'node-red';
import type { Sentence } from '../../lib/alarm/verdict';
import * as wording from '../../lib/alarm/wording';
import { words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** Speaks Node-RED's language. */
export function speaker(RED: Words): wording.Speak {
  return (code, params) => words(RED, code, params);
}

/** A sentence of the catalogue in Node-RED's language; see {@link wording.say}. */
export function say(RED: Words, sentence: Sentence, more: Readonly<Record<string, string>> = {}): string {
  return wording.say(speaker(RED), sentence, more);
}

/** The culprit alone, as a sentence in Node-RED's language; see {@link wording.culprit}. */
export function culprit(RED: Words, because: Sentence): string {
  return wording.culprit(speaker(RED), because);
}
