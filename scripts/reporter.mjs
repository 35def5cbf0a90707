// Mocha's list of tests, and beside it, in the file that SWAT_PROGRESS names, what scripts/test.mjs has to know: each failed
// test with its error, each that is left out and why, where the run is, and that it is alive. Written at once, so that it is there however the run ends.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import Mocha from 'mocha';

/** How often a run whose event loop turns says so, ms. */
const BEAT_MS = 2000;
const { EVENT_HOOK_BEGIN, EVENT_TEST_BEGIN, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } =
  Mocha.Runner.constants;

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.SWAT_PROGRESS;
    // The processes that tests start are not this run.
    delete process.env.SWAT_PROGRESS;
    const tell = (value) => appendFileSync(file, `${JSON.stringify({ passed: runner.stats.passes, ...value })}\n`);
    const place = (runnable) => `${runnable.titlePath().join(' > ')} (${relative('', runnable.file ?? '')})`;
    runner.on(EVENT_TEST_BEGIN, (test) => tell({ at: place(test) }));
    runner.on(EVENT_HOOK_BEGIN, (hook) => tell({ at: place(hook) }));
    const textOf = (error) => String(error?.stack ?? error?.message ?? error);
    runner.on(EVENT_TEST_FAIL, (test, error) => tell({ failed: place(test), error: textOf(error) }));
    // test/harness/skip.ts puts it there.
    const whyOf = (of) => of?.why ?? (of === undefined ? 'without a reason' : whyOf(of.parent));
    runner.on(EVENT_TEST_PENDING, (test) => tell({ skipped: place(test), why: whyOf(test) }));
    runner.once(EVENT_RUN_END, () => tell({ at: 'its end, after all tests', isThrough: true }));
    setInterval(() => tell({}), BEAT_MS).unref();
  }
}
