import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';

/** Errors, status texts and operator sentences of all nodes stand in the catalogue of `swat-plant`. */
const CATALOGUE = '@secure-water/node-red-contrib-swat/swat-plant';

type Params = Readonly<Record<string, string | number | boolean>>;

/**
 * The sentence for a code (`errors.bad-payload`, `status.learning`, `sentences.anomaly`) in Node-RED's language.
 * Falls back to English where the catalogue is not loaded, and to the code where it has no sentence.
 */
export function words(RED: Pick<NodeAPI, '_'>, code: string, params: Params = {}): string {
  const rounded = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, shown(value)]));
  const key = `${CATALOGUE}:${code}`;
  const translated: unknown = RED._(key, rounded);
  if (typeof translated === 'string' && translated !== key && translated !== code) return translated;
  const template = english(code);
  return template === undefined
    ? code
    : template.replace(/__(\w+?)__/g, (whole, name: string) => rounded[name] ?? whole);
}

/** An `Error` that a Catch node and the log can show: worded, with the code and the cause kept. */
export function worded(RED: Pick<NodeAPI, '_'>, cause: unknown): Error {
  if (cause instanceof SwatError) {
    const error = new Error(words(RED, `errors.${cause.code}`, cause.details), { cause });
    return Object.assign(error, { code: cause.code });
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return Object.assign(new Error(words(RED, 'errors.unexpected', { detail }), { cause }), { code: 'unexpected' });
}

function shown(value: string | number | boolean): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(1) : String(Number(value.toPrecision(3)));
}

let catalogue: unknown;

function english(code: string): string | undefined {
  catalogue ??= JSON.parse(readFileSync(join(__dirname, '..', 'locales', 'en-US', 'swat-plant.json'), 'utf8'));
  let at: unknown = catalogue;
  for (const part of code.split('.')) {
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined;
  }
  return typeof at === 'string' ? at : undefined;
}
