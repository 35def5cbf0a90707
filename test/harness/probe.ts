import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * Loaded into a Node-RED under test with `--require`: answers on `SWAT_PROBE_PORT` of 127.0.0.1 with what the process holds:
 * timers, message ports of threads, handles, listeners of Node-RED's own events, and heap after a collection where `--expose-gc` is set.
 */
export interface Resources {
  readonly timers: number;
  readonly threads: number;
  readonly files: number;
  /** All that keeps the process alive: timers and ports included. */
  readonly handles: number;
  readonly listeners: Readonly<Record<string, number>>;
  readonly heapBytes: number;
  /** What the whole process has in memory: with threads, WebAssembly and SQLite. */
  readonly rssBytes: number;
}

interface Emitter {
  eventNames(): (string | symbol)[];
  listenerCount(name: string | symbol): number;
}

function listeners(): Record<string, number> {
  const path = Object.keys(require.cache).find((name) => /@node-red[\\/]util[\\/]lib[\\/]events\.js$/.test(name));
  const events = path === undefined ? undefined : (require.cache[path]?.exports as Emitter | undefined);
  return Object.fromEntries(
    (events?.eventNames() ?? []).map((name) => [String(name), events?.listenerCount(name) ?? 0]),
  );
}

function resources(): Resources {
  const active = process.getActiveResourcesInfo();
  const count = (name: string): number => active.filter((each) => each === name).length;
  global.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return {
    timers: count('Timeout'),
    threads: count('MessagePort'),
    files: openFiles(),
    handles: active.length,
    listeners: listeners(),
    heapBytes: heapUsed + arrayBuffers,
    rssBytes: rss,
  };
}

/**
 * Open files under the user directory's `swat` folder; 0 where the system does not tell. A log counts only where it is open
 * more than once: it is opened with its first line, whenever that comes.
 */
function openFiles(): number {
  const names = fileNames();
  const logs = names.filter((name) => name.includes('/swat/logs/'));
  return names.length - new Set(logs).size;
}

function fileNames(): string[] {
  try {
    return readdirSync('/proc/self/fd')
      .map((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`);
        } catch {
          return '';
        }
      })
      .filter((name) => name.includes('/swat/'));
  } catch {
    return [];
  }
}

const port = Number(process.env.SWAT_PROBE_PORT ?? 0);
if (port > 0) {
  createServer((_request, response) => response.end(JSON.stringify(resources())))
    .listen(port, '127.0.0.1')
    .unref();
}
