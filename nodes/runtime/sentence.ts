import type { NodeAPI } from 'node-red';
import type { Sentence } from '../../lib/alarm/verdict';
import { words } from './words';

/** A sentence of the catalogue in Node-RED's language: levels as words, a unit set off by a space. */
export function say(RED: Pick<NodeAPI, '_'>, sentence: Sentence, more: Readonly<Record<string, string>> = {}): string {
  const { level, unit }: { level?: string | number; unit?: string | number } = sentence.params;
  return words(RED, `sentences.${sentence.code}`, {
    ...sentence.params,
    ...(level === undefined ? {} : { level: words(RED, `sentences.level.${level}`) }),
    ...(unit === undefined ? {} : { unit: unit === '' ? '' : ` ${unit}` }),
    ...more,
  });
}
