import { SwatError } from '../errors';
import { threadInput } from '../platform/threads';
import { loadEngine } from './engines';

/** What the thread says of an engine: nothing where it is ready, else why not. */
export interface EngineProblem {
  readonly code: string;
  readonly details: SwatError['details'];
}

/** Entry of the thread that tries an engine out, so that the process itself never loads it. */
const { data, post } = threadInput();
try {
  loadEngine('tfjs-node', data as string[]);
  post(undefined);
} catch (cause) {
  if (!(cause instanceof SwatError)) throw cause;
  const { code, details } = cause;
  post({ code, details } satisfies EngineProblem);
}
