import assert from 'node:assert/strict';
import { headPathOf, isBegun } from '../../../lib/journal/begun';
import type { JournalPlace } from '../../../lib/journal/protocol';

const FILE: JournalPlace = { kind: 'file', path: '/swat/journal.db' };
const DATABASE: JournalPlace = {
  kind: 'postgres',
  url: 'postgresql://host/db',
  folders: [],
  headPath: '/swat/one.head',
};

/** A disk with files of so many bytes. */
const holding = (files: Readonly<Record<string, number>>) => ({
  size: (path: string) => Promise.resolve<number | undefined>(files[path]),
});

describe('whether a journal was begun', () => {
  for (const [what, place, files, begun] of [
    ['nothing of it', FILE, {}, false],
    ['something else', FILE, { '/swat/other.db': 9 }, false],
    ['its file', FILE, { '/swat/journal.db': 9 }, true],
    ['its file, empty', FILE, { '/swat/journal.db': 0 }, true],
    ['its end, without the file', FILE, { '/swat/journal.head': 9 }, true],
    ['nothing of a database', DATABASE, {}, true],
  ] as const) {
    it(`is ${begun ? '' : 'not '}so where there is ${what}`, async () => {
      assert.equal(await isBegun(place, holding(files)), begun);
    });
  }

  it('is so where the disk does not answer', async () => {
    assert.equal(await isBegun(FILE, { size: () => Promise.reject(new Error('EIO')) }), true);
  });

  it('is told by the end that is written down apart', () => {
    assert.deepEqual([FILE, DATABASE].map(headPathOf), ['/swat/journal.head', '/swat/one.head']);
  });
});
