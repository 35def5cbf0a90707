import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../test/harness/admin';
import { startNodeRed, type RunningNodeRed } from '../test/harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../test/harness/user-dir';
import type { Reading } from './inside/watch';

/** A real headless Node-RED with a flow to be measured. */
export interface Subject {
  readonly nodeRed: RunningNodeRed;
  /** Counts and times from now on. */
  reset(timed?: boolean): Promise<void>;
  read(): Promise<Reading>;
  /** Tells the feed or the watch something; see bench/inside/bench-feed.ts. */
  tell<T>(path: string, asked?: Readonly<Record<string, number>>): Promise<T>;
  press(button: string): Promise<void>;
  /** Gives a node a command as the buttons of its dialog do; resolves with its answer. */
  command(type: string, id: string, given: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Ends it and removes its user directory. */
  end(): Promise<void>;
}

export interface SubjectOptions {
  /** Holds the process to the first core, where the system can. */
  readonly oneCore?: boolean;
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Without the nodes of this package. */
  readonly bare?: boolean;
  /** Other palettes of this checkout that it needs. */
  readonly modules?: readonly string[];
}

/** Starts a Node-RED of its own with a flow. */
export async function startSubject(flows: readonly FlowNode[], options: SubjectOptions = {}): Promise<Subject> {
  const userDir = createUserDir();
  const { nodeArgs = [], env = {}, oneCore = false, bare = false, modules = [] } = options;
  if (!bare) linkModule(userDir);
  for (const name of modules) linkModule(userDir, name, join(checkout, 'node_modules', name));
  addBenchNodes(userDir);
  const nodeRed = await startNodeRed({ userDir, flows, env, ...(oneCore ? firstCore(nodeArgs) : { nodeArgs }) });
  const tell = async <T>(path: string, asked: Readonly<Record<string, number>> = {}): Promise<T> => {
    const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
    return JSON.parse(await nodeRed.admin.text(`/bench/${path}?${query.toString()}`)) as T;
  };
  return {
    nodeRed,
    tell,
    read: () => tell<Reading>('read'),
    reset: (timed = false) => tell('reset', { timed: timed ? 1 : 0 }),
    press: (button) => nodeRed.admin.inject(button),
    command: (type, id, given) => nodeRed.admin.command(type, id, given),
    async end() {
      await nodeRed.stop();
      removeUserDir(userDir);
    },
  };
}

/** Starts several, hands them over, and ends all of them whatever happens. */
export async function withSubjects<T>(
  starts: readonly (() => Promise<Subject>)[],
  use: (subjects: readonly Subject[]) => Promise<T>,
): Promise<T> {
  const subjects: Subject[] = [];
  try {
    for (const start of starts) subjects.push(await start());
    return await use(subjects);
  } finally {
    for (const subject of subjects) await subject.end();
  }
}

/** Node-RED loads what stands in `nodes/` of its user directory: a script and a page of the same name. */
export function addBenchNodes(userDir: string): void {
  const folder = join(userDir, 'nodes');
  mkdirSync(folder);
  for (const name of ['bench-feed', 'bench-kafkajs']) {
    const script = join(__dirname, 'inside', `${name}.js`);
    writeFileSync(join(folder, `${name}.js`), `module.exports = require(${JSON.stringify(script)});\n`);
    const page = `RED.nodes.registerType('${name}', { category: 'bench', defaults: {}, inputs: 1, outputs: 1 });`;
    writeFileSync(join(folder, `${name}.html`), `<script type="text/javascript">${page}</script>\n`);
  }
}

/** Holds a Node-RED to the first core, where the system can. */
export function firstCore(nodeArgs: readonly string[]): { node?: string; nodeArgs: readonly string[] } {
  if (!canPin()) return { nodeArgs };
  return { node: 'taskset', nodeArgs: ['-c', '0', process.execPath, ...nodeArgs] };
}

function canPin(): boolean {
  return spawnSync('taskset', ['--version']).status === 0;
}
