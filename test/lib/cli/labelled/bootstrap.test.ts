import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bootstrap } from '../../../../lib/cli/labelled/bootstrap';

const mean = (groups: readonly (readonly number[])[]): number =>
  groups.reduce((all, parts) => all + parts.reduce((a, b) => a + b, 0) / parts.length / groups.length, 0);
const drawing = { draws: 4000, seed: 1 };

describe('the bootstrap', () => {
  it('finds the interval that theory gives for the mean of many numbers', () => {
    // 100 numbers, half 0 and half 1: the mean of a draw has the standard deviation .5 / 10, so 95 % within ± .098.
    const { low, high } = bootstrap([Array.from({ length: 100 }, (_, at) => at % 2)], mean, drawing)!;
    assert.ok(Math.abs(low - 0.402) < 0.012 && Math.abs(high - 0.598) < 0.012, `${low} … ${high}`);
  });

  it('draws within each group, so that groups keep their weight', () => {
    // Each group is constant: whatever is drawn, the mean is the same.
    assert.deepEqual(
      bootstrap(
        [
          [1, 1],
          [3, 3, 3],
        ],
        mean,
        drawing,
      ),
      { low: 2, high: 2 },
    );
  });

  it('is the same for the same seed, and says nothing of a single part', () => {
    const parts = [Array.from({ length: 30 }, (_, at) => Math.sin(at))];
    assert.deepEqual(bootstrap(parts, mean, drawing), bootstrap(parts, mean, drawing));
    assert.notDeepEqual(bootstrap(parts, mean, drawing), bootstrap(parts, mean, { ...drawing, seed: 2 }));
    assert.equal(bootstrap([[1], [1, 2]], mean, drawing), undefined);
  });

  it('lies between the least and the greatest part, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 12 }), (parts) => {
        const { low, high } = bootstrap([parts], mean, { draws: 50, seed: 3 })!;
        assert.ok(Math.min(...parts) - 1e-9 <= low && low <= high && high <= Math.max(...parts) + 1e-9);
      }),
    );
  });
});
