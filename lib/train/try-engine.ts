import { join } from 'node:path';
import type { EngineName } from '../detect/engine';
import { SwatError } from '../errors';
import { runProcess, type RunProcess } from '../platform/processes';
import type { EngineVerdict } from './engine-probe';
import { findEngine } from './engines';

const SCRIPT = join(__dirname, 'engine-probe.js');
/** So long TensorFlow may take to load. */
const MOST_MS = 60_000;

/**
 * Tries an engine, in a process of its own: what is native can end the process that loads it.
 * @throws SwatError `engine-missing`, `engine-node`, `engine-broken`: why it cannot be used
 */
export async function tryEngine(
  name: EngineName,
  folders: readonly string[],
  run: RunProcess = runProcess,
): Promise<void> {
  if (findEngine(name, folders) === undefined) return;
  const { posted, cause } = await run(SCRIPT, folders, MOST_MS);
  const verdict = posted as EngineVerdict | undefined;
  if (verdict !== undefined && 'code' in verdict) throw new SwatError(verdict.code, verdict.details);
  if (verdict === undefined || cause !== undefined) throw new SwatError('engine-broken', { detail: cause ?? 'exit 0' });
}
