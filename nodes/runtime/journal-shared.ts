import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { isBegun } from '../../lib/journal/begun';
import { JournalFeed, type FeedWatcher } from '../../lib/journal/feed';
import type { Journal, JournalEntry } from '../../lib/journal/journal';
import type { JournalNews, JournalPlace, JournalThreadInput } from '../../lib/journal/protocol';
import { ThreadedJournal } from '../../lib/journal/threaded';
import { disk } from '../../lib/platform/files';
import { PACKAGE_FOLDER } from '../../lib/platform/product';
import { systemTimers } from '../../lib/platform/timers';
import { userFolder } from './user-folder';

/** Where a node's alarms are recorded, and for how long. */
export interface JournalSettings {
  /** `postgresql://…`; empty for the file of the user directory. A secret. */
  readonly url: string;
  /** 0 keeps records for good. */
  readonly retentionDays: number;
}

/** Who hears of a shared journal. */
export interface JournalWatcher extends FeedWatcher {
  news(news: JournalNews): void;
}

export interface JournalHandle {
  /** Resolves, never rejects, once the entries are confirmed; see {@link JournalFeed}. */
  write(entries: readonly JournalEntry[]): Promise<void>;
  readonly journal: Pick<Journal, 'query' | 'verify' | 'stats'>;
  /** Lets go, and closes the journal when no other node uses it. Never rejects. */
  close(): Promise<void>;
}

interface Shared {
  readonly journal: Pick<Journal, 'query' | 'verify' | 'stats'>;
  readonly feed: JournalFeed;
  readonly watchers: Set<JournalWatcher>;
  close(): Promise<void>;
}

/** What waits for a journal that does not answer is waited for no longer than this on close, ms. */
const CLOSE_MS = 3000;

/** One thread per journal. */
const open = new Map<string, Shared>();
/** Journals that are being closed: a redeploy waits for the file to be free. */
const closing = new Map<string, Promise<void>>();

/**
 * The journal of a place, shared by all nodes that record there; the first one's retention holds.
 * @throws SwatError `journal-url`
 */
export function sharedJournal(
  RED: Pick<NodeAPI, 'settings'>,
  settings: JournalSettings,
  watcher: JournalWatcher,
): JournalHandle {
  const place = placeOf(userFolder(RED), settings.url);
  const key = place.kind === 'file' ? place.path : place.url;
  const shared = open.get(key) ?? create(key, place, settings.retentionDays);
  shared.watchers.add(watcher);
  return {
    write: (entries) => shared.feed.write(entries),
    journal: shared.journal,
    close: async () => {
      shared.watchers.delete(watcher);
      if (shared.watchers.size > 0 || open.get(key) !== shared) return;
      open.delete(key);
      const closed = shared.close();
      closing.set(key, closed);
      await closed;
      if (closing.get(key) === closed) closing.delete(key);
    },
  };
}

function create(key: string, place: JournalPlace, retentionDays: number): Shared {
  const watchers = new Set<JournalWatcher>();
  const tell = (news: JournalNews): void => watchers.forEach((watcher) => watcher.news(news));
  const opened = Promise.resolve(closing.get(key)).then(() => openWhenNeeded({ place, retentionDays }, tell));
  const feed = new JournalFeed(
    { append: async (entries) => (await opened).append(entries) },
    {
      failed: (error) => watchers.forEach((watcher) => watcher.failed(error)),
      recovered: (lost) => watchers.forEach((watcher) => watcher.recovered(lost)),
    },
    systemTimers,
  );
  const shared: Shared = {
    journal: {
      query: async (query) => (await opened).query(query),
      verify: async (known) => (await opened).verify(known),
      stats: async () => (await opened).stats(),
    },
    feed,
    watchers,
    async close() {
      let cancel = (): void => undefined;
      const late = new Promise<void>((resolve) => (cancel = systemTimers.after(CLOSE_MS, resolve)));
      await Promise.race([feed.close(), late]);
      cancel();
      await (await opened).close();
    },
  };
  open.set(key, shared);
  return shared;
}

/**
 * A journal that was begun is opened at once: what a crash has left is put right, and damage told, before the first entry comes.
 * One that nothing was recorded in yet has none of that, and waits for its first record: its thread with the database in it takes
 * tens of megabytes.
 */
async function openWhenNeeded(input: JournalThreadInput, tell: (news: JournalNews) => void): Promise<ThreadedJournal> {
  return new ThreadedJournal(input, tell, undefined, !(await isBegun(input.place, disk)));
}

function placeOf(userDir: string, url: string): JournalPlace {
  const folder = join(userDir, 'swat', 'journal');
  if (url === '') return { kind: 'file', path: join(folder, 'journal.db') };
  if (!/^postgres(ql)?:\/\//.test(url)) throw new SwatError('journal-url');
  const name = createHash('sha256').update(url).digest('hex').slice(0, 12);
  return { kind: 'postgres', url, folders: [userDir, PACKAGE_FOLDER], headPath: join(folder, `postgres-${name}.head`) };
}
