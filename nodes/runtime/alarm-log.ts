import { AlarmLog, type LogWatcher } from '../../lib/journal/log';
import { rotatingFile, type RotationLimits } from '../../lib/platform/rotating';

interface Shared {
  log: AlarmLog;
  watchers: Set<LogWatcher>;
}

/** One open log per file: two streams that rotate the same file would write into each other's old ones. */
const open = new Map<string, Shared>();

export interface LogHandle {
  write(entry: object, now: number): void;
  /** Flushes, and closes the file when no other node uses it. */
  close(): Promise<void>;
}

/** The alarm log at a path, shared by all nodes that write there; the first one's limits hold. */
export function sharedLog(path: string, limits: RotationLimits, watcher: LogWatcher): LogHandle {
  const shared = open.get(path) ?? create(path, limits);
  shared.watchers.add(watcher);
  return {
    write: (entry, now) => shared.log.write(entry, now),
    close: async () => {
      shared.watchers.delete(watcher);
      if (shared.watchers.size > 0) return;
      open.delete(path);
      await shared.log.close();
    },
  };
}

function create(path: string, limits: RotationLimits): Shared {
  const watchers = new Set<LogWatcher>();
  const log = new AlarmLog(path, limits, rotatingFile, {
    failed: (error) => watchers.forEach((watcher) => watcher.failed(error)),
    recovered: (lost) => watchers.forEach((watcher) => watcher.recovered(lost)),
  });
  const shared = { log, watchers };
  open.set(path, shared);
  return shared;
}
