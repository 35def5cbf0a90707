import { join } from 'node:path';
import { SwatError } from '../errors';
import { threadsWith, type StartThread } from '../platform/threads';
import type { EngineProblem } from './engine-probe';
import { findEngine } from './engines';

const SCRIPT = join(__dirname, 'engine-probe.js');
const HEAP_MB = 256;
/** So long TensorFlow may take to load. */
const MOST_MS = 60_000;

/**
 * Tries the engine that is not built in, in a thread of its own.
 * @returns why it cannot be used; `undefined` where it can
 */
export async function tryEngine(
  folders: readonly string[],
  start: StartThread = threadsWith(HEAP_MB),
): Promise<SwatError | undefined> {
  try {
    findEngine('tfjs-node', folders);
  } catch (cause) {
    if (cause instanceof SwatError) return cause;
    throw cause;
  }
  let problem: SwatError | undefined = new SwatError('engine-broken', { detail: 'timeout' });
  const thread = start(SCRIPT, folders, [], {
    message(value) {
      const said = value as EngineProblem | undefined;
      problem = said && new SwatError(said.code, said.details);
    },
    ended(cause) {
      if (cause !== undefined) problem = new SwatError('engine-broken', { detail: cause.message }, { cause });
    },
  });
  await thread.end(MOST_MS);
  return problem;
}
