import { cpSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { launchBrowser } from './editor';

export interface Session {
  readonly nodeRed: RunningNodeRed;
  readonly browser: Browser;
}

/**
 * A Node-RED and a browser for the tests of one `describe`: the package is in the user directory as it was installed
 * from its tarball into the folder that `SWAT_INSTALLED` names; without it, it is this checkout.
 */
export function editorSession(): () => Session {
  const userDir = createUserDir();
  let session: Session | undefined;

  before(async () => {
    if (process.env.SWAT_INSTALLED === undefined) linkModule(userDir);
    else cpSync(process.env.SWAT_INSTALLED, userDir, { recursive: true });
    const nodeRed = await startNodeRed({ userDir });
    try {
      session = { nodeRed, browser: await launchBrowser() };
    } catch (cause) {
      await nodeRed.kill();
      throw cause;
    }
  });
  after(async () => {
    await session?.browser.close();
    await session?.nodeRed.stop();
    removeUserDir(userDir);
  });
  return () => {
    if (session === undefined) throw new Error('the session starts before the first test');
    return session;
  };
}
