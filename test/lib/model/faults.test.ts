import assert from 'node:assert/strict';
import { createStore, type ModelStore } from '../../../lib/model/store';
import { SwatError } from '../../../lib/errors';
import { FaultyFiles, type Fault } from '../../harness/faulty-files';
import { NOW, REPORT, sampleArtifact, withFolder } from './sample';

const FAULTS: readonly Fault[] = [{ code: 'ENOSPC' }, { code: 'EROFS' }, { code: 'EIO' }];

describe('the model store on a disk that fails', () => {
  const open = (folder: string, files: FaultyFiles): ModelStore => createStore({ files, product: '0.1.0', folder });

  for (const fault of FAULTS) {
    it(`keeps the version in force whole, whichever operation fails with ${fault.code}`, () =>
      withFolder(async (folder) => {
        const good = await open(folder, new FaultyFiles()).save(sampleArtifact(1), REPORT, NOW);
        await open(folder, new FaultyFiles()).activate('autoencoder', good, NOW);
        let failures = 0;
        for (let failing = 1; failing < 200; failing += 1) {
          const files = new FaultyFiles();
          let asked = 0;
          files.plan = () => ((asked += 1) === failing ? fault : undefined);
          const store = open(folder, files);
          let failed = false;
          try {
            const version = await store.save(sampleArtifact(failing), REPORT, NOW + failing * 1000);
            await store.activate('autoencoder', version, NOW + failing * 1000);
          } catch (cause) {
            assert.ok(cause instanceof SwatError, String(cause));
            assert.equal(cause.code, 'model-space', `operation ${failing}`);
            assert.equal(cause.details.reason, fault.code);
            failed = true;
          }
          if (asked < failing) break;
          failures += failed ? 1 : 0;
          const sound = open(folder, new FaultyFiles());
          const { version, artifact } = await sound.load('autoencoder');
          assert.equal(artifact.tensors.mean.data.length, 10, version);
          assert.ok(
            (await sound.list('autoencoder')).every(({ problem }) => problem === undefined),
            `operation ${failing}`,
          );
        }
        assert.ok(failures > 5, `${failures} operations failed`);
      }));
  }

  it('waits for a slow disk without mixing activations up', () =>
    withFolder(async (folder) => {
      const files = new FaultyFiles();
      const store = open(folder, files);
      const first = await store.save(sampleArtifact(1), REPORT, NOW);
      const second = await store.save(sampleArtifact(2), REPORT, NOW + 1000);
      files.plan = (operation) => (operation === 'writeAtomic' ? 20 : 2);
      await Promise.all([store.activate('autoencoder', first, NOW), store.activate('autoencoder', second, NOW)]);
      assert.equal((await store.active('autoencoder'))?.version, second);
      assert.equal(await store.rollback('autoencoder', NOW), first);
    }));
});
