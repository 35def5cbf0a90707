import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createProjection, type Subspace } from '../../../lib/kernels/projection';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { inWasm } from './apart';

/** Random orthonormal directions (Gram and Schmidt, twice). */
function subspaceOf(width: number, count: number, seed: number): Subspace {
  const random = seeded(seed);
  const directions = Float64Array.from({ length: count * width }, () => gaussian(random));
  for (let row = 0; row < count; row++) {
    const own = directions.subarray(row * width, (row + 1) * width);
    for (let earlier = 0; earlier < 2 * row; earlier++) {
      const other = directions.subarray((earlier % row) * width, ((earlier % row) + 1) * width);
      const along = own.reduce((sum, value, i) => sum + value * other[i], 0);
      own.forEach((_, i) => (own[i] -= along * other[i]));
    }
    const length = Math.hypot(...own);
    own.forEach((_, i) => (own[i] /= length));
  }
  return { width, directions, variances: Float64Array.from({ length: count }, (_, i) => 1 / (i + 1)) };
}

describe('a projection', () => {
  it('is in WebAssembly what it is without, whatever width, count and start, and the same each time (property)', () => {
    const shape = fc
      .integer({ min: 1, max: 40 })
      .chain((width) => fc.tuple(fc.constant(width), fc.nat(width), fc.nat(width)));
    fc.assert(
      fc.property(shape, fc.constantFrom(1e-9, 1, 1e12), fc.nat(), ([width, count, start], size, seed) => {
        const subspace = subspaceOf(width, count, seed);
        const from = Math.min(start, count);
        const [fast, again, plain] = [undefined, undefined, null].map((engine) =>
          createProjection(subspace, from, engine),
        );
        assert.ok(inWasm(fast.values) && !inWasm(plain.values));
        const random = seeded(seed);
        const given = Float64Array.from({ length: width }, () => size * gaussian(random));
        for (const one of [fast, again, plain]) one.values.set(given);
        const t2 = fast.run();
        assert.equal(again.run(), t2);
        assert.deepEqual(again.values, fast.values);
        // Relative to the vector: of a part, or a residual, that is almost 0 nothing but rounding is left.
        const length = Math.hypot(...given);
        assert.ok(Math.abs(t2 - plain.run()) < 1e-10 * length ** 2);
        fast.values.forEach((value, i) => assert.ok(Math.abs(value - plain.values[i]) < 1e-12 * length));
      }),
      { numRuns: 100 },
    );
  });

  it('lets NaN through as it does without, and forgets it with the next vector', () => {
    for (const width of [5, 6]) {
      const projection = createProjection(subspaceOf(width, 2, 1));
      const run = (first: number): number => {
        projection.values.fill(1).set([first]);
        return projection.run();
      };
      const before = run(1);
      assert.ok(Number.isNaN(run(NaN)) && projection.values.every(Number.isNaN));
      assert.equal(run(1), before);
    }
  });
});
