import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { requireSchema } from '../../../lib/model/compatible';
import { readManifest, sealed } from '../../../lib/model/manifest';
import { createStore } from '../../../lib/model/store';
import { disk } from '../../../lib/platform/files';
import { windowSchema } from '../../../lib/stream/schema';
import { coded, NOW, REPORT, sampleArtifact, SCHEMA, withFolder } from './sample';

type Json = Record<string, unknown>;

/** The manifest of the sample as an object, without its seal. */
async function body(): Promise<Json> {
  let manifest: Json = {};
  await withFolder(async (folder) => {
    const version = await createStore({ files: disk, folder, product: '1' }).save(sampleArtifact(), REPORT, NOW);
    const text = await readFile(join(folder, 'autoencoder', version, 'manifest.json'), 'utf8');
    manifest = JSON.parse(text) as Json;
  });
  delete manifest.sha256;
  return manifest;
}

const refusal = (bytes: Buffer): string => {
  try {
    readManifest(bytes);
  } catch (error) {
    assert.ok(error instanceof SwatError, `not a SwatError: ${String(error)}`);
    return error.code;
  }
  return 'accepted';
};

describe('model files that nobody should trust', () => {
  it('are refused with a reason whichever byte of either file is changed or cut', () =>
    withFolder(async (folder) => {
      const store = createStore({ files: disk, folder, product: '1' });
      const version = await store.save(sampleArtifact(), REPORT, NOW);
      const files = ['manifest.json', 'weights.bin'].map((name) => join(folder, 'autoencoder', version, name));
      const whole = await Promise.all(files.map((file) => readFile(file)));
      const broken = fc.record({
        file: fc.nat(1),
        at: fc.nat(),
        mask: fc.integer({ min: 1, max: 255 }),
        cut: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(broken, async ({ file, at, mask, cut }) => {
          const bytes = Buffer.from(whole[file]);
          const place = at % bytes.length;
          bytes[place] ^= mask;
          await writeFile(files[file], cut ? whole[file].subarray(0, place) : bytes);
          await assert.rejects(store.load('autoencoder', version), (error) => error instanceof SwatError);
          await writeFile(files[file], whole[file]);
        }),
        { numRuns: 300 },
      );
      await store.load('autoencoder', version);
    }));

  it('are refused with a reason whatever the bytes are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => refusal(Buffer.from(bytes)) !== 'accepted'));
    fc.assert(fc.property(fc.json(), (json) => refusal(Buffer.from(json)) !== 'accepted'));
  });

  it('are refused with a reason whatever stands in a field, even under a right seal', async () => {
    const good = await body();
    assert.equal(refusal(Buffer.from(sealed(good))), 'accepted');
    const paths = fieldsOf(good);
    const nasty = fc.oneof(
      fc.constantFrom(null, -1, 1e308, 4294967296, '', '..', '../x', {}, [], [[]], { length: 3 }, true),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), nasty, (path, value) => {
        const copy = structuredClone(good);
        put(copy, path, value);
        refusal(Buffer.from(sealed(copy)));
      }),
      { numRuns: 1000 },
    );
  });

  const layout = (...places: object[]) => ({ weights: { bytes: 4, sha256: 'a'.repeat(64), layout: places } });
  for (const [what, change, code] of [
    ['another program', { mark: 'tfjs' }, 'model-foreign'],
    ['a later format', { format: 2 }, 'model-newer'],
    ['a huge shape', layout({ name: 'w', shape: [1e8, 1e8], offset: 0 }), 'model-corrupt'],
    [
      'a shape that overflows',
      layout({ name: 'w', shape: [268435456, 268435456, 268435456], offset: 0 }),
      'model-corrupt',
    ],
    ['a negative size', layout({ name: 'w', shape: [-1], offset: 0 }), 'model-corrupt'],
    [
      'tensors that overlap',
      layout({ name: 'w', shape: [1], offset: 0 }, { name: 'v', shape: [1], offset: 0 }),
      'model-corrupt',
    ],
    ['a tensor named as a prototype key', layout({ name: 'constructor', shape: [1], offset: 0 }), 'model-corrupt'],
    ['a tensor named as a path', layout({ name: '../../w', shape: [1], offset: 0 }), 'model-corrupt'],
    ['settings with a prototype key', { settings: JSON.parse('{"__proto__": 1}') as unknown }, 'model-corrupt'],
    ['a name of 10 MB', { product: 'x'.repeat(1e7) }, 'model-corrupt'],
    ['an unknown detector', { kind: '../iforest' }, 'model-corrupt'],
    [
      'another schema under the same id',
      { schema: { id: SCHEMA.id, tags: SCHEMA.tags, lengths: [61] } },
      'model-corrupt',
    ],
    ['a million tags', { schema: { id: SCHEMA.id, tags: new Array(1e5).fill(0), lengths: [60] } }, 'model-corrupt'],
    [
      'lengths without end',
      { schema: { id: SCHEMA.id, tags: SCHEMA.tags, lengths: new Array(1e5).fill(60) } },
      'model-corrupt',
    ],
    ['a null in place of a number', { created: null }, 'model-corrupt'],
  ] as const) {
    it(`refuse ${what} with ${code}`, async () => {
      const text = sealed({ ...(await body()), ...change });
      assert.equal(refusal(Buffer.from(text)), code);
    });
  }

  it('are not even read when they are larger than any model', () =>
    withFolder(async (folder) => {
      const store = createStore({ files: disk, folder, product: '1' });
      const version = await store.save(sampleArtifact(), REPORT, NOW);
      const file = join(folder, 'autoencoder', version, 'manifest.json');
      await writeFile(file, Buffer.alloc(5 * 1024 * 1024 + 1, ' '));
      await assert.rejects(store.load('autoencoder', version), coded('model-corrupt', { what: 'size' }));
      assert.equal((await store.list('autoencoder'))[0].problem, 'model-corrupt');
    }));
});

describe('requireSchema', () => {
  it('says which tags and lengths differ', () => {
    const tags = [SCHEMA.tags[0], ...['A', 'B', 'C', 'D'].map((name) => ({ ...SCHEMA.tags[0], name }))];
    const given = windowSchema({ tags }, [10]);
    requireSchema('v', SCHEMA, windowSchema({ tags: SCHEMA.tags }, [60]));
    assert.throws(
      () => requireSchema('v', SCHEMA, given),
      coded('model-schema', { missing: 'MV101', extra: 'A, B, C +1', lengths: '60', given: '10' }),
    );
  });
});

function fieldsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, [...path, key]))].filter(
    (found) => found.length > 0,
  );
}

function put(target: Json, path: string[], value: unknown): void {
  const [key, ...rest] = path;
  if (rest.length === 0) target[key] = value;
  else put(target[key] as Json, rest, value);
}
