import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStore, type ModelStore } from '../../../lib/model/store';
import { disk, type ConfinedFiles } from '../../../lib/platform/files';
import { coded, NOW, REPORT, sampleArtifact, withFolder } from './sample';

const open = (folder: string, more: { reference?: string; files?: ConfinedFiles } = {}): ModelStore =>
  createStore({ files: disk, product: '0.1.0', folder, ...more });

describe('the model store', () => {
  it('gives back exactly what was saved, under an id that sorts by time', () =>
    withFolder(async (folder) => {
      const store = open(folder);
      const version = await store.save(sampleArtifact(), REPORT, NOW);
      assert.match(version, /^20261122-161100-[0-9a-f]{6}$/);
      const { artifact, report, origin, product } = await store.load('autoencoder', version);
      assert.deepEqual(artifact, sampleArtifact());
      assert.deepEqual([report, origin, product], [REPORT, 'local', '0.1.0']);
      assert.equal(await store.save(sampleArtifact(), REPORT, NOW), version, 'the same again is the same version');
    }));

  it('activates, lists newest first, and rolls back and forth', () =>
    withFolder(async (folder) => {
      const store = open(folder);
      await assert.rejects(store.load('autoencoder'), coded('model-missing'));
      await assert.rejects(store.rollback('autoencoder', NOW), coded('model-no-previous'));
      const first = await store.save(sampleArtifact(1), REPORT, NOW);
      const second = await store.save(sampleArtifact(2), REPORT, NOW + 1000);
      assert.equal(await store.active('autoencoder'), undefined, 'saving alone puts nothing in force');
      await store.activate('autoencoder', first, NOW);
      assert.ok((await store.list('autoencoder')).every(({ previous }) => previous === undefined));
      await store.activate('autoencoder', second, NOW);
      await store.activate('autoencoder', second, NOW);
      assert.deepEqual(
        (await store.list('autoencoder')).map(({ version, active, rows, length }) => [version, active, rows, length]),
        [
          [second, true, 400, 60],
          [first, false, 400, 60],
        ],
      );
      const back = async () => (await store.list('autoencoder')).flatMap((info) => (info.previous ? info.version : []));
      assert.deepEqual(await back(), [first]);
      assert.equal(await store.rollback('autoencoder', NOW), first);
      assert.deepEqual(await back(), [second]);
      assert.equal(await store.rollback('autoencoder', NOW), second);
      await assert.rejects(store.remove('autoencoder', second), coded('model-in-use'));
      await store.remove('autoencoder', first);
      await assert.rejects(store.activate('autoencoder', first, NOW), coded('version-missing'));
      assert.deepEqual(await store.list('iforest'), []);
    }));

  it('lists what held-out time lets expect, where there was any', () =>
    withFolder(async (folder) => {
      const store = open(folder);
      const seen = { falseAlarms: 1, perDay: 0.5, suspicious: [], tags: [], dominant: null };
      const series = { time: [], ratio: [] };
      for (const [at, { days, upperPerDay }] of [
        { days: 14, upperPerDay: 0.4 },
        { days: 2, upperPerDay: null },
      ].entries())
        await store.save(
          sampleArtifact(at),
          { ...REPORT, validation: { ...seen, series, days, upperPerDay } },
          NOW - 1000 * at,
        );
      assert.deepEqual(
        (await store.list('autoencoder')).map(({ expected }) => expected),
        [
          { days: 14, perDay: 0.5, upperPerDay: 0.4 },
          { days: 2, perDay: 0.5, upperPerDay: null },
        ],
      );
    }));

  it('falls back on the reference until something is activated, and never writes to it', () =>
    withFolder(async (folder) => {
      const [own, reference] = [join(folder, 'own'), join(folder, 'reference')];
      const shipped = await open(reference).save(sampleArtifact(1), REPORT, NOW);
      const store = open(own, { reference });
      assert.deepEqual(await store.active('autoencoder'), { version: shipped, origin: 'reference', chosen: false });
      assert.equal((await store.load('autoencoder')).origin, 'reference');
      const trained = await store.save(sampleArtifact(2), REPORT, NOW + 1000);
      await store.activate('autoencoder', trained, NOW);
      assert.equal((await store.load('autoencoder')).version, trained);
      assert.equal(await store.rollback('autoencoder', NOW), shipped);
      assert.deepEqual(await readdir(join(reference, 'autoencoder')), [shipped]);
      await assert.rejects(store.remove('autoencoder', shipped), coded('model-in-use'));
    }));

  it('neither sees nor keeps what an interrupted save left', () =>
    withFolder(async (folder) => {
      const store = open(folder);
      const version = await store.save(sampleArtifact(), REPORT, NOW);
      const kind = join(folder, 'autoencoder');
      await rename(join(kind, version), join(kind, `.partial-${version}`));
      assert.deepEqual(await store.list('autoencoder'), []);
      await store.sweep();
      assert.deepEqual(await readdir(kind), []);
    }));

  for (const [step, name] of [
    ['writeAtomic', 'ENOSPC'],
    ['move', 'EACCES'],
  ] as const) {
    it(`says ${name} when the disk refuses ${step}, and leaves nothing half done`, () =>
      withFolder(async (folder) => {
        const failing: ConfinedFiles = {
          ...disk,
          [step]: () => Promise.reject(Object.assign(new Error('disk'), { code: name })),
        };
        const store = open(folder, { files: failing });
        await assert.rejects(store.save(sampleArtifact(), REPORT, NOW), coded('model-space', { reason: name }));
        assert.deepEqual(await disk.list(join(folder, 'autoencoder')), []);
      }));
  }

  it('refuses to save numbers that no model may hold', () =>
    withFolder(async (folder) => {
      const artifact = sampleArtifact(Number.NaN);
      await assert.rejects(open(folder).save(artifact, REPORT, NOW), coded('model-invalid', { part: 'mean' }));
      const report = { ...REPORT, metrics: { loss: Number.NaN } };
      await assert.rejects(open(folder).save(sampleArtifact(), report, NOW), coded('model-invalid'));
    }));

  for (const version of ['../20261122-161100-abcdef', '..', 'a/b', '20261122-161100-ABCDEF', '\0']) {
    it(`never looks for a version called ${JSON.stringify(version)}`, () =>
      withFolder((folder) => assert.rejects(open(folder).load('autoencoder', version), coded('version-missing'))));
  }

  it('asks for the name of a version where it is empty', () =>
    withFolder(async (folder) => {
      for (const work of [open(folder).load('autoencoder', ''), open(folder).remove('autoencoder', '')])
        await assert.rejects(work, coded('version-unnamed'));
    }));

  it('refuses a version that was renamed, or whose files are links to the outside', () =>
    withFolder(async (folder) => {
      const store = open(join(folder, 'own'));
      const version = await store.save(sampleArtifact(), REPORT, NOW);
      const kind = join(folder, 'own', 'autoencoder');
      const other = '20261122-161100-000000';
      await mkdir(join(folder, 'outside'));
      await rename(join(kind, version), join(kind, other));
      await assert.rejects(
        store.load('autoencoder', other),
        coded('model-corrupt', { what: 'version', version: other, path: join(kind, other, 'manifest.json') }),
      );
      await rename(join(kind, other), join(folder, 'outside', version));
      await symlink(join(folder, 'outside', version), join(kind, version));
      await assert.rejects(store.load('autoencoder', version), coded('model-corrupt', { what: 'link' }));
    }));

  it('says that the pointer is broken, and a new activation mends it', () =>
    withFolder(async (folder) => {
      const store = open(folder);
      const version = await store.save(sampleArtifact(), REPORT, NOW);
      for (const text of ['{', '[]', 'null', '{"active":"../x","history":[]}', '{"active":5}', '{"history":{}}']) {
        await writeFile(join(folder, 'autoencoder', 'active.json'), text);
        await assert.rejects(store.load('autoencoder'), coded('model-pointer', { file: 'active.json' }));
        assert.equal((await store.list('autoencoder')).length, 1);
      }
      await store.activate('autoencoder', version, NOW);
      assert.equal((await store.load('autoencoder')).version, version);
      const pointer = JSON.parse(await readFile(join(folder, 'autoencoder', 'active.json'), 'utf8')) as object;
      assert.deepEqual(pointer, { active: version, history: [{ version, at: NOW }] });
    }));
});
