import type { NodeAPI } from 'node-red';
import type { Sentence } from '../../lib/alarm/verdict';
import { words } from './words';

/** A sentence of the catalogue in Node-RED's language: levels as words, a unit set off by a space. */
export function say(RED: Pick<NodeAPI, '_'>, sentence: Sentence, more: Readonly<Record<string, string>> = {}): string {
  const { params, code } = sentence;
  return words(RED, `sentences.${code}`, {
    ...params,
    ...(Object.hasOwn(params, 'level') ? { level: words(RED, `sentences.level.${params.level}`) } : {}),
    ...(Object.hasOwn(params, 'unit') && params.unit !== '' ? { unit: ` ${params.unit}` } : {}),
    ...more,
  });
}
