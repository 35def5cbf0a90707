import fs from 'node:fs';
import { open } from 'node:fs/promises';
import threads, { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Loaded into a Node-RED under test with `--require`: a real disk on which all that we write or sync takes `SWAT_DISK_MS` longer, as
 * on a worn flash card. That is so in the threads as well, the journal's among them.
 */
const delayMs = Number(process.env.SWAT_DISK_MS ?? 0);

type Call = (this: unknown, ...given: unknown[]) => unknown;

async function slowDown(): Promise<void> {
  const handle = await open(__filename, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<'write' | 'writeFile' | 'sync' | 'datasync', Call>;
  await handle.close();
  for (const name of ['write', 'writeFile', 'sync', 'datasync'] as const) {
    const original: Call = prototype[name];
    prototype[name] = async function (...given) {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      return original.apply(this, given);
    };
  }
}

class Slowed extends Worker {
  constructor(script: string | URL, options: WorkerOptions = {}) {
    super(script, { ...options, execArgv: ['--require', __filename] });
  }
}

if (delayMs > 0) {
  Object.assign(threads, { Worker: Slowed });
  void slowDown();
  const { fsyncSync } = fs;
  fs.fsyncSync = (file) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
    fsyncSync(file);
  };
}
