import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GrowingRows } from '../../../lib/train/growing-rows';
import { SMALL, smallWindows } from './plant';

describe('growing rows', () => {
  it('stay within their bound, evenly over the whole record, whatever its length', () => {
    const made = Array.from(
      { length: 2500 },
      (
        (windows) => () =>
          windows.next().value
      )(smallWindows(1)),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2500 }),
        fc.integer({ min: 2, max: 700 }),
        fc.integer({ min: 1, max: 7 }),
        (count, most, stride) => {
          const rows = new GrowingRows(SMALL, stride, most);
          for (const window of made.slice(0, count)) rows.offer(window);
          const data = rows.take();
          assert.ok(data.count <= most && data.count >= 1);
          assert.ok(data.count * 2 >= Math.min(most - 1, Math.floor(count / stride)));
          assert.equal(data.stride % stride, 0);
          for (let row = 0; row < data.count; row += 1) {
            const window = made[row * data.stride];
            assert.equal(data.times[row], window.end);
            assert.deepEqual([...data.rows.subarray(row * 15, (row + 1) * 15)], window.features);
          }
          assert.equal(rows.count, 0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are sorted by time', () => {
    const windows = Array.from(
      { length: 10 },
      (
        (all) => () =>
          all.next().value
      )(smallWindows(1)),
    );
    const rows = new GrowingRows(SMALL, 1);
    for (const window of [...windows.slice(5), ...windows.slice(0, 5)]) rows.offer(window);
    const { times, rows: numbers } = rows.take();
    assert.deepEqual(
      [...times],
      windows.map(({ end }) => end),
    );
    assert.deepEqual([...numbers.subarray(0, 15)], windows[0].features);
  });
});
