import assert from 'node:assert/strict';
import fc from 'fast-check';
import { glorotNetwork } from '../../../lib/kernels/dense';
import { growForest } from '../../../lib/kernels/forest';
import { createForestWalk, createScaledForest } from '../../../lib/kernels/forest-walk';
import { seeded } from '../../../lib/kernels/random';
import { createReconstruction, squaredResiduals } from '../../../lib/kernels/reconstruction';
import { inWasm } from './apart';

const wild = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
);

/** A scaler, rows and baselines of one width, that of the last row empty. */
const cases = fc.integer({ min: 1, max: 40 }).chain((width) => {
  const list = (number: fc.Arbitrary<number>) => fc.array(number, { minLength: width, maxLength: width });
  const moved = list(fc.double({ min: -5, max: 5, noNaN: true })).map((numbers) => Float64Array.from(numbers));
  return fc.record({
    mean: list(fc.float({ min: -1000, max: 1000, noNaN: true })).map((numbers) => Float32Array.from(numbers)),
    spread: list(fc.float({ min: Math.fround(1e-3), max: 1000, noNaN: true })).map((all) => Float32Array.from(all)),
    rows: fc.array(fc.tuple(list(wild), fc.option(moved, { nil: undefined })), { minLength: 1, maxLength: 4 }),
  });
});

describe('a row in units, scaled for a forest', () => {
  it('is in WebAssembly what it is without, as is its score, to the bit, with a baseline or after one (property)', () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ mean, spread, rows }, seed) => {
        const random = seeded(seed);
        const grown = Float32Array.from({ length: 64 * mean.length }, () => 4 * random() - 2);
        const every = Uint32Array.from({ length: 64 }, (_, row) => row);
        const forest = growForest(grown, mean.length, every, { trees: 10, subsample: 32 }, seeded(seed));
        const [fast, plain] = [undefined, null].map((engine) => createScaledForest({ mean, spread }, forest, engine));
        const walk = createForestWalk(forest, null);
        assert.ok(inWasm(fast.row) && !inWasm(plain.row));
        for (const [features, baseline] of [...rows, [rows[0][0], new Float64Array(0)] as const]) {
          fast.read(features, baseline);
          plain.read(features, baseline);
          assert.deepEqual(fast.row, plain.row);
          assert.equal(fast.score(), walk.score(plain.row));
          assert.equal(plain.score(), walk.score(plain.row));
        }
      }),
    );
  });
});

describe('what an autoencoder cannot tell of a row', () => {
  it('is the squared distance of the row from its reconstruction, to the bit, and the same each time (property)', () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ mean, spread, rows }, seed) => {
        const width = mean.length;
        const network = glorotNetwork([width, 7, width], seeded(seed));
        const [fast, again, plain] = [undefined, undefined, null].map((engine) =>
          createReconstruction({ mean, spread }, network, spread, engine),
        );
        assert.ok(inWasm(fast.row) && inWasm(fast.residuals) && !inWasm(plain.residuals));
        for (const [features, baseline] of rows) {
          const outputs = [fast, again, plain].map((each) => {
            each.read(features, baseline);
            return each.run().slice();
          });
          const expected = new Float64Array(width);
          for (const [each, output] of [
            [fast, outputs[0]],
            [plain, outputs[2]],
          ] as const) {
            squaredResiduals(each.row, output, 0, spread, expected);
            assert.deepEqual(each.residuals, expected);
          }
          assert.deepEqual(again.residuals, fast.residuals);
          outputs[0].forEach((value, i) => {
            const other = outputs[2][i];
            assert.ok(
              Number.isNaN(other) ? Number.isNaN(value) : Math.abs(value - other) <= 1e-6 * 50,
              `${value} ${other}`,
            );
          });
        }
      }),
    );
  });

  it('leaves out what is set to 0 in the row before it is run', () => {
    const scaler = { mean: new Float32Array(3), spread: new Float32Array(3).fill(1) };
    const reconstruction = createReconstruction(scaler, glorotNetwork([3, 2, 3], seeded(1)), scaler.spread);
    reconstruction.read([0, 5, 0]);
    reconstruction.row[1] = 0;
    assert.deepEqual([...reconstruction.run()], [0, 0, 0]);
    assert.deepEqual([...reconstruction.residuals], [0, 0, 0]);
  });
});
