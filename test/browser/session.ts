import type { Browser } from 'playwright-core';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, installTarball, linkModule, removeUserDir } from '../harness/user-dir';
import { launchBrowser } from './editor';

export interface Session {
  readonly nodeRed: RunningNodeRed;
  readonly browser: Browser;
}

/**
 * A Node-RED and a browser for the tests of one `describe`: the package comes from the tarball that `SWAT_TARBALL` names,
 * installed into an empty user directory; without it, from this checkout.
 */
export function editorSession(): () => Session {
  const userDir = createUserDir();
  let session: Session | undefined;

  before(async () => {
    if (process.env.SWAT_TARBALL === undefined) linkModule(userDir);
    else installTarball(userDir, process.env.SWAT_TARBALL);
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
