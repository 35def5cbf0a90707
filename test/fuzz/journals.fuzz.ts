import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { threadsWith, type Thread } from '../../lib/platform/threads';
import type { JournalTry } from './inside/journal-tries';
import { FUZZ, noteResult, reached } from './shared';

/** The longest that all that is done with one journal may take, ms: an endless statement holds its thread up. */
const PATIENCE = 20_000;
const HEAP_MB = 512;
const GROWTH = 48 * 2 ** 20;
const MOST_FAILURES = 10;

describe('a journal whose files were damaged, or written by somebody else', () => {
  let folder: string;
  let thread: Thread | undefined;
  let heard: (outcome: JournalTry | Error) => void = () => undefined;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-journals-'));
    const script = join(__dirname, 'inside', 'journal-tries.js');
    thread = threadsWith(HEAP_MB)(script, { folder, seed: FUZZ.seed }, [], {
      message: (value) => heard(value as JournalTry),
      ended: (cause) => heard(cause ?? new Error('the thread has ended')),
    });
  });
  after(async function () {
    this.timeout(30_000);
    thread?.post('end');
    await thread?.end(2000);
    rmSync(folder, { recursive: true, force: true });
  });

  it(`is opened soundly or refused with a reason, ${FUZZ.journals} times, and is written to again`, async function () {
    this.timeout(FUZZ.patience);
    const failures: string[] = [];
    const came: Record<string, number> = {};
    const begun = Date.now();
    let settled: number | undefined;
    let bytes = 0;
    let count = 0;
    for (
      let index = 0;
      index < FUZZ.journals && failures.length < MOST_FAILURES && Date.now() - begun < FUZZ.budget;
      index += 1
    ) {
      const over = new Promise<JournalTry | Error>((resolve) => (heard = resolve));
      thread?.post(index);
      const late = new AbortController();
      const outcome = await Promise.race([over, pause(PATIENCE, undefined, { signal: late.signal }).catch(() => undefined)]); // prettier-ignore
      late.abort();
      // Nothing more can be asked of a thread that hangs or has ended.
      if (outcome === undefined) assert.fail(`journal ${index} (seed ${FUZZ.seed}) hangs`);
      if (outcome instanceof Error) assert.fail(`journal ${index} (seed ${FUZZ.seed}): ${outcome.message}`);
      if (outcome.problem !== undefined) failures.push(`journal ${index}, ${outcome.how}: ${outcome.problem}`);
      for (const code of new Set(outcome.came)) came[code] = (came[code] ?? 0) + 1;
      ({ bytes } = outcome);
      count += 1;
      if (index >= FUZZ.journals / 3) settled ??= bytes;
    }
    const seconds = (Date.now() - begun) / 1000;
    const grownBytes = bytes - (settled ?? bytes);
    assert.deepEqual(failures, []);
    reached('journals', count, FUZZ.journals);
    assert.ok(grownBytes < GROWTH, `the thread has grown by ${grownBytes} bytes`);
    assert.ok((came['set-aside'] ?? 0) > count / 20);
    noteResult('journals', { seed: FUZZ.seed, journals: count, seconds, came, grownBytes });
  });
});
