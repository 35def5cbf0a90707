import type { NodeAPI } from 'node-red';
import { detailOf, SwatError } from '../../lib/errors';
import { englishText, kindsNamed, worded as inCatalogue, type Params } from '../../lib/platform/catalogue';

/** Errors, status texts and operator sentences of all nodes stand in the catalogue of `swat-plant`. */
const CATALOGUE = '@secure-water/node-red-contrib-swat/swat-plant';

/** The sentences of a catalogue as they stand there: looking one up takes long, and each verdict on an anomaly has several. */
const templates = new WeakMap<object, Map<string, string>>();

/**
 * The sentence for a code (`errors.bad-payload`, `status.learning`, `sentences.anomaly`) in Node-RED's language.
 * Falls back to English where the catalogue is not loaded, and to the code where it has no sentence.
 */
export function words(RED: Pick<NodeAPI, '_'>, code: string, params: Params = {}): string {
  return translated(RED, code, params) ?? englishText(code, params) ?? code;
}

function translated(RED: Pick<NodeAPI, '_'>, code: string, params: Params): string | undefined {
  return inCatalogue((each) => templateOf(RED, each), code, params);
}

function templateOf(RED: Pick<NodeAPI, '_'>, code: string): string | undefined {
  const known = templates.get(RED) ?? new Map<string, string>();
  const there = known.get(code);
  if (there !== undefined) return there;
  const key = `${CATALOGUE}:${code}`;
  const text: unknown = RED._(key, { skipInterpolation: 1 });
  if (typeof text !== 'string' || text === key || text === code) return undefined;
  known.set(code, text);
  templates.set(RED, known);
  return text;
}

/**
 * An `Error` that a Catch node and the log can show: worded, with the code and the cause kept. A known error's stack is its
 * message alone: the place in our code that found a wrong setting says nothing to whoever reads the log.
 */
export function worded(RED: Pick<NodeAPI, '_'>, cause: unknown): Error & { code: string } {
  if (cause instanceof SwatError) {
    const details = kindsNamed(
      cause.details,
      (kind) => translated(RED, `kinds.${kind}`, {}) ?? englishText(`kinds.${kind}`, {}),
    );
    const error = new Error(words(RED, `errors.${cause.code}`, details), { cause });
    return Object.assign(error, { code: cause.code, stack: `${error.name}: ${error.message}` });
  }
  const detail = detailOf(cause);
  return Object.assign(new Error(words(RED, 'errors.unexpected', { detail }), { cause }), { code: 'unexpected' });
}
