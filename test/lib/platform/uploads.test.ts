import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { isUploadName, Uploads } from '../../../lib/platform/uploads';
import { coded, withFolder } from '../model/sample';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array, undefined> {
  for (const text of texts) {
    await Promise.resolve();
    if (text === 'BREAK') throw new Error('aborted');
    yield Buffer.from(text);
  }
  return undefined;
}
const inside = (work: (uploads: Uploads, folder: string) => Promise<void>): Promise<void> =>
  withFolder((folder) => work(new Uploads(join(folder, 'data')), join(folder, 'data')));

describe('uploaded files', () => {
  it('are kept whole, listed with their size, and deleted', () =>
    inside(async (uploads, folder) => {
      assert.deepEqual(await uploads.list(), []);
      assert.equal(await uploads.receive('a.csv', chunks('one,', 'two'), 100), 7);
      assert.equal(await uploads.receive('b 1.csv.gz', chunks('x'), 100), 1);
      assert.equal(await uploads.receive('a.csv', chunks('three'), 100), 5);
      assert.equal(await readFile(uploads.path('a.csv'), 'utf8'), 'three');
      assert.deepEqual(
        new Set((await uploads.list()).map(({ name, bytes }) => `${name} ${bytes}`)),
        new Set(['a.csv 5', 'b 1.csv.gz 1']),
      );
      await uploads.remove('a.csv');
      await assert.rejects(uploads.remove('a.csv'), coded('data-missing'));
      assert.deepEqual(await readdir(folder), ['b 1.csv.gz']);
    }));

  for (const [what, parts, most, code] of [
    ['breaks off', ['one', 'BREAK'], 100, 'data-broken'],
    ['breaks off at once', ['BREAK'], 100, 'data-broken'],
    ['is empty', [], 100, 'data-empty'],
    ['is too large', ['12345', '67890', '1'], 10, 'data-too-large'],
  ] as const) {
    it(`leave nothing half of one that ${what}, and what was there stays`, () =>
      inside(async (uploads, folder) => {
        await uploads.receive('a.csv', chunks('before'), 100);
        await assert.rejects(uploads.receive('a.csv', chunks(...parts), most), coded(code));
        assert.deepEqual(await readdir(folder), ['a.csv']);
        assert.equal(await readFile(join(folder, 'a.csv'), 'utf8'), 'before');
      }));
  }

  it('say that they cannot be written', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'data'), 'a file where the folder should be');
      await assert.rejects(new Uploads(join(folder, 'data')).receive('a.csv', chunks('x'), 10), coded('data-write'));
    }));

  it('sweep away what a crash had cut off', () =>
    inside(async (uploads, folder) => {
      await mkdir(folder);
      for (const name of ['.1.1.part', '.9999999.3.part', 'a.csv']) await writeFile(join(folder, name), 'x');
      await uploads.sweep();
      assert.deepEqual(await readdir(folder), ['a.csv']);
      await new Uploads(join(folder, 'none')).sweep();
    }));

  it('are not links to elsewhere, nor folders', () =>
    inside(async (uploads, folder) => {
      await mkdir(join(folder, 'd.csv'), { recursive: true });
      await symlink('/etc/passwd', join(folder, 'l.csv'));
      assert.deepEqual(await uploads.list(), []);
      await assert.rejects(uploads.remove('l.csv'), coded('data-missing'));
    }));

  it('have plain names', () => {
    for (const name of ['a.csv', 'A b-1_2.TSV', 'x.txt.gz', '2026.01.csv']) assert.ok(isUploadName(name), name);
    for (const name of [
      '',
      '.csv',
      'a',
      'a.exe',
      '../a.csv',
      'a/b.csv',
      'a\\b.csv',
      '.a.csv',
      'a..csv',
      'a.csv ',
      'ä.csv',
      'a.csv.gz.exe',
      `${'a'.repeat(98)}.csv`,
    ])
      assert.ok(!isUploadName(name), name);
    fc.assert(fc.property(fc.string(), (text) => !isUploadName(text) || /^[\w][\w. -]*$/.test(text)));
  });
});
