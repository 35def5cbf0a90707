import { chromium, type Browser } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let running: Browser | undefined;

/**
 * The browser of all tests of a run, started at the first call, and anew where it has ended: Debian's Chromium, or the one that
 * the variable CHROMIUM names. Who opens pages closes them, with `closePages` at the latest.
 */
export async function launchBrowser(): Promise<Browser> {
  if (running?.isConnected() !== true) {
    running = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  }
  return running;
}

/** Closes every page, so that none draws beside the tests that follow. */
export async function closePages(): Promise<void> {
  for (const context of running?.contexts() ?? []) await context.close();
}

// Of the whole run: this stands outside of any `describe`.
after(() => running?.close());
