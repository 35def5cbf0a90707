import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { detectorOf } from '../../../lib/detect/load';
import { SwatError } from '../../../lib/errors';
import { readBundle, writeBundle, type NativeBundle } from '../../../lib/model/bundle';
import { sealed } from '../../../lib/model/manifest';
import { createStore, type ModelStore } from '../../../lib/model/store';
import { MAX_ARCHIVE, readTar, writeTar } from '../../../lib/model/tar';
import { writeTfjs } from '../../../lib/model/tfjs-write';
import { disk } from '../../../lib/platform/files';
import { NETWORK_REPORT, networkArtifact, WIDTH } from './network';
import { coded, NOW, withFolder } from './sample';

const storeIn = (folder: string): ModelStore => createStore({ files: disk, folder, product: '1' });

/** Work with a store that holds one version, and that version as a bundle. */
const withBundle = (work: (store: ModelStore, version: string, bundle: Buffer, folder: string) => Promise<void>) =>
  withFolder(async (folder) => {
    const store = storeIn(join(folder, 'a'));
    const version = await store.save(networkArtifact(), NETWORK_REPORT, NOW);
    await work(store, version, await store.exportVersion('autoencoder', version), folder);
  });

const features = Array.from({ length: WIDTH }, (_, index) => 10 * index);

/** The bundle with some of its files replaced, or left out. */
const altered = (bundle: Buffer, changes: Record<string, Uint8Array | undefined>): Buffer =>
  writeTar(
    Object.entries({ ...Object.fromEntries(readTar(bundle)), ...changes }).flatMap(([name, bytes]) =>
      bytes === undefined ? [] : [{ name, bytes }],
    ),
  );

/** The code with which bytes are refused. */
const refusal = (bytes: Buffer): string => {
  try {
    readBundle(bytes);
  } catch (error) {
    assert.ok(error instanceof SwatError, String(error));
    return error.code;
  }
  return 'accepted';
};

describe('a version as one file', () => {
  it('is the same version where it is imported, byte for byte, and is not taken twice', () =>
    withBundle(async (_store, version, bytes, folder) => {
      const other = storeIn(join(folder, 'b'));
      const bundle = readBundle(bytes) as NativeBundle;
      assert.equal(bundle.form, 'native');
      assert.equal(await other.importVersion(bundle, NOW + 1), version);
      assert.deepEqual(await other.exportVersion('autoencoder', version), bytes);
      assert.equal(await other.active('autoencoder'), undefined);
      await assert.rejects(other.importVersion(bundle, NOW), coded('model-exists', { version }));
      await other.activate('autoencoder', version, NOW);
    }));

  it('has the network in TensorFlow.js layers format beside, which gives the same scores', () =>
    withBundle(async (store, version, bytes, folder) => {
      const bare = altered(bytes, { 'manifest.json': undefined, 'weights.bin': undefined });
      const bundle = readBundle(bare);
      assert.ok(bundle.form === 'tfjs');
      const { artifact } = await store.load('autoencoder', version);
      assert.equal(detectorOf(bundle.artifact).score(features), detectorOf(artifact).score(features));
      const imported = await storeIn(join(folder, 'b')).importVersion(bundle, NOW);
      assert.match(imported, /^20261122-161100-/);
      const network = altered(bare, { 'tfjs/swat.json': undefined });
      assert.equal(readBundle(network).form, 'bare');
    }));

  it('keeps the activations of a network that was made elsewhere', () => {
    for (const activations of ['tanh,sigmoid', 'elu,selu', 'softplus,relu']) {
      const artifact = networkArtifact(3, activations);
      const bundle = readBundle(writeTar(writeTfjs(artifact, NETWORK_REPORT, '1')));
      assert.ok(bundle.form === 'tfjs');
      assert.equal(bundle.artifact.settings.activations, activations);
      assert.equal(detectorOf(bundle.artifact).score(features), detectorOf(artifact).score(features));
    }
    assert.throws(() => detectorOf(networkArtifact(3, 'tanh')), coded('model-unusable', { part: 'activations' }));
    assert.throws(() => detectorOf(networkArtifact(3, 'tanh,magic')), coded('model-unusable', { part: 'activations' }));
  });
});

describe('files that pretend to be a version', () => {
  it('are refused whichever byte of the manifest or the weights is another, and wherever they are cut', () =>
    withBundle((_store, _version, bytes) => {
      const names = ['manifest.json', 'weights.bin'] as const;
      fc.assert(
        fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), (name, at, mask) => {
          const bytesOf = Buffer.from(readTar(bytes).get(name)!);
          bytesOf[at % bytesOf.length] ^= mask;
          assert.notEqual(refusal(altered(bytes, { [name]: bytesOf })), 'accepted');
        }),
        { numRuns: 200 },
      );
      const weights = bytes.indexOf('weights.bin') + 512;
      fc.assert(fc.property(fc.nat(weights), (size) => refusal(bytes.subarray(0, size)) !== 'accepted'));
      return Promise.resolve();
    }));

  it('are refused whatever the bytes are, and whatever stands in the JSON of a network', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => refusal(Buffer.from(bytes)) !== 'accepted'));
    const files = Object.fromEntries(
      writeTfjs(networkArtifact(), NETWORK_REPORT, '1').map(({ name, bytes }) => [name, Buffer.from(bytes)]),
    );
    const bundle = writeTar(Object.entries(files).map(([name, bytes]) => ({ name, bytes })));
    for (const name of ['tfjs/model.json', 'tfjs/swat.json']) {
      fc.assert(
        fc.property(fc.nat(), fc.constantFrom('0', '9', '{', '[', '"', ',', '-', 'e'), (at, other) => {
          const text = Buffer.from(files[name]);
          text.write(other, at % text.length);
          refusal(altered(bundle, { [name]: text }));
        }),
        { numRuns: 500 },
      );
    }
  });

  const tfjs = () => writeTar(writeTfjs(networkArtifact(), NETWORK_REPORT, '1'));
  const model = (
    change: (json: { weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[] }) => void,
  ) => {
    const bundle = tfjs();
    const json = JSON.parse(readTar(bundle).get('tfjs/model.json')!.toString()) as Parameters<typeof change>[0];
    change(json);
    return altered(bundle, { 'tfjs/model.json': Buffer.from(JSON.stringify(json)) });
  };
  const nan = (): Buffer => {
    const bundle = tfjs();
    const weights = Buffer.from(readTar(bundle).get('tfjs/weights.bin')!);
    weights.writeFloatLE(NaN, 8);
    return altered(bundle, { 'tfjs/weights.bin': weights });
  };
  /** A tar of one file with this name and type, its checksum right. */
  const entry = (name: string, type = '0'): Buffer => {
    const tar = writeTar([{ name: 'x', bytes: Buffer.from('{}') }]);
    tar.fill(0, 0, 100);
    tar.write(name, 0, 100);
    tar.write(type, 156);
    tar.write('        ', 148);
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return tar;
  };
  for (const [what, make, code] of [
    ['an empty file', () => Buffer.alloc(0), 'bundle-foreign'],
    ['a zip, whatever is in it', () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(2000)]), 'bundle-packed'],
    [
      'a compressed tar, a bomb or not',
      () => gzipSync(writeTar([{ name: 'manifest.json', bytes: Buffer.alloc(1e7) }])),
      'bundle-packed',
    ],
    ['a path out of the folder', () => entry('../manifest.json'), 'bundle-path'],
    ['a path in disguise', () => entry('a/../../manifest.json'), 'bundle-path'],
    ['an absolute path', () => entry('/etc/passwd'), 'bundle-path'],
    ['a path of Windows', () => entry('C:\\x'), 'bundle-path'],
    ['a symbolic link', () => entry('manifest.json', '2'), 'bundle-path'],
    ['a hard link', () => entry('manifest.json', '1'), 'bundle-path'],
    ['a device', () => entry('manifest.json', '3'), 'bundle-path'],
    ['NaN weights', nan, 'tfjs-weights'],
    [
      'a huge shape',
      () => model((json) => (json.weightsManifest[0].weights[0].shape = [60_000_000, 1])),
      'tfjs-weights',
    ],
    [
      'a shape that overflows',
      () => model((json) => (json.weightsManifest[0].weights[0].shape = [6e7, 6e7])),
      'tfjs-weights',
    ],
    [
      'a name of 10 MB',
      () => model((json) => (json.weightsManifest[0].weights[0].name = 'x'.repeat(1e7))),
      'bundle-broken',
    ],
    ['weights by a path', () => model((json) => (json.weightsManifest[0].paths = ['../weights.bin'])), 'tfjs-weights'],
    ['half floats', () => model((json) => (json.weightsManifest[0].weights[0].dtype = 'float16')), 'tfjs-quantised'],
  ] as const) {
    it(`with ${what} are refused with ${code}, and nothing is kept`, () => assert.equal(refusal(make()), code));
  }

  it('name the place where an archive is damaged before any name', () => {
    const damaged = Buffer.alloc(1024, 1);
    damaged.write('./\0', 0);
    assert.throws(() => readTar(damaged), coded('bundle-broken', { what: 'byte 0' }));
  });

  it('of a later format are refused with both formats', () =>
    withBundle((_store, _version, bytes) => {
      const manifest = JSON.parse(readTar(bytes).get('manifest.json')!.toString()) as Record<string, unknown>;
      delete manifest.sha256;
      const later = Buffer.from(sealed({ ...manifest, format: 2 }));
      assert.throws(
        () => readBundle(altered(bytes, { 'manifest.json': later })),
        coded('bundle-newer', { format: 2, known: 1 }),
      );
      return Promise.resolve();
    }));

  it('take no memory beyond their own size: what they claim is held against what is there', () => {
    const claims = model((json) => (json.weightsManifest[0].weights[0].shape = [16_000_000, 4]));
    const before = process.memoryUsage();
    for (let time = 0; time < 50; time++) assert.equal(refusal(claims), 'tfjs-weights');
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < 5e6, String(after.arrayBuffers - before.arrayBuffers));
    assert.equal(refusal(Buffer.alloc(MAX_ARCHIVE + 1)), 'bundle-too-large');
  });

  it('leave nothing behind where the disk fails', () =>
    withBundle(async (_store, _version, bytes, folder) => {
      const bundle = readBundle(bytes) as NativeBundle;
      const { FaultyFiles } = await import('../../harness/faulty-files.js');
      const files = new FaultyFiles();
      files.plan = (operation, path) =>
        operation === 'writeAtomic' && path.endsWith('manifest.json') ? { code: 'ENOSPC' } : undefined;
      const target = join(folder, 'b');
      const store = createStore({ files, folder: target, product: '1' });
      await assert.rejects(store.importVersion(bundle, NOW), coded('model-space'));
      assert.deepEqual(await readdir(join(target, 'autoencoder')), []);
    }));
});

describe('writeBundle', () => {
  it('refuses what would not be taken again', () => {
    const raw = { manifest: Buffer.alloc(MAX_ARCHIVE), weights: Buffer.alloc(0) };
    assert.throws(() => writeBundle(raw, networkArtifact(), NETWORK_REPORT, '1'), coded('bundle-too-large'));
  });
});

describe('the store', () => {
  it('deletes a version, but not one in force or in shadow', () =>
    withBundle(async (store, version) => {
      const second = await store.save(networkArtifact(2), NETWORK_REPORT, NOW + 1000);
      await store.activate('autoencoder', version, NOW);
      await store.setShadow('autoencoder', second);
      assert.equal(await store.shadow('autoencoder'), second);
      await assert.rejects(store.remove('autoencoder', version), coded('model-in-use', { version }));
      await assert.rejects(store.remove('autoencoder', second), coded('model-in-shadow', { version: second }));
      await assert.rejects(store.setShadow('autoencoder', '20200101-000000-aaaaaa'), coded('version-missing'));
      await store.activate('autoencoder', second, NOW);
      assert.equal(await store.shadow('autoencoder'), undefined);
      await store.remove('autoencoder', version);
      assert.deepEqual(
        (await store.list('autoencoder')).map((item) => item.version),
        [second],
      );
    }));
});
