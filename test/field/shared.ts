import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../harness/admin';
import { checkout, createUserDir, linkModule } from '../harness/user-dir';

/** Where the nodes of others are installed that the field examples stand beside (`npm ci --prefix test/field`). */
export const fieldModules = join(checkout, 'test', 'field', 'node_modules');

/** A user directory with this package and with some of {@link fieldModules}. */
export function fieldUserDir(...names: readonly string[]): string {
  const userDir = createUserDir();
  linkModule(userDir);
  for (const name of names) linkModule(userDir, name, join(fieldModules, name));
  return userDir;
}

/** An example with its debug nodes printing into the log, and changes of some nodes by name or by type. */
export function fieldExample(file: string, changes: Readonly<Record<string, object>> = {}): FlowNode[] {
  const flow = JSON.parse(readFileSync(join(checkout, 'examples', file), 'utf8')) as FlowNode[];
  return flow.map((node) => ({
    ...node,
    ...(node.type === 'debug' ? { console: true } : {}),
    ...changes[node.type],
    ...changes[String(node.name)],
  }));
}

/** Waits for what should happen. */
export async function until(what: string, ready: () => boolean | Promise<boolean>, most = 60_000): Promise<void> {
  const deadline = Date.now() + most;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await pause(20);
  }
}
