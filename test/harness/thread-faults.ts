import { createServer } from 'node:http';
import threads, { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Loaded into a Node-RED under test with `--require`: on `SWAT_THREADS_PORT` of 127.0.0.1, `/end?script=…` ends every thread that
 * runs a script of such a name, at once and wherever it is, and says how many there were; `/heap?mb=…` is what every thread
 * that is started from then on has of heap, 0 for what it asks for; `/hoard?mb=…` makes each of them keep so much more of it with
 * everything that it tells, 0 for none.
 */
const running = new Map<Worker, string>();
let heapMb = 0;
let hoardMb = 0;
const HOARD = ['--require', require.resolve('./hoard')];

class Watched extends Worker {
  constructor(script: string | URL, options: WorkerOptions = {}) {
    const limits = heapMb > 0 ? { resourceLimits: { maxOldGenerationSizeMb: heapMb } } : {};
    const hoard = hoardMb > 0 ? { execArgv: HOARD, env: { ...process.env, SWAT_HOARD_MB: String(hoardMb) } } : {};
    super(script, { ...options, ...limits, ...hoard });
    running.set(this, String(script));
    this.once('exit', () => running.delete(this));
  }
}

async function end(script: string): Promise<number> {
  const found = [...running].flatMap(([worker, name]) => (name.includes(script) ? [worker] : []));
  await Promise.all(found.map((worker) => worker.terminate()));
  return found.length;
}

const port = Number(process.env.SWAT_THREADS_PORT ?? 0);
if (port > 0) {
  Object.assign(threads, { Worker: Watched });
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname === '/heap') heapMb = Number(searchParams.get('mb'));
    if (pathname === '/hoard') hoardMb = Number(searchParams.get('mb'));
    const ended = pathname === '/end' ? end(searchParams.get('script') ?? '-') : Promise.resolve(0);
    void ended.then((count) => response.end(String(count)));
  })
    .listen(port, '127.0.0.1')
    .unref();
}
