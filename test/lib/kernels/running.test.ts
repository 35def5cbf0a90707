import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { createRunningSums, newRunning } from '../../../lib/kernels/running';
import { inWasm } from './apart';

describe('running sums', () => {
  it('are in WebAssembly what they are without, to the bit, whatever tags, lengths and values (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 2, max: 20 }),
        fc.constantFrom(0, 1e-3, 1, 1e90),
        fc.nat(),
        (tags, length, size, seed) => {
          const random = seeded(seed);
          const [fast, plain] = [undefined, null].map((engine) => {
            const sums = createRunningSums(tags, engine);
            return { sums, running: newRunning(tags), ring: new Float64Array(tags * length) };
          });
          assert.ok(inWasm(fast.sums.out) && !inWasm(plain.sums.out));
          for (let time = 0; time < 3 * length; time++) {
            // Whole numbers of little size: equal values, and tags that stand still, are as frequent as any.
            const values = Float64Array.from({ length: tags }, (_, tag) => Math.round(gaussian(random)) * size + tag);
            const worn = [fast, plain].map(({ sums, running, ring }) => {
              sums.slide(running, values, ring, (time % length) * tags, length - 1);
              return sums.describe(running, length, 1e-3);
            });
            assert.equal(worn[0], worn[1]);
            assert.deepEqual(fast.running.all, plain.running.all);
            assert.deepEqual(fast.ring, plain.ring);
            assert.deepEqual([...fast.sums.out], [...plain.sums.out]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of several windows do not touch one another', () => {
    const sums = createRunningSums(3);
    const [one, other] = [newRunning(3), newRunning(3)];
    const ring = new Float64Array(6);
    sums.slide(one, Float64Array.of(1, 2, 3), ring, 0, 1);
    assert.ok(other.all.every((value) => value === 0));
    sums.slide(other, Float64Array.of(4, 5, 6), ring, 3, 1);
    assert.deepEqual([...one.sum], [1, 2, 3]);
    assert.deepEqual([...other.max], [4, 5, 6]);
  });
});
