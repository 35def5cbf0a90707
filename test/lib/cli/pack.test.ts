import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluatePack, type PackTrial } from '../../../lib/cli/evaluate-pack';
import { plantOf, readLabels, readManifest, readTable } from '../../../lib/cli/pack';
import type { Tally } from '../../../lib/cli/tally';
import { errorText } from '../../../lib/cli/terminal';
import { SwatError } from '../../../lib/errors';
import { withFolder } from '../model/sample';
import { listener } from './listener';
import { EVENT, JUDGED, packed, samplePack, SERIES, stamp } from './sample-pack';

const trial = (folder: string, more: Partial<PackTrial> = {}): PackTrial => ({
  folder,
  only: '',
  length: 10,
  stride: 2,
  seed: 1,
  out: undefined,
  ...more,
});

const withPack = (work: (folder: string) => Promise<void>, series: object = {}): Promise<void> =>
  withFolder(async (folder) => {
    await samplePack(folder, series);
    await work(folder);
  });

describe('labelled data in a folder', () => {
  it('is learned from and judged row by row; the planted event is found', () =>
    withPack(async (folder) => {
      const out = join(folder, 'predictions.csv');
      const { json, lines } = await evaluatePack(trial(folder, { out }), listener());
      const { results } = json as { results: Record<string, Tally> };
      const found = results[SERIES.file];
      assert.deepEqual([found.rows, found.events, found.eventsFound], [900 - JUDGED, 1, 1]);
      assert.ok(found.f1 > 0.7, `F1 ${found.f1}`);
      assert.ok(found.f1 > found.alwaysF1);
      assert.ok(found.falseAlarms <= 1);
      assert.ok(found.medianDelayS! <= 20, `found after ${found.medianDelayS} s`);
      assert.match(lines[0], /^tank\/1: 1 of 1 events found/);

      const [header, ...rows] = (await readFile(out, 'utf8')).trimEnd().split('\n');
      assert.equal(header, 'file,timestamp,predicted,score');
      assert.equal(rows.length, 900 - JUDGED);
      assert.ok(rows.every((row, at) => row.startsWith(`${SERIES.file},${stamp(JUDGED + at)},`)));
      const late = rows[EVENT[1] - 5 - JUDGED].split(',');
      assert.equal(late[2], '1');
      assert.ok(Number(late[3]) > 1);
    }));

  it('is judged the same with the same seed', () =>
    withPack(async (folder) => {
      const measured = async (): Promise<unknown> => (await evaluatePack(trial(folder), listener())).json;
      assert.deepEqual(await measured(), await measured());
    }));

  it('reads cells as they stand, an empty one as missing, and labels only of scored rows', () =>
    withPack(async (folder) => {
      const { stamps, frames } = await readTable(folder, SERIES.csv, ['flow', 'level']);
      assert.equal(stamps[11], stamp(11));
      assert.equal(frames[11].time, Date.parse(stamp(11)));
      assert.equal(frames[11].values[0], '');
      assert.ok(Math.abs(Number(frames[11].values[1]) - 500) < 30);
      const labels = await readLabels(folder, SERIES.file);
      assert.deepEqual(
        [JUDGED - 1, JUDGED, EVENT[0] - 1, EVENT[0], EVENT[1] - 1, EVENT[1]].map((row) => labels.get(stamp(row))),
        [undefined, false, false, true, true, false],
      );
      assert.equal((await readLabels(folder, 'tank/2')).size, 0);
    }));

  it('may keep its normal operation in a file of its own', () =>
    withPack(
      async (folder) => {
        const text = await readTable(folder, SERIES.csv, SERIES.columns);
        const rows = text.frames.slice(0, 500).map(({ values }, row) => `${text.stamps[row]},${values.join(',')}`);
        await packed(folder, 'normal.csv.gz', `timestamp,${SERIES.columns.join(',')}\n${rows.join('\n')}\n`);
        const terminal = listener();
        await evaluatePack(trial(folder), terminal);
        assert.match(terminal.told[0], /^tank\/1: 24[0-9] windows of normal operation/);
      },
      { train_rows: null, train_csv: 'normal.csv.gz' },
    ));

  it('leaves out series that nobody asked for or that are not judged', () =>
    withPack(async (folder) => {
      const list = [SERIES, { ...SERIES, file: 'tank/2' }, { ...SERIES, file: 'tank/3', eval_from_row: null }];
      await writeFile(join(folder, 'manifest.json'), JSON.stringify(list));
      const names = async (only: string): Promise<string[]> =>
        (await readManifest(folder, only)).map(({ file }) => file);
      assert.deepEqual(await names(''), ['tank/1', 'tank/2']);
      assert.deepEqual(await names('tank/2'), ['tank/2']);
      assert.deepEqual(await names('pump'), []);
    }));

  it('makes of its normal part a plant with room for anomalies', () => {
    const series = { ...SERIES, train_rows: [0, 2] as const, columns: ['a', 'still'] };
    const plant = plantOf(series, [
      { time: 0, values: ['1', '7'] },
      { time: 1, values: ['', '7'] },
      { time: 2, values: ['3', ''] },
    ]);
    assert.deepEqual(
      plant.tags.map(({ name, low, high }) => [name, low, high]),
      [
        ['a', -19, 23],
        ['still', 7 - 1e-5, 7 + 1e-5],
      ],
    );
  });
});

describe('labelled data that cannot be used', () => {
  const without = (name: string) => (folder: string) => rm(join(folder, name));
  const holding = (name: string, text: string) => (folder: string) => writeFile(join(folder, name), text);
  const listing = (series: object) => holding('manifest.json', JSON.stringify([{ ...SERIES, ...series }]));

  for (const [what, spoil, code, sentence] of [
    ['no manifest', without('manifest.json'), 'cli-file', /^Cannot read .*manifest\.json: ENOENT/],
    ['a manifest that is no JSON', holding('manifest.json', '[{'), 'cli-file', /^Cannot read .*manifest\.json: /],
    [
      'a manifest that is no list',
      holding('manifest.json', '{}'),
      'cli-manifest',
      /manifest\.json is no list of series/,
    ],
    ['an entry without a name', listing({ file: undefined }), 'cli-manifest', /: \[0\]\.file is missing or wrong\.$/],
    ['an entry without tags', listing({ columns: [] }), 'cli-manifest', /\[0\]\.columns is missing/],
    ['an entry with half a range', listing({ train_rows: [0] }), 'cli-manifest', /\[0\]\.train_rows is missing/],
    ['no series of that name', listing({ file: 'pump/1' }), 'cli-no-series', /starts with "tank"/],
    ['no data', without(SERIES.csv), 'cli-file', /^Cannot read .*tank_1\.csv\.gz: ENOENT/],
    [
      'data that is not gzipped',
      holding(SERIES.csv, 'timestamp,level'),
      'cli-file',
      /tank_1\.csv\.gz: incorrect header/,
    ],
    ['no labels', without('labels.csv.gz'), 'cli-file', /^Cannot read .*labels\.csv\.gz: ENOENT/],
    [
      'a tag without a column',
      listing({ columns: ['level', 'ph'] }),
      'csv-column-named',
      /no column "ph".*timestamp, level/,
    ],
    ['too little to learn from', listing({ train_rows: [0, 30] }), 'training-too-small', /are too few to train on/],
    ['nothing to learn from', listing({ train_rows: null }), 'cli-tag-unseen', /"level" has no value in .* tank\/1/],
  ] as const) {
    it(`says ${code} of ${what}`, () =>
      withPack(async (folder) => {
        await spoil(folder);
        await assert.rejects(evaluatePack(trial(folder, { only: 'tank' }), listener()), (error) => {
          if (!(error instanceof SwatError)) throw error;
          assert.equal(error.code, code, errorText(error));
          assert.match(errorText(error), sentence);
          assert.doesNotMatch(errorText(error), /__\w+__|\n/);
          return true;
        });
      }));
  }

  it('says cli-file of data whose gzip is damaged in the middle', () =>
    withPack(async (folder) => {
      const path = join(folder, SERIES.csv);
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(0, bytes.length / 2));
      await assert.rejects(readTable(folder, SERIES.csv, SERIES.columns), { code: 'cli-file' });
    }));

  it('says cli-write of predictions that cannot be written', () =>
    withPack(async (folder) => {
      const out = join(folder, 'none', 'predictions.csv');
      await assert.rejects(evaluatePack(trial(folder, { out }), listener()), (error) => {
        assert.match(errorText(error), /^Cannot write .*predictions\.csv: ENOENT/);
        return true;
      });
    }));
});
