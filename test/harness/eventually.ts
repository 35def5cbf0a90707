import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** The longest that a test waits for what must happen, ms: no measure of anything, so that a busy machine fails no test. */
const PATIENCE_MS = 45_000;

/**
 * Waits until something holds.
 * @param what what is waited for, or what there is instead, for the error
 * @throws AssertionError when it does not hold within 45 s, or within so many milliseconds as are given
 */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string) = 'what was waited for',
  patience = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) assert.fail(`did not happen: ${typeof what === 'string' ? what : what()}`);
    await pause(5);
  }
}
