import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockedFolds, everyRow, purgeGap } from '../../../lib/detect/folds';
import { windowSchema } from '../../../lib/stream/schema';
import { TAGS } from './process';

describe('blocked folds', () => {
  it('leave every row out once, and fit on all others but those within the gap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 400 }),
        fc.integer({ min: 2, max: 10 }),
        fc.integer({ min: 0, max: 30 }),
        (count, number, gap) => {
          const folds = blockedFolds(count, number, gap);
          assert.equal(folds.length, number);
          let next = 0;
          for (const { from, to, fit } of folds) {
            assert.equal(from, next);
            assert.ok(to > from && to - from <= Math.ceil(count / number));
            next = to;
            const apart = (row: number) => (row < from ? from - row : row - (to - 1));
            const expected = everyRow(count).filter((row) => (row < from || row >= to) && apart(row) > gap);
            assert.deepEqual(fit, expected);
          }
          assert.equal(next, count);
        },
      ),
    );
  });

  it('have a gap as wide as the longest window', () => {
    const schema = windowSchema({ tags: TAGS }, [10, 60]);
    for (const [stride, gap] of [
      [1, 60],
      [7, 9],
      [10, 6],
      [60, 1],
      [100, 1],
    ]) {
      assert.equal(purgeGap({ schema, stride }), gap);
    }
  });
});
