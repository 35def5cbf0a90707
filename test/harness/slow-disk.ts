import { open } from 'node:fs/promises';

/**
 * Loaded into a Node-RED under test with `--require`: a real disk whose every sync takes `SWAT_SYNC_MS` longer, as that of a
 * worn flash card does.
 */
const delayMs = Number(process.env.SWAT_SYNC_MS ?? 0);

type Sync = (this: unknown) => Promise<void>;

async function slowDown(): Promise<void> {
  const handle = await open(__filename, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<'sync' | 'datasync', Sync>;
  await handle.close();
  for (const name of ['sync', 'datasync'] as const) {
    const original: Sync = prototype[name];
    prototype[name] = async function () {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      return original.call(this);
    };
  }
}

if (delayMs > 0) void slowDown();
