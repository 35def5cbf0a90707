import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import * as util from 'node:util';

/** A module that users may install or not. */
export interface OptionalModule {
  /** Where it stands; `undefined` if in none of the folders. */
  readonly path: string | undefined;
  /** Runs it. @throws whatever it throws, for example for want of a native library */
  load(): unknown;
}

/** Looks for a module as if it were required from a file in each of these folders; the first that has it counts. */
export function optionalModule(name: string, folders: readonly string[]): OptionalModule {
  for (const folder of folders) {
    const require = createRequire(resolve(folder, 'index.js'));
    const path = resolved(() => require.resolve(name));
    if (path !== undefined) return { path, load: (): unknown => require(path) as unknown };
  }
  return { path: undefined, load: () => undefined };
}

function resolved(look: () => string): string | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** The version of Node.js, and whether it still has what older native modules call (Node.js 23 took it away). */
export const node = { version: process.version, hasOldUtil: 'isNullOrUndefined' in util };
