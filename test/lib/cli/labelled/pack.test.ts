import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { evaluate } from '../../../../lib/cli/evaluate';
import type { LabelledResult } from '../../../../lib/cli/labelled/evaluate-labelled';
import { plantOf, readLabels, readManifest, readTable } from '../../../../lib/cli/labelled/pack';
import { errorText } from '../../../../lib/cli/terminal';
import { SwatError } from '../../../../lib/errors';
import { withFolder } from '../../model/sample';
import { listener } from '../listener';
import { EVENT, JUDGED, packed, samplePack, SERIES, stamp } from './sample-pack';

const measured = async (folder: string, ...more: string[]): Promise<LabelledResult> => {
  const terminal = listener();
  assert.equal(await evaluate(['--data', folder, '--json', ...more], terminal), 0);
  return JSON.parse(terminal.results.join('\n')) as LabelledResult;
};

const withPack = (work: (folder: string) => Promise<void>, series: object = {}): Promise<void> =>
  withFolder(async (folder) => {
    await samplePack(folder, series);
    await work(folder);
  });

describe('labelled data in a folder', () => {
  it('is learned from and judged row by row; the planted event is found', () =>
    withPack(async (folder) => {
      const out = join(folder, 'predictions.csv');
      const { results, datasets, mean, detectors } = await measured(folder, '--out', out);
      const found = results[SERIES.file];
      assert.deepEqual([found.rows, found.events, found.eventsFound], [900 - JUDGED, 1, 1]);
      assert.ok(found.f1 > 0.7, `F1 ${found.f1}`);
      assert.ok(found.f1 > found.alwaysF1);
      assert.ok(found.accuracy > 0.9);
      assert.ok(found.falseAlarms <= 1);
      assert.ok(found.medianDelayS! <= 20, `found after ${found.medianDelayS} s`);
      assert.ok(found.aucRoc! > 0.95 && found.aucPr! > 0.8);
      assert.deepEqual(detectors, ['pca']);
      assert.deepEqual(Object.keys(datasets), ['tank']);
      assert.equal(datasets.tank.f1, found.f1);
      assert.equal(mean!.f1, found.f1);

      const [header, ...rows] = (await readFile(out, 'utf8')).trimEnd().split('\n');
      assert.equal(header, 'file,timestamp,predicted,score');
      assert.equal(rows.length, 900 - JUDGED);
      assert.ok(rows.every((row, at) => row.startsWith(`${SERIES.file},${stamp(JUDGED + at)},`)));
      const inEvent = rows.slice(EVENT[0] + 20 - JUDGED, EVENT[1] - JUDGED).map((row) => row.split(','));
      assert.ok(inEvent.every(([, , predicted, score]) => predicted === '1' && Number(score) > 1));
      const before = rows.slice(0, EVENT[0] - JUDGED).filter((row) => row.split(',')[2] === '1');
      assert.ok(before.length < 10, `${before.length} rows in alarm before the event`);
    }));

  it('is judged the same at every run, and by the textbook form when that is asked for', () =>
    withPack(async (folder) => {
      assert.deepEqual(await measured(folder), await measured(folder));
      const classic = await measured(folder, '--preset', 'classic', '--length', '10', '--stride', '2');
      assert.deepEqual([classic.detectors, classic.persistence], [['autoencoder', 'iforest'], 1]);
    }));

  it('is never in alarm where there is too little to learn from, and says so', () =>
    withPack(
      async (folder) => {
        const out = join(folder, 'predictions.csv');
        const terminal = listener();
        assert.equal(await evaluate(['--data', folder, '--out', out], terminal), 0);
        assert.match(
          terminal.results[0],
          /^tank\/1: never in alarm, for nothing could be learned\. tank\/1: .*too few.*take a longer record/,
        );
        const rows = (await readFile(out, 'utf8')).trimEnd().split('\n').slice(1);
        assert.equal(rows.length, 900 - JUDGED);
        assert.ok(rows.every((row) => row.split(',')[2] === '0'));
      },
      { train_rows: [0, 100] },
    ));

  it('is predicted without labels too, and says that there are none', () =>
    withPack(async (folder) => {
      const out = join(folder, 'predictions.csv');
      await rm(join(folder, 'labels.csv.gz'));
      const terminal = listener();
      await evaluate(['--data', folder, '--out', out], terminal);
      assert.equal(terminal.results.length, 1);
      assert.match(terminal.results[0], /^tank\/1: 280 rows judged, \d+ of them in alarm; no labels$/);
      const rows = (await readFile(out, 'utf8')).trimEnd().split('\n').slice(1);
      assert.equal(rows.length, 900 - JUDGED);
      assert.ok(rows.filter((row) => row.split(',')[2] === '1').length > 30);
    }));

  it('may be plain text, with other names of data sets', () =>
    withPack(
      async (folder) => {
        for (const name of [SERIES.csv, 'labels.csv.gz']) {
          const path = join(folder, name);
          const text = gunzipSync(await readFile(path));
          await rm(path);
          await writeFile(name === SERIES.csv ? join(folder, 'plain.csv') : join(folder, 'labels.csv'), text);
        }
        const { datasets, results } = await measured(folder);
        assert.deepEqual(Object.keys(datasets), ['reservoir']);
        assert.equal(results[SERIES.file].eventsFound, 1);
      },
      { csv: 'plain.csv', dataset: 'reservoir' },
    ));

  it('reads cells as they stand, an empty one as missing, and labels only of scored rows', () =>
    withPack(async (folder) => {
      const { stamps, frames } = await readTable(folder, SERIES.csv, ['flow', 'level']);
      assert.equal(stamps[11], stamp(11));
      assert.equal(frames[11].time, Date.parse(stamp(11)));
      assert.equal(frames[11].values[0], '');
      assert.ok(Math.abs(Number(frames[11].values[1]) - 500) < 30);
      const all = await readLabels(folder);
      const labels = all!.get(SERIES.file)!;
      assert.deepEqual(
        [JUDGED - 1, JUDGED, EVENT[0] - 1, EVENT[0], EVENT[1] - 1, EVENT[1]].map((row) =>
          labels.get(Date.parse(stamp(row))),
        ),
        [undefined, false, false, true, true, false],
      );
      assert.equal(all!.get('tank/2'), undefined);
    }));

  it('may keep its normal operation in a file of its own', () =>
    withPack(
      async (folder) => {
        const text = await readTable(folder, SERIES.csv, SERIES.columns);
        const rows = text.frames.slice(0, 500).map(({ values }, row) => `${text.stamps[row]},${values.join(',')}`);
        await packed(folder, 'normal.csv.gz', `timestamp,${SERIES.columns.join(',')}\n${rows.join('\n')}\n`);
        const { results } = await measured(folder);
        assert.equal(results[SERIES.file].eventsFound, 1);
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
        ['a', -199, 203],
        ['still', -18, 32],
      ],
    );
  });
});

describe('labelled data that cannot be used', () => {
  const without = (name: string) => (folder: string) => rm(join(folder, name));
  const holding = (name: string, text: string) => (folder: string) => writeFile(join(folder, name), text);
  const listing = (series: object) => holding('manifest.json', JSON.stringify([{ ...SERIES, ...series }]));

  for (const [what, spoil, code, sentence] of [
    ['no manifest', without('manifest.json'), 'cli-no-manifest', /is no folder with a manifest\.json/],
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
      'data without its columns',
      holding(SERIES.csv, 'timestamp,level'),
      'csv-column-named',
      /no column "flow".*timestamp, level/,
    ],
    [
      'a row without a time',
      holding(SERIES.csv, 'timestamp,level,flow,pressure\nsoon,1,2,3\n'),
      'cli-row-time',
      /^Row 1 of .*tank_1\.csv\.gz has no time: "soon"/,
    ],
    ['data outside of the folder', listing({ csv: '../secret.csv' }), 'cli-manifest', /\[0\]\.csv is missing or wrong/],
    ['a name with a line end', listing({ file: 'a\nb' }), 'cli-manifest', /\[0\]\.file is missing or wrong/],
    [
      'labels without a label',
      holding('labels.csv.gz', 'file,timestamp\n'),
      'csv-column-named',
      /no column "label".*file, timestamp/,
    ],
    [
      'a tag without a column',
      listing({ columns: ['level', 'ph'] }),
      'csv-column-named',
      /no column "ph".*timestamp, level/,
    ],
    ['nothing to learn from', listing({ train_rows: null }), 'cli-tag-unseen', /"level" has no value in .* tank\/1/],
  ] as const) {
    it(`says ${code} of ${what}`, () =>
      withPack(async (folder) => {
        await spoil(folder);
        await assert.rejects(evaluate(['--data', folder, '--only', 'tank'], listener()), (error) => {
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
      await assert.rejects(evaluate(['--data', folder, '--out', out], listener()), (error) => {
        assert.match(errorText(error), /^Cannot write .*predictions\.csv: ENOENT/);
        return true;
      });
    }));
});
