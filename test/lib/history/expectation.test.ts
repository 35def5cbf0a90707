import assert from 'node:assert/strict';
import { expectationOf } from '../../../lib/history/expectation';
import { tagInfo } from '../../../lib/history/tag-info';
import { SWAT } from '../../../lib/plant/swat';

const told = (tag: string, given: Partial<Parameters<typeof expectationOf>[0]>): readonly number[] =>
  expectationOf({ feature: 'slope', expected: 7, ...given }, tagInfo(SWAT.tags[SWAT.indexOf(tag)!]));

describe('what was expected of a tag', () => {
  for (const [name, tag, given, wanted] of [
    ['is the range', 'LIT301', { expectedRange: [880, 930] }, [880, 930]],
    ['is within what the tag can be', 'LIT301', { expectedRange: [900, 9000] }, [900, 1700]],
    ['is not below zero where only the instrument is', 'FIT201', { expectedRange: [-0.2, 1.2] }, [0, 1.2]],
    ['may be below zero where the tag can', 'AIT203', { expectedRange: [-300, 20] }, [-300, 20]],
    ['is a mean, without a range', 'LIT301', { feature: 'mean', expected: 900 }, [900, 900]],
    ['is nothing, with the lowest alone', 'LIT301', { feature: 'min', expected: 900 }, []],
    ['is the state that is meant', 'P205', { expectedRange: [0.9, 1.2] }, [1]],
    ['is no state that is not clear', 'P205', { expectedRange: [1.1, 1.9] }, []],
    ['is no state that does not exist', 'P205', { expectedRange: [0.1, 0.3] }, []],
    ['is the state told in words before another', 'MV101', { expected: 2.1, expectedState: 'open', expectedRange: [1, 1] }, [2]],
    ['is no state told in words that was not clear', 'MV101', { expected: 1.6, expectedState: 'open' }, []],
  ] as const) {
    it(name, () => {
      assert.deepEqual(told(tag, given), wanted);
    });
  }
}); // prettier-ignore
