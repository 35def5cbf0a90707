import { SwatError } from '../errors';
import { processInput } from '../platform/processes';
import { loadEngine } from './engines';

/** What the process says of an engine: that it works, or why not. */
export type EngineVerdict =
  { readonly ready: true } | { readonly code: string; readonly details: SwatError['details'] };

/** Entry of the process that tries an engine out. */
const { data, post } = processInput();
let verdict: EngineVerdict = { ready: true };
try {
  loadEngine('tfjs-node', data as string[]);
} catch (cause) {
  if (!(cause instanceof SwatError)) throw cause;
  verdict = { code: cause.code, details: cause.details };
}
post(verdict);
