import assert from 'node:assert/strict';
import fc from 'fast-check';
import { growForest, meanPathLength } from '../../../lib/kernels/forest';
import { createForestWalk } from '../../../lib/kernels/forest-walk';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { fixture } from './fixtures';
import { spearman } from './spearman';

const all = (count: number) => Uint32Array.from({ length: count }, (_, row) => row);
const cloud = (count: number, width: number, seed: number) => {
  const random = seeded(seed);
  return Float32Array.from({ length: count * width }, () => gaussian(random));
};

describe('the mean path length', () => {
  it('is that of Liu, Ting and Zhou, with the edges of scikit-learn', () => {
    assert.deepEqual([0, 1, 2].map(meanPathLength), [0, 0, 1]);
    assert.ok(Math.abs(meanPathLength(3) - 1.2073923578) < 1e-9);
    assert.ok(Math.abs(meanPathLength(256) - 10.2447709) < 1e-6);
  });
});

describe('the isolation forest against frozen results of scikit-learn', () => {
  const frozen = fixture('sklearn-forest.json') as {
    width: number;
    train: number[];
    judged: number[];
    scores: number[][];
  };
  const { width, scores } = frozen;
  const train = Float32Array.from(frozen.train);
  const judged = Float32Array.from(frozen.judged);
  const settings = { trees: 100, subsample: 256 };
  const ours = [1, 2, 3, 4, 5].map((seed) => {
    const walk = createForestWalk(growForest(train, width, all(train.length / width), settings, seeded(seed)));
    return scores[0].map((_, row) => walk.score(judged, row * width));
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('ranks rows as it does: Spearman not below its own from seed to seed, less .03', () => {
    const own = mean(scores.flatMap((a, i) => scores.slice(i + 1).map((b) => spearman(a, b))));
    const between = mean(ours.flatMap((a) => scores.map((b) => spearman(a, b))));
    assert.ok(own > 0.8 && own < 1);
    assert.ok(between >= own - 0.03, `${between} against ${own}`);
  });

  it('gives the same scores on average, not only the same order', () => {
    scores[0].forEach((_, row) => {
      const apart = Math.abs(mean(ours.map((list) => list[row])) - mean(scores.map((list) => list[row])));
      assert.ok(apart < 0.04, `row ${row}: ${apart}`);
    });
    const bias = mean(ours.map(mean)) - mean(scores.map(mean));
    assert.ok(Math.abs(bias) < 0.005, String(bias));
  });
});

describe('a grown forest', () => {
  it('never splits on a constant column, and makes a leaf of rows that are all alike', () => {
    const rows = cloud(300, 4, 1);
    for (let row = 0; row < 300; row++) rows[row * 4 + 2] = 7;
    const forest = growForest(rows, 4, all(300), { trees: 30, subsample: 64 }, seeded(1));
    assert.ok(!forest.feature.includes(2));
    const alike = growForest(new Float32Array(300).fill(3), 1, all(300), { trees: 5, subsample: 64 }, seeded(1));
    assert.deepEqual([...alike.size], [64, 64, 64, 64, 64]);
    assert.equal(createForestWalk(alike).score(Float32Array.of(3)), 0.5);
  });

  it('is at most ceil(log2 subsample) deep, and every split divides its rows into two sides that are not empty', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 90 }),
        fc.integer({ min: 2, max: 100 }),
        fc.nat(),
        (count, sample, seed) => {
          const forest = growForest(
            cloud(count, 3, seed),
            3,
            all(count),
            { trees: 4, subsample: sample },
            seeded(seed),
          );
          const { feature, right, size, roots, subsample } = forest;
          assert.equal(subsample, Math.min(count, sample));
          const visit = (node: number, depth: number): void => {
            assert.ok(depth <= Math.ceil(Math.log2(subsample)));
            if (feature[node] < 0) return;
            assert.equal(size[node + 1] + size[right[node]], size[node]);
            assert.ok(size[node + 1] > 0 && size[right[node]] > 0);
            visit(node + 1, depth + 1);
            visit(right[node], depth + 1);
          };
          for (const root of roots) visit(root, 0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives in WebAssembly the scores it gives without, to the bit, NaN and Infinity included (property)', () => {
    const value = fc.oneof(fc.double({ min: -3, max: 3 }), fc.constantFrom(NaN, Infinity, -Infinity, 1e30, 0));
    const row = fc.array(value, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 2, max: 300 }),
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (trees, subsample, rows, seed) => {
          const forest = growForest(cloud(300, 3, seed), 3, all(300), { trees, subsample }, seeded(seed));
          const [fast, plain] = [createForestWalk(forest), createForestWalk(forest, null)];
          const flat = Float32Array.from(rows.flat());
          rows.forEach((_, index) => assert.equal(fast.score(flat, 3 * index), plain.score(flat, 3 * index)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('learns from the chosen rows only', () => {
    const rows = cloud(400, 2, 3);
    const changed = rows.slice();
    for (let i = 400; i < 800; i++) changed[i] = 1e6;
    const grow = (data: Float32Array) => growForest(data, 2, all(200), { trees: 10, subsample: 64 }, seeded(2));
    assert.deepEqual(grow(rows), grow(changed));
  });

  it('gives credits that sum up to what the score is made of', () => {
    const rows = cloud(500, 5, 4);
    const forest = growForest(rows, 5, all(500), { trees: 40, subsample: 128 }, seeded(6));
    const walk = createForestWalk(forest);
    for (const row of [Float32Array.of(0, 0, 0, 0, 0), Float32Array.of(9, 0, 0, 0, 0), rows.slice(0, 5)]) {
      const credit = new Float64Array(5);
      walk.credit(row, credit);
      const path = -Math.log2(walk.score(row)) * meanPathLength(128);
      const sum = credit.reduce((total, value) => total + value, 0);
      assert.ok(Math.abs(sum - (meanPathLength(128) - path)) < 1e-9);
    }
    const credit = new Float64Array(5);
    walk.credit(Float32Array.of(9, 0, 0, 0, 0), credit);
    assert.equal(credit.indexOf(Math.max(...credit)), 0);
  });
});
