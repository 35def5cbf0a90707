import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from '../../../lib/cli/arguments';
import { EVALUATE_OPTIONS } from '../../../lib/cli/evaluate';
import { SIMULATE_OPTIONS } from '../../../lib/cli/simulate';
import { TRAIN_OPTIONS } from '../../../lib/cli/train';
import { TRAIN_FILE_OPTIONS } from '../../../lib/cli/train-file';
import { PACKAGE_FOLDER } from '../../../lib/platform/product';
import { attackOf } from '../../../lib/plant/attacks';
import { SWAT } from '../../../lib/plant/swat';
import { withFolder } from '../model/sample';

const SWAT_COMMAND = join(PACKAGE_FOLDER, 'dist', 'lib', 'cli', 'swat.js');
const HEADER = `Timestamp,${SWAT.tags.map(({ name }) => name).join(',')},Normal/Attack`;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function swat(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [SWAT_COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.stderr += text));
  [ended.code] = (await once(child, 'close')) as [number | null];
  return ended;
}

describe('the command swat', () => {
  for (const args of [[], ['--help']]) {
    it(`tells its commands: swat ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await swat(...args);
      assert.deepEqual([code, stderr], [0, '']);
      for (const command of ['simulate', 'train', 'evaluate'])
        assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
    });
  }

  it('ends quietly where nobody reads what it prints', async () => {
    const child = spawn(process.execPath, [SWAT_COMMAND, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number | null];
    assert.deepEqual([code, stderr], [0, '']);
  });

  for (const [command, forms] of [
    ['simulate', [SIMULATE_OPTIONS]],
    ['train', [TRAIN_FILE_OPTIONS, TRAIN_OPTIONS]],
    ['evaluate', [EVALUATE_OPTIONS]],
  ] as const) {
    it(`lists the options of ${command}, a line each, with what holds unless it is given`, async () => {
      const { code, stdout, stderr } = await swat(command, '--seed', '3', '--help');
      assert.deepEqual([code, stderr], [0, '']);
      const listed = stdout.split('\n').filter((line) => line.startsWith('  '));
      const options = forms.flatMap((form: Options) => Object.entries(form));
      assert.equal(listed.length, options.length);
      options.forEach(([name, option], index) => {
        assert.match(listed[index], new RegExp(`^  --${name}( NUMBER| TEXT|) {2,}\\w`));
        assert.doesNotMatch(listed[index], /options\.|__/, 'a sentence');
        const usual = option.kind === 'flag' ? undefined : option.fallback;
        assert.equal(listed[index].endsWith(`[${usual}]`), usual !== undefined && usual !== '');
      });
      assert.equal(stdout.split('\n').filter((line) => line.startsWith(`usage: swat ${command}`)).length, forms.length);
    });
  }

  for (const name of ['dance', 'constructor']) {
    it(`does not know "${name}"`, async () => {
      const { code, stdout, stderr } = await swat(name);
      assert.deepEqual([code, stdout], [2, '']);
      assert.ok(stderr.startsWith(`swat: There is no command "${name}".\nusage: swat `), stderr);
    });
  }

  for (const [args, line] of [
    [['simulate', '--hours', 'many'], /^swat simulate: .*"?hours"?.*many.*0\.01.*10000/],
    [
      ['simulate', '--colour', 'red'],
      /^swat simulate: The command line is not understood: Unknown option '--colour'\./,
    ],
    [['simulate', '--attack', '99', '--after', '0'], /^swat simulate: There is no attack 99\./],
    [['simulate', '--attack', '999'], /^swat simulate: There is no attack 999\. .*knows: 1, 2, 3/],
    [['simulate', '--attack', '3', '--hours', '0.1'], /^swat simulate: .*"?after"?.*1800.*359/],
    [['simulate', '--out', join(__dirname, 'none', 'a.csv')], /^swat simulate: Cannot write .*a\.csv: ENOENT/],
    [['evaluate', '--data', __dirname], /^swat evaluate: .* is no folder with a manifest\.json/],
    [['evaluate', '--data', join(__dirname, 'none')], /^swat evaluate: Cannot read .*manifest\.json: ENOENT/],
    [['evaluate', '--model', join(__dirname, 'none')], /^swat evaluate: There is no model version/],
  ] as const) {
    it(`says in one plain line what is wrong: swat ${args.join(' ').replaceAll(__dirname, '')}`, async () => {
      const { code, stdout, stderr } = await swat(...args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, line);
      assert.match(stderr, /^[^\n]+\n$/, 'one line');
      assert.doesNotMatch(stderr, /__\w+__|SwatError| at .*\.js:/);
    });
  }
});

describe('swat simulate', () => {
  it('writes a line a second with the truth beside it', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'attack.csv');
      const { code, stdout, stderr } = await swat(
        ...['simulate', '--hours', '0.25', '--seed', '21', '--attack', '16', '--after', '300', '--out', path],
      );
      assert.deepEqual([code, stdout, stderr], [0, '', `900 lines written to ${path}\n`]);
      const [header, ...rows] = (await readFile(path, 'utf8')).trimEnd().split('\n');
      assert.equal(header, HEADER);
      assert.equal(rows.length, 900);
      const cells = rows.map((row) => row.split(','));
      cells.forEach(([time, ...rest], second) => {
        assert.equal(time, new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString());
        assert.equal(rest.length, SWAT.tags.length + 1);
        const values = rest.slice(0, -1).map(Number);
        assert.ok(SWAT.tags.every(({ low, high }, index) => values[index] >= low && values[index] <= high));
      });
      const truth = cells.map((row) => row[row.length - 1]);
      const from = truth.indexOf('Attack');
      const to = truth.lastIndexOf('Attack') + 1;
      assert.ok(from >= 300 && to < 900, `attacked from ${from} to ${to}`);
      assert.equal(to - from, attackOf(16).durationS);
      assert.ok(truth.every((word, second) => word === (second >= from && second < to ? 'Attack' : 'Normal')));
    }));

  it('says so when the plant never came into the state that the attack needs', async () => {
    const { code, stdout, stderr } = await swat(
      ...['simulate', '--hours', '0.1', '--seed', '3', '--attack', '16', '--after', '300'],
    );
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /,Attack\n/);
    assert.match(stderr, /^attack 16 never began[^\n]+\n$/);
  });

  it('writes the same of the same seed, also where there is no file, and other values of another', async () => {
    const line = async (seed: string): Promise<string> =>
      (await swat('simulate', '--hours', '0.01', '--seed', seed)).stdout;
    const [first, again, other] = [await line('1'), await line('1'), await line('2')];
    assert.equal(first.trimEnd().split('\n').length, 1 + 36);
    assert.ok(first.startsWith(`${HEADER}\n2026-01-01T00:00:00.000Z,`));
    assert.equal(first, again);
    assert.notEqual(first, other);
  });

  it('ends quietly when its reader has had enough', async () => {
    const child = spawn(process.execPath, [SWAT_COMMAND, 'simulate', '--hours', '2'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = (await once(child, 'close')) as [number | null];
    assert.deepEqual([code, stderr], [0, '']);
  });
});
