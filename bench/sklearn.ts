import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Variant } from './harness';

const root = join(__dirname, '..', '..');
/** A virtual environment with scikit-learn, made by hand as CONTRIBUTING.md says. */
const PYTHON = join(root, '.work', 'peers', 'venv', 'bin', 'python');

/** scikit-learn in a process and one thread of its own. The time that it takes to ask it, about 0.1 ms a round, counts too. */
export interface Sklearn {
  readonly step: Variant['run'];
  readonly grow: Variant['run'];
  readonly score: Variant['run'];
  end(): void;
}

/**
 * Starts it.
 * @param sizes what bench/peers.py takes: hidden widths, batch, features, rows, trees, subsample
 * @returns `undefined` where it is not installed
 */
export async function startSklearn(sizes: readonly (number | readonly number[])[]): Promise<Sklearn | undefined> {
  if (!existsSync(PYTHON)) return undefined;
  const child = spawn(PYTHON, [join(root, 'bench', 'peers.py'), ...sizes.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' },
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<number> => {
    const { done } = await lines.next();
    if (done === true) throw new Error('bench/peers.py has ended');
    return 1;
  };
  await answer();
  const ask =
    (name: string): Variant['run'] =>
    (times) => {
      const answered = answer();
      child.stdin.write(`${name} ${times}\n`);
      return answered;
    };
  return { step: ask('step'), grow: ask('grow'), score: ask('score'), end: () => child.kill() };
}
