import { cpSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { closePages, launchBrowser } from './editor';

export interface Session {
  readonly nodeRed: RunningNodeRed;
  readonly browser: Browser;
}

interface Started {
  readonly nodeRed: RunningNodeRed;
  end(): Promise<void>;
}

/** The Node-RED of all tests that deploy nothing. */
let idle: Started | undefined;
after(() => idle?.end());

/**
 * A Node-RED and the browser for the tests of one `describe`: the package is in the user directory as it was installed
 * from its tarball into the folder that `SWAT_INSTALLED` names; without it, it is this checkout.
 */
export function editorSession(): () => Session {
  let started: Started | undefined;
  const session = sessionOf(async () => (started = await start()).nodeRed);
  after(() => started?.end());
  return session;
}

/** The same for tests that deploy nothing and leave nothing in the user directory: they share one Node-RED. */
export function idleSession(): () => Session {
  return sessionOf(async () => (idle ??= await start()).nodeRed);
}

function sessionOf(nodeRedOf: () => Promise<RunningNodeRed>): () => Session {
  let session: Session | undefined;
  before(async () => {
    session = { nodeRed: await nodeRedOf(), browser: await launchBrowser() };
  });
  after(closePages);
  return () => {
    if (session === undefined) throw new Error('the session starts before the first test');
    return session;
  };
}

async function start(): Promise<Started> {
  const userDir = createUserDir();
  try {
    if (process.env.SWAT_INSTALLED === undefined) linkModule(userDir);
    else cpSync(process.env.SWAT_INSTALLED, userDir, { recursive: true });
    const nodeRed = await startNodeRed({ userDir });
    return {
      nodeRed,
      async end() {
        await nodeRed.stop();
        removeUserDir(userDir);
      },
    };
  } catch (cause) {
    removeUserDir(userDir);
    throw cause;
  }
}
