import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { adminApi, type AdminApi, type Deployment, type FlowNode } from './admin';
import { checkout } from './user-dir';

/** Characters of the log that are kept. */
const KEPT = 1_000_000;
/** What Node-RED says when flows run, or cannot for want of a node type. */
const STARTED = /Started (modified )?(flows|nodes)|Waiting for missing types|Flows sind gestartet/;

export interface NodeRedOptions {
  /** User directory (see user-dir.ts); the caller removes it. Start again with the same one to test a restart. */
  readonly userDir: string;
  /** Folder whose `node_modules` holds Node-RED; `SWAT_NODE_RED`, else this checkout. */
  readonly from?: string;
  /** Node binary; `SWAT_NODE`, else the one that runs the tests. */
  readonly node?: string;
  /** Arguments for the node binary, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
  /** Written to the flow file before the start; without it the flow file of the user directory stays as it is. */
  readonly flows?: readonly FlowNode[];
  /** Additions to settings.js; plain JSON. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Lines of settings.js as a reader pastes them there, each ending with a comma. */
  readonly pasted?: string;
  /** Environment variables beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs Node-RED by another program, such as `['bash', '-c', 'ulimit -f 100; exec "$@"', 'bash']`. */
  readonly wrapper?: readonly string[];
  /** The longest start, milliseconds. */
  readonly patience?: number;
}

/** A real Node-RED in a process of its own. */
export interface RunningNodeRed {
  readonly url: string;
  readonly pid: number;
  readonly admin: AdminApi;
  /** What it printed after so many characters, all of it unless told otherwise; at most the last million characters. */
  log(since?: number): string;
  /** Characters printed so far, also those that are no longer kept. */
  logLength(): number;
  /** Resolves with the first match of the pattern in the log; rejects after `patience` milliseconds, 45 s unless told otherwise. */
  waitForLog(pattern: RegExp, patience?: number): Promise<RegExpExecArray>;
  /**
   * Asks it to end, as Ctrl-C does, and waits; after 20 s it is killed and the promise rejects, as it does where it had ended by
   * itself before.
   */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL), as a power cut does. Rejects with the log where it had ended by itself before. */
  kill(): Promise<void>;
}

/**
 * Starts Node-RED on 127.0.0.1 and a free port, and resolves once its editor answers and its flows have started.
 * @throws Error with the log when it ends or is not ready in time; no process is left behind.
 */
export async function startNodeRed(options: NodeRedOptions): Promise<RunningNodeRed> {
  const { userDir, nodeArgs = [], flows, patience = 60_000 } = options;
  const from = options.from ?? process.env.SWAT_NODE_RED ?? checkout;
  const node = options.node ?? process.env.SWAT_NODE ?? process.execPath;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(userDir, 'settings.js'), settingsFile(port, options));
  if (flows !== undefined) writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flows));

  const program = join(from, 'node_modules', 'node-red', 'red.js');
  const command = [...(options.wrapper ?? []), node, ...nodeArgs, program, '--userDir', userDir];
  const child = spawn(command[0], command.slice(1), {
    cwd: userDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_RED_DISABLE_TELEMETRY: '1', ...options.env },
  });
  const output = capture(child);
  const log = (since = 0): string => output.since(since);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const waitForLog = (pattern: RegExp, atMost = 45_000): Promise<RegExpExecArray> =>
    until(
      () => pattern.exec(log()),
      child,
      atMost,
      () => `no ${String(pattern)} in the log:\n${log()}`,
    );
  let isOver = false;
  const end = async (): Promise<void> => {
    isOver = true;
    child.kill('SIGKILL');
    await ended;
  };
  const mustLive = (): void => {
    if (isOver || (child.exitCode === null && child.signalCode === null)) return;
    throw new Error(`Node-RED had ended by itself:\n${log()}`);
  };

  const api = adminApi(url);
  const deploy = async (next: readonly FlowNode[], deployment?: Deployment): Promise<void> => {
    const before = output.length();
    await api.deploy(next, deployment);
    // Node-RED answers first and starts the flows afterwards.
    await until(
      () => STARTED.exec(output.since(before)),
      child,
      patience,
      () => `flows not started:\n${log()}`,
    );
  };

  try {
    await waitForLog(STARTED, patience);
    await until(
      () => answers(url),
      child,
      patience,
      () => `no answer at ${url}:\n${log()}`,
    );
  } catch (cause) {
    await end();
    throw cause;
  }
  return {
    url,
    pid: child.pid ?? 0,
    admin: { ...api, deploy },
    log,
    logLength: () => output.length(),
    waitForLog,
    async kill() {
      mustLive();
      await end();
    },
    async stop() {
      mustLive();
      isOver = true;
      child.kill('SIGTERM');
      const outcome = await Promise.race([ended, pause(20_000, 'late', { ref: false })]);
      if (outcome !== 'late') return;
      await end();
      throw new Error(`Node-RED did not stop within 20 s:\n${log()}`);
    },
  };
}

function settingsFile(uiPort: number, { settings: additions, pasted = '' }: NodeRedOptions): string {
  const settings = {
    uiHost: '127.0.0.1',
    uiPort,
    lang: 'en-US',
    flowFile: 'flows.json',
    credentialSecret: 'only for tests',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
    ...additions,
  };
  return `module.exports = {\n${pasted}\n...${JSON.stringify(settings, null, 2)}\n};\n`;
}

interface Output {
  /** Characters printed so far. */
  length(): number;
  /** What was printed after so many characters, as far as it is still kept. */
  since(length: number): string;
}

function capture(child: ChildProcess): Output {
  let text = '';
  let dropped = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const excess = Math.max(0, text.length - KEPT);
      text = text.slice(excess);
      dropped += excess;
    });
  }
  return { length: () => dropped + text.length, since: (length) => text.slice(Math.max(0, length - dropped)) };
}

async function until<T>(
  probe: () => T | null | Promise<T | null>,
  child: ChildProcess,
  patience: number,
  reason: () => string,
): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await probe();
    if (found !== null) return found;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Node-RED ended: ${reason()}`);
    if (Date.now() > deadline) throw new Error(reason());
    await pause(50);
  }
}

async function answers(url: string): Promise<true | null> {
  try {
    const { ok, status } = await fetch(new URL('/settings', url));
    return ok || status === 401 ? true : null;
  } catch {
    return null;
  }
}

/**
 * A port of 127.0.0.1 that nobody listened on a moment ago: by chance, and none of those that the system gives to
 * connections, so that nothing else takes it before it is listened on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
