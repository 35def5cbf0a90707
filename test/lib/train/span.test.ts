import assert from 'node:assert/strict';
import { spanOf } from '../../../lib/train/span';

describe('a length of time for a person', () => {
  for (const [ms, number, unit] of [
    [10_200, 10, 'seconds'],
    [119_000, 120, 'seconds'],
    [125_000, 2.1, 'minutes'],
    [7_100_000, 120, 'minutes'],
    [7_200_000, 2, 'hours'],
    [172_800_000, 2, 'days'],
  ] as const)
    it(`is ${number} ${unit} for ${ms} ms`, () => assert.deepEqual(spanOf(ms), { unit, number }));
});
