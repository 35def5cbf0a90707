import assert from 'node:assert/strict';
import fc from 'fast-check';
import { multiplyTransposed, transpose } from '../../../lib/kernels/matrix';
import { gaussian, seeded, shuffle } from '../../../lib/kernels/random';

const size = fc.integer({ min: 1, max: 11 });

describe('matrix kernels', () => {
  it('multiply like the textbook, for every remainder of the blocks', () => {
    fc.assert(
      fc.property(size, size, size, fc.nat(), (rows, cols, depth, seed) => {
        const random = seeded(seed);
        const fill = (length: number) => Float32Array.from({ length }, () => gaussian(random));
        const a = fill(rows * depth);
        const b = fill(cols * depth);
        const out = new Float32Array(rows * cols).fill(NaN);
        multiplyTransposed(a, b, out, rows, cols, depth);
        for (let row = 0; row < rows; row++) {
          for (let col = 0; col < cols; col++) {
            let sum = 0;
            for (let k = 0; k < depth; k++) sum += a[row * depth + k] * b[col * depth + k];
            assert.equal(out[row * cols + col], Math.fround(sum));
          }
        }
      }),
    );
  });

  it('transpose, and transpose back', () => {
    fc.assert(
      fc.property(size, size, (rows, cols) => {
        const a = Float32Array.from({ length: rows * cols }, (_, index) => index);
        const turned = new Float32Array(a.length);
        const back = new Float32Array(a.length);
        transpose(a, turned, rows, cols);
        transpose(turned, back, cols, rows);
        assert.deepEqual(back, a);
        assert.equal(turned[rows - 1], (rows - 1) * cols);
      }),
    );
  });
});

describe('shuffle', () => {
  it('keeps every entry, and gives the same order for the same seed only', () => {
    const order = (seed: number) => {
      const rows = Uint32Array.from({ length: 50 }, (_, index) => index);
      shuffle(rows, seeded(seed));
      return rows;
    };
    assert.deepEqual(
      order(1).toSorted(),
      Uint32Array.from({ length: 50 }, (_, index) => index),
    );
    assert.deepEqual(order(1), order(1));
    assert.notDeepEqual(order(1), order(2));
  });

  it('brings every entry to every place about equally often', () => {
    const random = seeded(4);
    const counts = new Float64Array(16);
    for (let round = 0; round < 8000; round++) {
      const order = Uint32Array.of(0, 1, 2, 3);
      shuffle(order, random);
      order.forEach((entry, place) => counts[entry * 4 + place]++);
    }
    for (const count of counts) assert.ok(Math.abs(count - 2000) < 200, String(counts));
  });
});
