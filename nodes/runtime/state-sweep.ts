import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../lib/platform/clock';

/** State that no node has opened, and that has not changed for this long, is of a node that is gone, ms. */
const KEPT_MS = 30 * 86_400_000;
/** So long after the first node has started, all that there are have, ms. */
const AFTER_MS = 60_000;

const opened = new Set<string>();
const swept = new Set<string>();

/**
 * Notes that a node has this state file. A minute after the first one, those of nodes that are gone are removed from the
 * folder once: a node that was deleted by mistake has 30 days to come back.
 */
export function inUse(folder: string, path: string): void {
  opened.add(path);
  if (swept.has(folder)) return;
  swept.add(folder);
  setTimeout(() => void sweep(folder, opened, systemClock()), AFTER_MS).unref();
}

/**
 * Removes state files that are not in use and have not changed for 30 days. A file that cannot be removed is left.
 * @param now wall-clock time, ms
 * @returns the names of those that were removed
 */
export async function sweep(folder: string, used: ReadonlySet<string>, now: number): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const removed: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (used.has(path) || !/\.state(\.set-aside|\.new)?$/.test(name)) continue;
    try {
      if (now - (await stat(path)).mtimeMs < KEPT_MS) continue;
      await rm(path);
      removed.push(name);
    } catch {
      // It is as good as any time to try again after the next start.
    }
  }
  return removed;
}
