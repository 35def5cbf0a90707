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
  readonly listeners: Readonly<Record<string, number>>;
  readonly heapBytes: number;
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
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    timers: count('Timeout'),
    threads: count('MessagePort'),
    files: openFiles(),
    listeners: listeners(),
    heapBytes: heapUsed + arrayBuffers,
  };
}

/** Open files under the user directory's `swat` folder; 0 where the system does not tell. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).includes('/swat/');
      } catch {
        return false;
      }
    }).length;
  } catch {
    return 0;
  }
}

const port = Number(process.env.SWAT_PROBE_PORT ?? 0);
if (port > 0) {
  createServer((_request, response) => response.end(JSON.stringify(resources())))
    .listen(port, '127.0.0.1')
    .unref();
}
