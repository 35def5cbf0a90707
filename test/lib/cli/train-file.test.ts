import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../../lib/cli/terminal';
import { train } from '../../../lib/cli/train';
import { DETECTOR_KINDS, type DetectorKind } from '../../../lib/detect/detector';
import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { openedLine } from '../../../lib/journal/trail';
import { createStore } from '../../../lib/model/store';
import { disk } from '../../../lib/platform/files';
import { PACKAGE_FOLDER } from '../../../lib/platform/product';
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
        await train(
          [file, '--out', out, '--plant', plant, '--epochs', '2', '--preset', 'recommended', ...exclude, ...AT],
          terminal,
        ),
        0,
      );
      assert.match(terminal.results[0], /^680 samples \(10 labelled, 10 excluded\), 653 windows, one in 1 learned$/);
      assert.equal(
        terminal.results.filter((line) => line.includes('false alarms in 11 min of held-out time:')).length,
        3,
      );
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
      assert.match(terminal.results.at(-1) ?? '', /activate the version/);
      assert.equal(new Set(terminal.told).size, terminal.told.length, 'no line twice');
      for (const kind of ['autoencoder', 'iforest', 'pca'])
        assert.ok(terminal.told.filter((line) => new RegExp(`^${kind}: \\d+0 %, `).test(line)).length <= 10);
      assert.ok(terminal.told.some((line) => line.endsWith(' s left')));
      const trail = (await readFile(join(out, 'audit.jsonl'), 'utf8')).trimEnd().split('\n').map(openedLine);
      assert.deepEqual(
        trail.map((line) => [line?.action, line?.kind, line?.user, line?.reason]),
        DETECTOR_KINDS.map((kind) => ['train', kind, '', 'command line']),
      );
      for (const line of trail) {
        const [{ version }] = await store.list(line?.kind as DetectorKind);
        assert.equal(line?.version, version);
        const { threshold, ...details } = line.details as Record<string, unknown>;
        assert.deepEqual(details, { rows: 653, file: 'data.csv' });
        assert.ok(typeof threshold === 'number');
      }
    }));

  it('learns as the nodes do unless told otherwise: windows of 60, one in ten', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'data.csv');
      await writeFile(file, csvOf(seconds(2400)));
      const terminal = listener();
      assert.equal(await train([file, '--out', folder, '--kinds', 'pca'], terminal), 0);
      assert.match(terminal.results[0], /^2400 samples .* 235 windows, one in 10 learned$/);
      const { artifact } = await createStore({ files: disk, folder, reference: folder, product: '0' }).load(
        'pca',
        (await createStore({ files: disk, folder, product: '0' }).list('pca'))[0].version,
      );
      assert.deepEqual(
        { ...artifact.settings, excludedTags: undefined },
        { ...artifact.settings, ...DEFAULT_SETTINGS.pca, seed: 1, excludedTags: undefined },
      );
      assert.ok(artifact.schema.features.every(({ length }) => length === 60));
    }));

  it('says of what there is too little, and what helps', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'short.csv');
      await writeFile(file, csvOf(seconds(400)));
      const refused = async (code: string, sentence: RegExp, ...args: string[]): Promise<void> =>
        assert.rejects(train([file, '--out', folder, '--kinds', 'pca', ...args], listener()), (error) => {
          coded(code)(error);
          assert.match(errorText(error), sentence);
          return true;
        });
      await refused('cli-too-small-stride', /^short\.csv: 35 windows .* One window in 10 .* smaller --stride\.$/);
      await refused(
        'cli-too-small',
        /^short\.csv: .*take a longer record\.$/,
        '--stride',
        '1',
        '--preset',
        'classic',
        '--exclude',
        '2026-01-01T00:02:00Z/2026-01-01T01:00:00Z',
      );
    }));

  it('saves nothing where the shipped model lies, nor where nobody said', async () => {
    const shipped = join(PACKAGE_FOLDER, 'models');
    for (const out of [shipped, join(shipped, 'pca'), join(shipped, 'new', '..', 'other'), `${shipped}/`])
      await assert.rejects(train(['none.csv', '--out', out], listener()), coded('cli-out-shipped'));
    await assert.rejects(train(['none.csv'], listener()), coded('cli-out-missing'));
    await withFolder(async (folder) => {
      await symlink(shipped, join(folder, 'link'));
      await assert.rejects(train(['none.csv', '--out', join(folder, 'link')], listener()), coded('cli-out-shipped'));
    });
    await assert.rejects(train(['none.csv', '--out', `${shipped}-own`], listener()), coded('file-missing'));
  });

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
    [['--out', __dirname, '--plant', join(__dirname, 'none.json')], 'cli-file'],
    [['--at', 'soon'], 'cli-time'],
    [['--hours', '3'], 'cli-option'],
    [['--out', __dirname], 'file-missing'],
  ] as const) {
    it(`says ${code} of ${args.join(' ').replace(__dirname, '')}`, () =>
      assert.rejects(train([join(__dirname, 'none.csv'), ...args], listener()), coded(code)));
  }
});
