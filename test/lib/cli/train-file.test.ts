import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { createStore } from '../../../lib/model/store';
import { disk } from '../../../lib/platform/files';
import { coded, withFolder } from '../model/sample';
import { csvOf, seconds, TAGS } from '../train/csv';
import { listener } from './listener';

const AT = ['--at', '2026-11-22T00:00:00Z'];

describe('swat train with a file', () => {
  it('checks it, trains every detector on it, and saves versions that say where they come from', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'data.csv');
      const plant = join(folder, 'tags.json');
      const out = join(folder, 'models');
      await writeFile(
        file,
        csvOf(seconds(700), (second) => (second >= 50 && second < 60 ? '1' : '0')),
      );
      await writeFile(plant, JSON.stringify({ tags: TAGS }));
      const terminal = listener();
      const exclude = ['--exclude-tags', 'FIT1', '--exclude', '2026-01-01T00:05:00Z/2026-01-01T00:05:09Z'];
      assert.equal(
        await train([file, '--out', out, '--plant', plant, '--epochs', '2', ...exclude, ...AT], terminal),
        0,
      );
      assert.match(terminal.results[0], /^680 samples \(10 labelled, 10 excluded\), 653 windows, one in 1 learned$/);
      assert.equal(terminal.results.filter((line) => line.includes('held out 0.01 days')).length, 3);
      const store = createStore({ files: disk, folder: out, reference: out, product: '0' });
      for (const kind of ['autoencoder', 'iforest', 'pca'] as const) {
        const [{ version }] = await store.list(kind);
        const { artifact, report } = await store.load(kind, version);
        assert.match(version, /^20261122-000000-/);
        assert.equal(artifact.schema.features.length, 3 * (5 + 4));
        assert.equal(artifact.settings.excludedTags, 'FIT1');
        assert.deepEqual([report.source?.file, report.source?.labelled, report.rows], ['data.csv', 10, 653]);
        assert.ok((report.validation?.series.time.length ?? 0) === 400);
      }
    }));

  it('learns the tags, checks only, and takes a preset', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'data.csv');
      await writeFile(file, csvOf(seconds(400)));
      const terminal = listener();
      assert.equal(await train([file, '--check', '--preset', 'classic', '--out', join(folder, 'none')], terminal), 0);
      assert.match(terminal.results.join('\n'), /^400 samples .* 35 windows[^]*stop: 35 windows are too few/);
      assert.deepEqual(await disk.list(join(folder, 'none')), []);
    }));

  for (const [args, code] of [
    [['--kind', 'pca,magic'], 'setting-choice'],
    [['--preset', 'best'], 'setting-choice'],
    [['--exclude', 'yesterday'], 'exclude-range'],
    [['--time-zone', 'Mars'], 'time-zone'],
    [['--plant', join(__dirname, 'none.json')], 'cli-file'],
    [['--at', 'soon'], 'cli-time'],
    [['--hours', '3'], 'cli-option'],
    [[], 'file-missing'],
  ] as const) {
    it(`says ${code} of ${args.join(' ').replace(__dirname, '')}`, () =>
      assert.rejects(train([join(__dirname, 'none.csv'), ...args], listener()), coded(code)));
  }
});
