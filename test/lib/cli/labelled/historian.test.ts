import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluate } from '../../../../lib/cli/evaluate';
import type { LabelledResult } from '../../../../lib/cli/labelled/evaluate-labelled';
import { readTable } from '../../../../lib/cli/labelled/pack';
import { errorText } from '../../../../lib/cli/terminal';
import { withFolder } from '../../model/sample';
import { listener } from '../listener';
import { EVENT, samplePack, SERIES, stamp } from './sample-pack';
import { swatFile, type SwatShape } from './swat-files';

const measured = async (...args: string[]): Promise<LabelledResult> => {
  const terminal = listener();
  await evaluate([...args, '--json'], terminal);
  return JSON.parse(terminal.results.join('\n')) as LabelledResult;
};

const told = async (sentence: RegExp, ...args: string[]): Promise<void> => {
  await assert.rejects(evaluate(args, listener()), (error) => {
    assert.match(errorText(error), sentence);
    assert.doesNotMatch(errorText(error), /__\w+__|\n/);
    return true;
  });
};

describe('the SWaT record as it is delivered', () => {
  for (const shape of [
    { stages: true, attack: 'A ttack' },
    { stages: false, attack: 'Attack' },
  ] satisfies SwatShape[]) {
    it(`is learned and judged ${shape.stages ? 'with' : 'without'} a line of stages, attacks called "${shape.attack}"`, () =>
      withFolder(async (folder) => {
        const out = join(folder, 'predictions.csv');
        await swatFile(join(folder, 'SWaT_Dataset_Normal_v0.csv'), 20, shape);
        await swatFile(join(folder, 'SWaT_Dataset_Normal_v1.csv'), 1500, shape);
        const start = await swatFile(join(folder, 'SWaT_Dataset_Attack_v0.csv'), 600, shape, 300);
        const { results, datasets } = await measured(
          '--data',
          folder,
          '--format',
          'swat',
          '--stride',
          '2',
          '--out',
          out,
        );
        assert.deepEqual(Object.keys(results), ['SWaT_Dataset_Attack_v0']);
        assert.deepEqual(Object.keys(datasets), ['swat']);
        assert.deepEqual([datasets.swat.rows, datasets.swat.events], [600, 1]);
        const rows = (await readFile(out, 'utf8')).trimEnd().split('\n');
        assert.equal(rows.length, 601);
        assert.match(rows[1], new RegExp(`^SWaT_Dataset_Attack_v0,${new Date(start).toISOString()},[01],`));
      }));
  }

  it('says which file is missing, and which columns', () =>
    withFolder(async (folder) => {
      const shape: SwatShape = { stages: false, attack: 'Attack' };
      const normal = join(folder, 'SWaT_Dataset_Normal_v1.csv');
      await swatFile(normal, 30, shape);
      await told(
        /one with Normal .* and one with Attack; found: SWaT_Dataset_Normal_v1\.csv/,
        '--data',
        folder,
        '--format',
        'swat',
      );
      await writeFile(
        join(folder, 'Attack.csv'),
        'Timestamp,FIT101,Normal/Attack\n28/12/2015 10:00:00 AM,2.5,Normal\n28/12/2015 10:00:01 AM,2.5,Normal\n',
      );
      await told(/Attack\.csv lacks columns of the testbed: LIT101/, '--data', folder, '--format', 'swat');
      await told(/^Cannot read .*none: ENOENT/, '--data', join(folder, 'none'), '--format', 'swat');
      await told(/Normal_v1\.csv is a file; .*--format csv/, '--data', normal, '--format', 'swat');
      await told(/no folder with a manifest\.json.*--format swat.*--format csv/, '--data', folder);
    }));

  it('refuses a file of normal operation that lacks a tag, too', () =>
    withFolder(async (folder) => {
      const shape: SwatShape = { stages: false, attack: 'Attack' };
      const normal = join(folder, 'SWaT_Dataset_Normal_v1.csv');
      await swatFile(normal, 30, shape);
      await swatFile(join(folder, 'SWaT_Dataset_Attack_v0.csv'), 30, shape, 10);
      const lines = (await readFile(normal, 'utf8')).split('\r\n').map((line) => line.split(','));
      const column = lines[0].findIndex((title) => title.trim() === 'MV201');
      await writeFile(normal, lines.map((cells) => cells.filter((_, at) => at !== column).join(',')).join('\r\n'));
      await told(/Normal_v1\.csv lacks columns of the testbed: MV201/, '--data', folder, '--format', 'swat');
    }));
});

/** The sample series as a person's own file. */
const ownCsv = async (folder: string, labelled: boolean): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await samplePack(folder);
  const { stamps, frames } = await readTable(folder, SERIES.csv, SERIES.columns);
  const lines = frames.map(({ values }, row) => {
    const label = labelled ? `;${row >= EVENT[0] && row < EVENT[1] ? 'Attack' : 'Normal'}` : '';
    return `${stamps[row]};${values.join(';')}${label}`;
  });
  const own = join(folder, 'own');
  await mkdir(own);
  const path = join(own, 'tank.csv');
  await writeFile(path, `time;${SERIES.columns.join(';')}${labelled ? ';Attack' : ''}\n${lines.join('\n')}\n`);
  return path;
};

describe("a person's own CSV", () => {
  for (const until of ['0.7', stamp(630)]) {
    it(`is learned until ${until} and judged from there`, () =>
      withFolder(async (folder) => {
        const path = await ownCsv(folder, true);
        const { results } = await measured('--data', path, '--format', 'csv', '--train-until', until);
        const { tank } = results;
        assert.deepEqual([tank.rows, tank.events, tank.eventsFound], [270, 1, 1]);
        assert.ok(tank.f1 > 0.7, `F1 ${tank.f1}`);
        assert.deepEqual(
          await measured('--data', join(folder, 'own'), '--format', 'csv', '--train-until', until).then(
            (again) => again.results,
          ),
          results,
        );
      }));
  }

  it('is told what was assumed where nobody said', () =>
    withFolder(async (folder) => {
      const path = await ownCsv(folder, true);
      const lines = async (...args: string[]): Promise<string> => {
        const terminal = listener();
        await evaluate(['--data', path, '--format', 'csv', ...args], terminal);
        return terminal.results.join('\n');
      };
      const all = await lines();
      assert.match(all, /^tank: assumed that .*: 450 of its 900 rows are learned, until 20\S+Z\. /);
      assert.ok(all.includes(`until ${stamp(449)}`.replace(/(\.000)?Z?$/, '')), stamp(449));
      assert.match(all, /^tank: assumed that the column "Attack" is the label\./m);
      assert.doesNotMatch(await lines('--train-until', '0.5', '--label-column', 'Attack'), /assumed|found no/);
      const json = await measured('--data', path, '--format', 'csv');
      assert.deepEqual(
        json.assumptions.map(({ file, code }) => [file, code]),
        [
          ['tank', 'until'],
          ['tank', 'label'],
        ],
      );
      for (const { file, text } of json.assumptions) assert.ok(all.includes(`${file}: ${text}\n`), text);
      const bare = await ownCsv(join(folder, 'bare'), false);
      const terminal = listener();
      await evaluate(['--data', bare, '--format', 'csv', '--train-until', '0.7'], terminal);
      assert.match(terminal.results[0], /^tank: found no column of labels/);
    }));

  it('may have its labels in a file beside it', () =>
    withFolder(async (folder) => {
      const path = await ownCsv(folder, false);
      const labels = join(folder, 'known.csv');
      const known = Array.from(
        { length: 900 },
        (_, row) => `${stamp(row)},${row >= EVENT[0] && row < EVENT[1] ? 1 : 0}`,
      );
      await writeFile(labels, `timestamp,label\n${known.join('\n')}\n`);
      const { results } = await measured('--data', path, '--format', 'csv', '--train-until', '0.7', '--labels', labels);
      assert.deepEqual([results.tank.rows, results.tank.eventsFound], [270, 1]);
    }));

  it('does not learn what is labelled an anomaly', () =>
    withFolder(async (folder) => {
      const [with_, without] = [await ownCsv(join(folder, 'a'), true), await ownCsv(join(folder, 'b'), false)];
      const scores = async (path: string): Promise<number> => {
        const out = `${path}.predictions`;
        await evaluate(['--data', path, '--format', 'csv', '--train-until', '0.93', '--out', out], listener());
        const rows = (await readFile(out, 'utf8')).trimEnd().split('\n').slice(1);
        return rows.reduce((sum, row) => sum + Number(row.split(',')[3]) / rows.length, 0);
      };
      assert.notEqual(await scores(with_), await scores(without));
    }));

  it('says what is wrong in one sentence', () =>
    withFolder(async (folder) => {
      const path = await ownCsv(folder, true);
      await told(
        /--train-until is "noon", which is neither a share/,
        '--data',
        path,
        '--format',
        'csv',
        '--train-until',
        'noon',
      );
      await told(
        /No series in .* starts with "pump"/,
        '--data',
        join(folder, 'own'),
        '--format',
        'csv',
        '--only',
        'pump',
      );
      await told(/none\.csv/, '--data', join(folder, 'none.csv'), '--format', 'csv');
      await told(/"format" is xml; it must be one of: pack, swat, csv/, '--data', path, '--format', 'xml');
      await writeFile(path, 'time,a\n2026-01-01T00:00:00Z,1\n');
      await told(/fewer than two rows/, '--data', path, '--format', 'csv');
    }));
});
