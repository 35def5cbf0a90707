import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pageOf } from '../../../lib/api/paging';

const same = (text: string): string => text;

describe('pages of a list', () => {
  it('give every entry once, in order, whatever the size of a page', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 7 }), (entries, limit) => {
        const given: string[] = [];
        let cursor: string | undefined;
        do {
          const page = pageOf(entries, same, { limit, cursor });
          assert.ok(page.items.length <= limit);
          given.push(...page.items);
          cursor = page.next;
        } while (cursor !== undefined);
        assert.deepEqual(given, [...entries].sort());
      }),
    );
  });

  it('go on behind what has gone in between', () => {
    const { next } = pageOf(['a', 'b', 'c', 'd'], same, { limit: 2, cursor: undefined });
    assert.deepEqual(pageOf(['a', 'c', 'd'], same, { limit: 2, cursor: next }), { items: ['c', 'd'] });
  });

  it('have cursors that nobody else can make', () => {
    for (const cursor of [
      'x',
      '!!',
      Buffer.from('2a').toString('base64url'),
      `${Buffer.from('1a').toString('base64url')}=`,
    ])
      assert.throws(() => pageOf(['a'], same, { limit: 1, cursor }), /api-cursor/, cursor);
  });
});
