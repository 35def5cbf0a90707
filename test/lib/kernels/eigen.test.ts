import assert from 'node:assert/strict';
import fc from 'fast-check';
import { symmetricEigen } from '../../../lib/kernels/eigen';
import { gaussian, seeded } from '../../../lib/kernels/random';

/** The largest difference between `vectors^T diag(values) vectors` and the matrix, and from orthonormal rows. */
function errors(matrix: Float64Array, size: number): { apart: number; skew: number } {
  const { values, vectors } = symmetricEigen(matrix, size);
  let [apart, skew] = [0, 0];
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < size; c++) {
      let [made, dot] = [0, 0];
      for (let k = 0; k < size; k++) {
        made += values[k] * vectors[k * size + r] * vectors[k * size + c];
        dot += vectors[r * size + k] * vectors[c * size + k];
      }
      apart = Math.max(apart, Math.abs(made - matrix[r * size + c]));
      skew = Math.max(skew, Math.abs(dot - (r === c ? 1 : 0)));
    }
  }
  return { apart, skew };
}

const symmetric = (size: number, value: (row: number, col: number) => number): Float64Array => {
  const matrix = new Float64Array(size * size);
  for (let r = 0; r < size; r++) for (let c = 0; c <= r; c++) matrix[r * size + c] = matrix[c * size + r] = value(r, c);
  return matrix;
};

describe('the eigen-decomposition of a symmetric matrix', () => {
  it('is that of matrices worked by hand', () => {
    assert.deepEqual([...symmetricEigen(Float64Array.of(3), 1).values], [3]);
    const two = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    assert.deepEqual([...two.values].map((value) => value.toFixed(12)), ['3.000000000000', '1.000000000000']); // prettier-ignore
    assert.ok(Math.abs(two.vectors[0] - Math.SQRT1_2) < 1e-15 && Math.abs(two.vectors[1] - Math.SQRT1_2) < 1e-15);
    const diagonal = symmetricEigen(Float64Array.of(1, 0, 0, 0, 5, 0, 0, 0, -2), 3);
    assert.deepEqual([...diagonal.values], [5, 1, -2]);
    assert.deepEqual([...diagonal.vectors], [0, 1, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('is known for a chain of springs: 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 40;
    const chain = symmetric(n, (r, c) => (r === c ? 2 : r - c === 1 ? -1 : 0));
    const known = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)));
    symmetricEigen(chain, n).values.forEach((value, k) => assert.ok(Math.abs(value - known[k]) < 1e-13, String(k)));
  });

  it('gives orthonormal vectors that make the matrix again, of any symmetric matrix (property)', () => {
    const size = fc.integer({ min: 1, max: 24 });
    const scale = fc.constantFrom(1e-8, 1, 1e6);
    const rank = fc.integer({ min: 0, max: 24 });
    fc.assert(
      fc.property(size, scale, rank, fc.integer(), (n, by, causes, seed) => {
        const random = seeded(seed);
        const mix = Float64Array.from({ length: n * causes }, () => gaussian(random));
        const noise = causes % 3;
        const matrix = symmetric(n, (r, c) => {
          let sum = noise * gaussian(random);
          for (let k = 0; k < causes; k++) sum += mix[r * causes + k] * mix[c * causes + k];
          return by * sum;
        });
        const { apart, skew } = errors(matrix, n);
        const size = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        assert.ok(apart <= 1e-12 * size * n && skew <= 1e-12 * n, `${apart} of ${size}, ${skew}`);
        const { values } = symmetricEigen(matrix, n);
        for (let i = 1; i < n; i++) assert.ok(values[i] <= values[i - 1]);
      }),
      { numRuns: 200 },
    );
  });

  it('is as exact at the size of a plant, and leaves the matrix as it was', () => {
    const random = seeded(3);
    const n = 120;
    const matrix = symmetric(n, () => gaussian(random));
    const before = matrix.slice();
    const { apart, skew } = errors(matrix, n);
    assert.ok(apart < 1e-11 && skew < 1e-12, `${apart} ${skew}`);
    assert.deepEqual(matrix, before);
  });
});
