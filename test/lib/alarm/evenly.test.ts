import assert from 'node:assert/strict';
import { evenly } from '../../../lib/alarm/evenly';

describe('evenly', () => {
  for (const [seen, expected, shown] of [
    [185.07, 0.1561, '185.1 and 0.2'],
    [0.5632, 0.1, '0.56 and 0.10'],
    [823.4, 512.1, '823.4 and 512.1'],
    [4.1, 2.3456, '4.10 and 2.35'],
    [0.00412, 0.001, '0.0041 and 0.0010'],
    [1, 2, '1 and 2'],
    [1, 1.9613, '1.00 and 1.96'],
    [-3, -2.5, '-3.00 and -2.50'],
    [50, -0.01, '50.0 and 0.0'],
    [185.12, 185.14, '185.12 and 185.14'],
    [0, 0, '0 and 0'],
    [0, 1e-12, '0.000000 and 0.000000'],
  ] as const) {
    it(`shows ${seen} and ${expected} as ${shown}`, () => {
      const params = evenly({ tag: 'T', seen, expected });
      assert.equal(params.tag, 'T');
      assert.equal(`${params.seen} and ${params.expected}`, shown);
    });
  }

  it('leaves sentences without both alone', () => {
    for (const params of [{}, { seen: 1.23456 }, { seen: 'off', expected: 2 }]) assert.equal(evenly(params), params);
  });
});
