import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonLog, MOST_PENDING, RETRY_MS, type LineForm, type LogWatcher } from '../../../lib/journal/log';
import { createRedactor } from '../../../lib/journal/redact';
import { rotatingFile, type LineSink, type OpenSink } from '../../../lib/platform/rotating';
import type { SwatError } from '../../../lib/errors';
import { eventually } from '../../harness/eventually';

const LIMITS = { sizeKb: 1, files: 3 };
const FORM: LineForm = { stamp: 'logged', gap: (lost) => ({ event: 'log-gap', lost }), redact: createRedactor() };

describe('JsonLog', () => {
  let folder: string;
  let failures: SwatError[];
  let recovered: number[];
  let watcher: LogWatcher;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-log-'));
    failures = [];
    recovered = [];
    watcher = { failed: (error) => failures.push(error), recovered: (lost) => recovered.push(lost) };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lines = (path: string): { logged: string; n?: number; event?: string; lost?: number }[] =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { logged: string });

  it('writes one JSON object per line, makes the folder, and goes on where it was', async () => {
    const path = join(folder, 'swat', 'logs', 'alarms.log');
    for (const n of [1, 2]) {
      const log = new JsonLog(path, { sizeKb: 100, files: 3 }, rotatingFile, watcher, FORM);
      log.write({ n }, 1_700_000_000_000);
      await log.close();
    }
    assert.deepEqual(lines(path), [
      { logged: '2023-11-14T22:13:20.000Z', n: 1 },
      { logged: '2023-11-14T22:13:20.000Z', n: 2 },
    ]);
    assert.deepEqual(failures, []);
  });

  it('rotates by size, keeps so many old files, and loses no line at a turn', async () => {
    const path = join(folder, 'alarms.log');
    const log = new JsonLog(path, LIMITS, rotatingFile, watcher, FORM);
    for (let n = 0; n < 200; n += 1) log.write({ n, pad: 'x'.repeat(50) }, 0);
    await log.close();
    assert.deepEqual(readdirSync(folder).sort(), ['alarms.log', 'alarms.log.1', 'alarms.log.2', 'alarms.log.3']);
    const kept = ['.3', '.2', '.1', ''].flatMap((end) => (statSync(path + end).size > 0 ? lines(path + end) : []));
    assert.deepEqual(
      kept.map(({ n }) => n),
      Array.from({ length: kept.length }, (_, i) => 200 - kept.length + i),
    );
    for (const name of readdirSync(folder)) assert.ok(statSync(join(folder, name)).size < 1200);
  });

  for (const [name, prepare] of [
    ['a folder stands in its place', () => mkdirSync(join(folder, 'logs', 'alarms.log'), { recursive: true })],
    ['a file stands where its folder should be', () => writeFileSync(join(folder, 'logs'), 'x')],
  ] as const) {
    it(`says once that it cannot write when ${name}, and goes on`, async () => {
      prepare();
      const path = join(folder, 'logs', 'alarms.log');
      const log = new JsonLog(path, LIMITS, rotatingFile, watcher, FORM);
      log.write({ n: 1 }, 0);
      await eventually(() => failures.length > 0);
      for (let n = 2; n < 50; n += 1) log.write({ n }, n);
      log.write({ n: 50 }, RETRY_MS + 1);
      await log.close();
      assert.equal(failures.length, 1);
      assert.equal(failures[0].code, 'log-write');
      assert.equal(failures[0].details.path, path);
    });
  }

  it('notes how many lines are missing when it can write again', async () => {
    writeFileSync(join(folder, 'logs'), 'x');
    const path = join(folder, 'logs', 'alarms.log');
    const log = new JsonLog(path, LIMITS, rotatingFile, watcher, FORM);
    log.write({ n: 1 }, 0);
    await eventually(() => failures.length > 0);
    log.write({ n: 2 }, 1);
    rmSync(join(folder, 'logs'));
    log.write({ n: 3 }, RETRY_MS + 1);
    await eventually(() => recovered.length > 0);
    await log.close();
    assert.deepEqual(recovered, [2]);
    assert.deepEqual(
      lines(path).map(({ n, event, lost }) => n ?? [event, lost]),
      [['log-gap', 2], 3],
    );
  });

  it('tries again by itself where lines are missing and no more come', async () => {
    writeFileSync(join(folder, 'logs'), 'x');
    const path = join(folder, 'logs', 'alarms.log');
    const log = new JsonLog(path, LIMITS, rotatingFile, watcher, FORM);
    log.write({ n: 1 }, 0);
    await eventually(() => failures.length > 0);
    rmSync(join(folder, 'logs'));
    log.tend(RETRY_MS - 1);
    assert.ok(!existsSync(path), 'not yet');
    log.tend(RETRY_MS);
    await eventually(() => recovered.length > 0);
    await log.close();
    assert.deepEqual([recovered, lines(path).map(({ event, lost }) => [event, lost])], [[1], [['log-gap', 1]]]);
  });

  it('keeps what fails in the middle apart: a full disk costs lines and is told once', async () => {
    const written: string[] = [];
    let full = false;
    const open: OpenSink = (_path, _limits, failed): LineSink => ({
      pending: 0,
      write: (text, _now, done) => {
        const failure = full ? new Error('ENOSPC: no space left on device, write') : undefined;
        if (failure === undefined) written.push(text);
        done(failure);
        if (failure !== undefined) failed(failure);
      },
      tend: () => undefined,
      close: () => Promise.resolve(),
    });
    const log = new JsonLog('alarms.log', LIMITS, open, watcher, FORM);
    log.write({ n: 1 }, 0);
    full = true;
    log.write({ n: 2 }, 1);
    log.write({ n: 3 }, 2);
    log.write({ n: 4 }, RETRY_MS + 10);
    full = false;
    log.write({ n: 5 }, 2 * RETRY_MS + 20);
    await log.close();
    assert.equal(failures.length, 1);
    assert.match(String(failures[0].details.detail), /ENOSPC/);
    assert.deepEqual(recovered, [3]);
    assert.deepEqual(
      written.map((line) => (JSON.parse(line) as { n?: number }).n),
      [1, undefined, 5],
    );
  });

  it('drops lines rather than fill memory while a disk does not answer', () => {
    let pending = 0;
    const open: OpenSink = () => ({
      get pending() {
        return pending;
      },
      write: (text) => {
        pending += text.length;
      },
      tend: () => undefined,
      close: () => Promise.resolve(),
    });
    const log = new JsonLog('alarms.log', LIMITS, open, watcher, FORM);
    for (let n = 0; n < 100; n += 1) log.write({ pad: 'x'.repeat(100_000) }, 0);
    assert.ok(pending < MOST_PENDING + 200_000);
  });
});
