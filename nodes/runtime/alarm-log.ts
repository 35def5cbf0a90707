import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { JsonLog, type LogWatcher } from '../../lib/journal/log';
import { createRedactor } from '../../lib/journal/redact';
import { systemClock } from '../../lib/platform/clock';
import { rotatingFile, type RotationLimits } from '../../lib/platform/rotating';
import { logSettings } from './logs';
import { userFolder } from './user-folder';

interface Shared {
  readonly log: JsonLog;
  readonly watchers: Set<LogWatcher>;
  readonly timer: NodeJS.Timeout;
}

/** How often a quiet log is looked after, ms. */
const TEND_MS = 60_000;

/** One open log per file: two streams that rotate the same file would write into each other's old ones. */
const open = new Map<string, Shared>();

export interface LogHandle {
  write(entry: object, now: number): void;
  /** Flushes, and closes the file when no other node uses it. */
  close(): Promise<void>;
}

/**
 * The alarm log, `swat/logs/alarms.log`, shared by all nodes that write there: the first one's limits hold, and the ages of
 * `swatLogs.alarms` in settings.js.
 */
export function alarmLog(RED: NodeAPI, limits: RotationLimits, watcher: LogWatcher): LogHandle {
  const path = join(userFolder(RED), 'swat', 'logs', 'alarms.log');
  const shared = open.get(path) ?? create(RED, path, limits);
  shared.watchers.add(watcher);
  return {
    write: (entry, now) => shared.log.write(entry, now),
    close: async () => {
      shared.watchers.delete(watcher);
      if (shared.watchers.size > 0) return;
      open.delete(path);
      clearInterval(shared.timer);
      await shared.log.close();
    },
  };
}

function create(RED: NodeAPI, path: string, limits: RotationLimits): Shared {
  const watchers = new Set<LogWatcher>();
  const [{ alarms, redact }] = logSettings(RED);
  const watcher: LogWatcher = {
    failed: (error) => watchers.forEach((each) => each.failed(error)),
    recovered: (lost) => watchers.forEach((each) => each.recovered(lost)),
  };
  const log = new JsonLog(path, { ...limits, ...alarms }, rotatingFile, watcher, {
    stamp: 'logged',
    gap: (lost) => ({ event: 'log-gap', lost }),
    redact: createRedactor(redact),
  });
  const timer = setInterval(() => log.tend(systemClock()), TEND_MS);
  timer.unref();
  const shared = { log, watchers, timer };
  open.set(path, shared);
  return shared;
}
