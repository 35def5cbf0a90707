import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rotatingFile, type LineSink, type RotationLimits } from '../../../lib/platform/rotating';

const DAY = 86_400_000;
const T0 = Date.parse('2024-01-10T00:00:00Z');

describe('rotatingFile', () => {
  let folder: string;
  let path: string;
  let failures: Error[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-rotating-'));
    path = join(folder, 'x.log');
    failures = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (limits: Partial<RotationLimits> = {}): LineSink =>
    rotatingFile(path, { sizeKb: 1000, files: 3, ...limits }, (cause) => failures.push(cause));
  const line = (now: number): string => `{"time":"${new Date(now).toISOString()}"}\n`;
  const put = (sink: LineSink, now: number): Promise<Error | undefined> =>
    new Promise((resolve) => sink.write(line(now), now, resolve));
  const text = (end = ''): string => readFileSync(path + end, 'utf8');
  const files = (): string[] => readdirSync(folder).sort();

  it('puts a file aside when its first line is too old, also after a restart, and never an empty one', async () => {
    const limits = { fileMs: DAY };
    let sink = open(limits);
    await put(sink, T0);
    await put(sink, T0 + DAY - 1);
    assert.deepEqual(files(), ['x.log']);
    await sink.close();
    sink = open(limits);
    await put(sink, T0 + DAY + 1);
    assert.deepEqual(files(), ['x.log', 'x.log.1']);
    assert.equal(text('.1'), line(T0) + line(T0 + DAY - 1));
    assert.equal(text(), line(T0 + DAY + 1));
    for (let day = 3; day < 9; day += 1) sink.tend(T0 + day * DAY);
    await sink.close();
    assert.deepEqual(files(), ['x.log', 'x.log.1', 'x.log.2'], 'turned once while nothing was written');
    assert.equal(text(), '');
    assert.deepEqual(failures, []);
  });

  it('removes what is too old or too many, and leaves other files alone', async () => {
    const others = ['x.log.bak', 'x.log.01', 'y.log.1', 'x.log.1.gz'];
    for (const name of ['x.log.1', 'x.log.2', 'x.log.7', ...others]) {
      writeFileSync(join(folder, name), 'old');
      utimesSync(join(folder, name), T0 / 1000, T0 / 1000);
    }
    utimesSync(join(folder, 'x.log.1'), (T0 + 2 * DAY) / 1000, (T0 + 2 * DAY) / 1000);
    const sink = open({ keepMs: 3 * DAY });
    await put(sink, T0 + 4 * DAY);
    assert.deepEqual(files(), ['x.log', 'x.log.1', ...others].sort());
    sink.tend(T0 + 6 * DAY);
    await sink.close();
    assert.ok(!existsSync(`${path}.1`));
  });

  it('keeps a line that was cut off by a power cut apart from the next', async () => {
    writeFileSync(path, '{"whole":1}\n{"tor');
    const sink = open();
    sink.tend(T0);
    await put(sink, T0);
    await sink.close();
    assert.equal(text(), `{"whole":1}\n{"tor\n${line(T0)}`);
  });

  it('leaves no half of a line where a file may not grow further', () => {
    // The system takes the part of the fourth line that fits into 1 KiB, without an error.
    const program = `
      const { rotatingFile } = require(process.argv[1]);
      const sink = rotatingFile(process.argv[2], { sizeKb: 100, files: 3 }, ({ code }) => console.log('failed', code));
      for (let n = 0; n < 6; n += 1)
        sink.write(String(n).repeat(299) + '\\n', 0, (failure) => console.log(n, failure?.code ?? 'written'));`;
    const node = [process.execPath, '-e', program, require.resolve('../../../lib/platform/rotating'), path];
    const { stdout } = spawnSync('bash', ['-c', 'ulimit -f 1; exec "$@"', 'bash', ...node], { encoding: 'utf8' });
    const told = ['0 written', '1 written', '2 written', '3 EFBIG', 'failed EFBIG', '4 EFBIG', '5 EFBIG'];
    assert.deepEqual(stdout.trim().split('\n').sort(), told.sort());
    assert.equal(text(), ['0', '1', '2'].map((n) => `${n.repeat(299)}\n`).join(''));
  });

  it('begins a new file where somebody has removed it', async () => {
    const sink = open();
    await put(sink, T0);
    rmSync(path);
    sink.tend(T0);
    await put(sink, T0 + 1);
    await sink.close();
    assert.equal(text(), line(T0 + 1));
  });

  it('writes every line once and in order, however they come, and none over the size', async () => {
    const sink = open({ sizeKb: 2, files: 100 });
    const answers: Promise<Error | undefined>[] = [];
    for (let n = 0; n < 2000; n += 1) {
      answers.push(new Promise((resolve) => sink.write(`${n}\n`, T0, resolve)));
      // Also from within an answer, when the sink is about to fall asleep.
      if (n % 100 === 0) await answers.at(-1);
    }
    const outcomes = await Promise.all(answers);
    assert.ok(outcomes.every((outcome) => outcome === undefined));
    assert.equal(sink.pending, 0);
    await sink.close();
    const aside = files().length - 1;
    const order = [...Array.from({ length: aside }, (_, i) => `.${aside - i}`), ''];
    const all = order.map((end) => text(end));
    assert.ok(aside >= 4 && all.every((each) => each.length <= 2048));
    assert.equal(all.join(''), Array.from({ length: 2000 }, (_, n) => `${n}\n`).join(''));
  });

  it('gives a line that is longer than a file may be a file of its own', async () => {
    const sink = open({ sizeKb: 1 });
    for (const length of [10, 3000, 10]) await new Promise((done) => sink.write(`${'x'.repeat(length)}\n`, T0, done));
    await sink.close();
    assert.deepEqual(['.2', '.1', ''].map((end) => text(end).length), [11, 3001, 11]); // prettier-ignore
  });
});
