import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WindowFeatures } from '../../../lib/stream/features';
import { shapeOf, windowSchema } from '../../../lib/stream/schema';
import { TAGS } from '../detect/process';
import { gaussian, seeded, type Random } from '../../../lib/kernels/random';

/** Two passes about the first value: [mean, std, min, max, slope]. */
function oracle(samples: readonly number[]): number[] {
  const n = samples.length;
  const d = samples.map((x) => x - samples[0]);
  const mean = d.reduce((sum, x) => sum + x, 0) / n;
  const variance = d.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
  const middle = (n - 1) / 2;
  const slope =
    d.reduce((sum, x, i) => sum + (i - middle) * (x - mean), 0) /
    samples.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return [samples[0] + mean, Math.sqrt(variance), Math.min(...samples), Math.max(...samples), slope];
}

/** The promise of SlidingStatistics, checked for one tag. */
function assertExact(seen: readonly number[], samples: readonly number[], where: string): void {
  const n = samples.length;
  const [mean, std, min, max, slope] = oracle(samples);
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(min), Math.abs(max));
  const bounds = [
    1e-9 * std + rounding + 1e-140,
    1e-9 * std + 1e-140,
    0,
    0,
    1e-9 * std * Math.sqrt(12 / (n * n - 1)) + 1e-140,
  ];
  [mean, std, min, max, slope].forEach((expected, i) => {
    assert.ok(
      Math.abs(seen[i] - expected) <= bounds[i],
      `${where}, statistic ${i}: ${seen[i]} instead of ${expected}, off by ${Math.abs(seen[i] - expected)} > ${bounds[i]}`,
    );
  });
}

function check(series: readonly (readonly number[])[], lengths: readonly number[], stride = 1): void {
  const tags = series.length;
  const features = new WindowFeatures(tags, lengths);
  for (let time = 0; time < series[0].length; time++) {
    features.push(Float64Array.from(series, (values) => values[time]));
    assert.equal(features.full, time + 1 >= Math.max(...lengths));
    if (!features.full || time % stride !== 0) continue;
    const seen = features.read();
    assert.equal(seen.length, lengths.length * tags * 5);
    lengths.forEach((length, l) =>
      series.forEach((values, tag) => {
        const at = (l * tags + tag) * 5;
        const window = values.slice(time + 1 - length, time + 1);
        assertExact(seen.slice(at, at + 5), window, `length ${length}, tag ${tag}, sample ${time}`);
      }),
    );
  }
}

const make = (count: number, value: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => value(i));

interface Piece {
  count: number;
  offset: number;
  scale: number;
  slope: number;
  spike: number;
}

const signal = (pieces: readonly Piece[], draw: Random): number[] =>
  pieces.flatMap(({ count, offset, scale, slope, spike }) =>
    make(count, (i) => offset + scale * gaussian(draw) + slope * i + (i === count >> 1 ? spike : 0)),
  );

describe('WindowFeatures', () => {
  it('gives the five statistics of a series worked by hand', () => {
    const features = new WindowFeatures(1, [4]);
    for (const value of [9, 0, 4, 0, 4]) features.push(Float64Array.of(value));
    assert.deepEqual(features.read(), [2, 2, 0, 4, 0.8]);
  });

  it('orders features by length, tag and statistic', () => {
    const features = new WindowFeatures(2, [2, 3]);
    for (const row of [[1, 10], [2, 20], [3, 30]]) features.push(Float64Array.from(row)); // prettier-ignore
    const flat = features.read();
    assert.deepEqual([flat[0], flat[5], flat[10], flat[15]], [2.5, 25, 2, 20]);
  });

  const random = seeded(7);
  const noise = (): number => gaussian(random);
  const cases: Record<string, (i: number) => number> = {
    'noise on an offset of 1e6 with sd 1e-2': () => 1e6 + 1e-2 * noise(),
    'noise on an offset of -1e9 with sd 1e-3': () => -1e9 + 1e-3 * noise(),
    'a spike of 1e12 that comes and leaves': (i) => (i === 130 ? 1e12 : noise()),
    'spikes of 1e12 of both signs': (i) => (i % 97 === 5 ? (i % 2 === 0 ? 1e12 : -1e12) : 0.1 * noise()),
    'spikes of middling size': (i) => (i % 83 === 3 ? 3000 * noise() : noise()),
    'a rising ramp': (i) => 0.37 * i,
    'a falling ramp on an offset': (i) => 1e6 - 1e-3 * i,
    'a constant': () => 0.1,
    'a constant after noise': (i) => (i < 150 ? noise() : 123.456),
    'a constant with one step': (i) => (i < 200 ? 0.3 : 0.1),
    'changing signs': (i) => (i % 2 === 0 ? 1 : -1) * (1 + noise() / 10),
    'steps of 1e4 standard deviations': (i) => Math.floor(i / 90) * 1e4 + noise(),
    'two neighbouring doubles': (i) => (i % 3 === 0 ? 1 : 1 + Number.EPSILON),
    'a shrinking exponential': (i) => 10 ** (12 - i / 4),
    'a growing exponential': (i) => 10 ** (i / 20 - 6),
    'a 0/1 actuator': (i) => (i % 140 < 70 ? 0 : 1),
  };
  for (const length of [2, 3, 10, 60, 120]) {
    it(`is exact over ${length} samples of ${Object.keys(cases).length} kinds of signal`, () => {
      check(
        Object.values(cases).map((value) => make(420, value)),
        [length],
      );
    });
  }

  it('is exact over 600 samples while drifting, at two lengths at once', () => {
    check([make(2000, (i) => i / 10 + noise()), make(2000, (i) => (i === 700 ? 1e9 : 5 + noise()))], [30, 600], 7);
  });

  const mixture = (most: number): fc.Arbitrary<Piece[]> =>
    fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: most }),
        offset: fc.constantFrom(0, 1, -50, 1e3, 1e6, -1e6, 1e9),
        scale: fc.constantFrom(0, 1e-6, 1e-2, 1, 1e3),
        slope: fc.constantFrom(0, 0, 1e-4, 1, -1e3),
        spike: fc.constantFrom(0, 0, 1e4, -1e7, 1e12),
      }),
      { minLength: 1, maxLength: 6 },
    );
  for (const { lengths, most, stride, numRuns } of [
    { lengths: { min: 2, max: 60 }, most: 120, stride: { min: 1, max: 9 }, numRuns: 150 },
    { lengths: { min: 61, max: 600 }, most: 900, stride: { min: 11, max: 37 }, numRuns: 40 },
  ]) {
    it(`is exact over ${lengths.min} to ${lengths.max} samples of any mixture of offsets, scales, spikes, ramps and constants (property)`, () => {
      fc.assert(
        fc.property(
          fc.array(mixture(most), { minLength: 1, maxLength: 4 }),
          fc.integer(lengths),
          fc.integer(stride),
          fc.integer(),
          (tags, length, every, seed) => {
            const series = tags.map((pieces) => signal(pieces, seeded(seed)));
            const shortest = Math.min(...series.map((values) => values.length));
            check(series.map((values) => values.slice(0, shortest)), [length], every); // prettier-ignore
          },
        ),
        { numRuns },
      );
    });
  }

  it('is exact for any finite values a tag may have (property)', () => {
    const value = fc.double({ min: -1e100, max: 1e100, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 80 }), fc.integer({ min: 2, max: 12 }), (values, length) =>
        check([values], [length]),
      ),
    );
  });

  it('gives the last samples as they are, newest first, after the statistics', () => {
    const features = new WindowFeatures(2, [2], 3);
    const rows = [[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]]; // prettier-ignore
    rows.forEach((row, index) => {
      features.push(Float64Array.from(row));
      assert.equal(features.full, index >= 2, 'full once there are enough of both');
    });
    assert.deepEqual(features.read().slice(10), [5, 50, 4, 40, 3, 30]);
    features.clear();
    for (const row of rows.slice(0, 3)) features.push(Float64Array.from(row));
    assert.deepEqual(features.read().slice(10), [3, 30, 2, 20, 1, 10]);
  });

  it('puts every feature where the schema says, at several lengths and any number of raw samples (property)', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 12, maxLength: 40 }),
        fc.uniqueArray(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 12 }),
        (frames, lengths, lags) => {
          const features = new WindowFeatures(2, lengths, lags);
          for (const frame of frames) features.push(Float64Array.from(frame));
          const schema = windowSchema({ tags: TAGS.slice(0, 2) }, lengths, lags);
          const seen = features.read();
          assert.equal(seen.length, schema.features.length);
          schema.features.forEach(({ tag, length, statistic }, index) => {
            const values = frames.slice(-length).map((frame) => frame[tag]);
            if (statistic === 'first') assert.equal(seen[index], values[0]);
            if (statistic === 'min') assert.equal(seen[index], Math.min(...values));
            if (statistic === 'max') assert.equal(seen[index], Math.max(...values));
          });
          assert.deepEqual(shapeOf(schema), { lengths, lags });
        },
      ),
    );
  });

  it('names the same windows as ever where no raw samples are asked for', () => {
    assert.equal(windowSchema({ tags: TAGS }, [60], 0).id, windowSchema({ tags: TAGS }, [60]).id);
    assert.notEqual(windowSchema({ tags: TAGS }, [60], 1).id, windowSchema({ tags: TAGS }, [60]).id);
  });

  it('starts anew after clear', () => {
    const features = new WindowFeatures(1, [3]);
    for (const value of [1e12, 5, 6, 7, 8]) features.push(Float64Array.of(value));
    features.clear();
    assert.equal(features.full, false);
    for (const value of [1, 2, 3]) features.push(Float64Array.of(value));
    assert.deepEqual(features.read(), [2, Math.sqrt(2 / 3), 1, 3, 1]);
  });

  it('gives plain arrays that later samples do not change', () => {
    const features = new WindowFeatures(1, [2]);
    features.push(Float64Array.of(1));
    features.push(Float64Array.of(2));
    const before = features.read();
    const copy = [...before];
    features.push(Float64Array.of(50));
    assert.ok(Array.isArray(before));
    assert.deepEqual(before, copy);
  });
});
