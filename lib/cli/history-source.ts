import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '../history/history';
import type { HistoryReader } from '../history/reader';
import { USUAL_SPANS } from '../history/resolutions';
import { HistoryStore } from '../history/store';
import { disk } from '../platform/files';

/** As far back as a history keeps unless set otherwise; what is on the disk was bounded when it was written. */
const ALL = {
  spans: USUAL_SPANS,
  staleMs: 30_000,
  mostAssets: 1000,
  mostBytes: Number.POSITIVE_INFINITY,
};
const DEAF = { failed: () => undefined, recovered: () => undefined, tell: () => undefined };

/**
 * The past that the swat-history nodes of a user directory have kept, read from a copy, so that nothing of it is touched:
 * `undefined` where there is none. Of an asset that several of them keep, the first one counts.
 */
export async function withHistory<T>(
  dir: string | undefined,
  work: (history: Pick<HistoryReader, 'trend' | 'assets' | 'quality'> | undefined) => Promise<T>,
): Promise<T> {
  const from = dir === undefined ? undefined : join(dir, 'swat', 'history');
  const nodes = from === undefined ? [] : await readdir(from).catch(() => []);
  if (from === undefined || nodes.length === 0) return work(undefined);
  const folder = await mkdtemp(join(tmpdir(), 'swat-history-'));
  try {
    await cp(from, folder, { recursive: true });
    const history = new History(ALL, () => 0);
    for (const node of nodes.sort()) await new HistoryStore(disk, join(folder, node), join, history, DEAF).load();
    return await work(history.size === 0 ? undefined : history);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
