import assert from 'node:assert/strict';
import fc from 'fast-check';
import { featuresByTag, rankTags } from '../../../lib/detect/attribution';
import type { Tag } from '../../../lib/plant/dictionary';
import { STATISTICS, windowSchema } from '../../../lib/stream/schema';
import { TAGS } from './process';

const schema = windowSchema({ tags: TAGS.slice(0, 3) }, [60]);
const byTag = featuresByTag(schema);
const features = schema.features.map((_, index) => 100 + index);
const rank = (guilt: readonly number[], most = 5) => rankTags(schema, byTag, guilt, features, (index) => index, most);

describe('attribution', () => {
  it('adds up the guilt of a tag, and shares it out among all tags', () => {
    const list = rank([1, 1, 1, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual(
      list.map(({ tag, share }) => [tag, share]),
      [
        ['LIT1', 0.5],
        ['FIT1', 0.4],
        ['MV1', 0.1],
      ],
    );
    assert.deepEqual(rank([1, 1, 1, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1], 2), list.slice(0, 2));
  });

  it('says nothing where there is no guilt', () => {
    assert.deepEqual(rank(new Array<number>(15).fill(0)), []);
  });

  it('keeps the order of the dictionary between equals', () => {
    assert.deepEqual(
      rank(new Array<number>(15).fill(1)).map(({ tag }) => tag),
      ['LIT1', 'FIT1', 'MV1'],
    );
  });

  it('names the guiltiest first, of equals the first of the dictionary, as many as are asked for (property)', () => {
    const all = windowSchema({ tags: TAGS }, [60]);
    const values = all.features.map(() => 1);
    // Few different numbers: equals are many.
    const amounts = fc.array(fc.nat(3), { minLength: TAGS.length, maxLength: TAGS.length });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: TAGS.length + 1 }), (each, most) => {
        const guilt = all.features.map(({ tag }, index) => (index % 5 === 0 ? each[tag] : 0));
        const sorted = TAGS.map(({ name }, tag) => ({ name, tag }))
          .filter(({ tag }) => each[tag] > 0)
          .sort((a, b) => each[b.tag] - each[a.tag] || a.tag - b.tag);
        assert.deepEqual(
          rankTags(all, featuresByTag(all), guilt, values, () => 0, most).map(({ tag }) => tag),
          sorted.slice(0, most).map(({ name }) => name),
        );
      }),
    );
  });

  for (const [guilt, feature] of [
    [[8, 2, 3, 4, 1], 'mean'],
    [[1, 2, 3, 9, 9], 'max'],
    [[2, 0, 3, 0, 50], 'min'],
    [[2, 0, 2, 0, 50], 'slope'],
    [[0, 10, 0.4, 0, 3], 'slope'],
    [[0, 10, 0, 0, 1], 'std'],
  ] as const) {
    it(`tells the ${feature} of guilt ${guilt.join(', ')}, with seen and expected of that feature`, () => {
      const [told] = rank([0, 0, 0, 0, 0, ...guilt, 0, 0, 0, 0, 0]);
      const index = 5 + STATISTICS.indexOf(feature);
      assert.deepEqual(told, {
        tag: 'FIT1',
        stage: 'P1',
        feature,
        share: 1,
        seen: 100 + index,
        expected: index,
        unit: 'm3/h',
      });
    });
  }

  const PUMP: Tag = { ...TAGS[5], name: 'P501', stage: 'P5', states: { 1: 'off', 2: 'on' } };
  /** What is told of one actuator: guilt, seen and expected in the order mean, std, min, max, slope. */
  const actuator = (guilt: number[], seen: number[], expected: number[], tag = PUMP) => {
    const one = windowSchema({ tags: [tag] }, [60]);
    const [{ feature, seenState, expectedState }] = rankTags(
      one,
      featuresByTag(one),
      guilt,
      seen,
      (i) => expected[i],
      1,
    );
    return [feature, seenState, expectedState];
  };

  for (const [name, guilt, seen, expected, told] of [
    ['the state it is in', [9, 0, 1, 1, 0], [1, 0, 1, 1, 0], [1.9, 0, 1.7, 2, 0], ['mean', 'off', 'on']],
    [
      'a state that only another value shows',
      [9, 0, 1, 2, 0],
      [1.4, 0.5, 1, 2, 0],
      [1, 0, 1, 1, 0],
      ['max', 'on', 'off'],
    ],
    ['a state before a spread', [0.1, 90, 1, 0, 0], [1.8, 0.4, 1, 2, 0], [2, 0, 2, 2, 0], ['min', 'off', 'on']],
    [
      'no state that nothing is wrong with',
      [9, 0, 0, 0, 0],
      [1.2, 0.4, 1, 1, 0],
      [1.4, 0.4, 1, 2, 0],
      ['mean', 'off', 'off'],
    ],
    [
      'the same state where only the spread is odd',
      [0, 9, 0, 0, 0],
      [1.8, 0.4, 2, 2, 0],
      [2, 0, 2, 2, 0],
      ['mean', 'on', 'on'],
    ],
    ['no state that has no name', [9, 0, 9, 9, 0], [7, 0, 7, 7, 0], [2, 0, 2, 2, 0], ['mean', undefined, undefined]],
  ] as const) {
    it(`tells ${name} of an actuator`, () => {
      assert.deepEqual(actuator([...guilt], [...seen], [...expected]), told);
    });
  }

  /** The range that is told of the level LIT1 (0 to 1200 mm); what is expected is in the order of the features. */
  const range = (expected: number[], lengths = [60], lags = 0) => {
    const one = windowSchema({ tags: [TAGS[0]] }, lengths, lags);
    const guilt = one.features.map(() => 1);
    return rankTags(one, featuresByTag(one), guilt, guilt, (index) => expected[index], 1)[0].expectedRange;
  };

  for (const [name, given, lengths, lags, told] of [
    ['from the lowest to the highest level, whatever is told', [500, 3, 480, 530, 9], [60], 0, [480, 530]],
    ['of the shortest windows', [500, 3, 480, 530, 9, 500, 3, 300, 800, 9], [10, 60], 0, [480, 530]],
    ['of windows before raw samples', [500, 3, 480, 530, 9, 200], [60], 1, [480, 530]],
    ['of raw samples where there is nothing else', [200], [], 1, [200, 200]],
    ['none where the model expects only what is beyond the tag', [0, 3, 0, 0, 9], [60], 0, undefined],
    ['what the tag can be of it', [600, 3, 0, 1200, 9], [60], 0, [0, 1200]],
  ] as const) {
    it(`tells a range: ${name}`, () => {
      assert.deepEqual(range([...given], [...lengths], lags), told);
    });
  }

  it('tells numbers of an actuator without named states, and of a sensor whatever it names', () => {
    const [guilt, seen, expected] = [
      [9, 0, 0, 0, 0],
      [1, 0, 1, 1, 0],
      [2, 0, 2, 2, 0],
    ];
    for (const tag of [TAGS[5], { ...PUMP, kind: 'sensor' as const }, { ...PUMP, states: {} }]) {
      assert.deepEqual(actuator(guilt, seen, expected, tag), ['mean', undefined, undefined]);
    }
  });
});
