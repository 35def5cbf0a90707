import assert from 'node:assert/strict';
import { checkTrend } from '../../../lib/history/trend-query';

const NEWEST = 1_700_000_000_000;
const HOUR = 3_600_000;

describe('what a trend is asked for', () => {
  it('is the last hour, 600 points, unless it says otherwise', () => {
    assert.deepEqual(checkTrend({}, NEWEST), { from: NEWEST - HOUR, to: NEWEST, points: 600 });
    assert.deepEqual(checkTrend({ from: 5, to: 6, points: 2 }, NEWEST), { from: 5, to: 6, points: 2 });
  });

  for (const [what, given, code] of [
    ['an end before its beginning', { from: 6, to: 5 }, 'history-span'],
    ['an end at its beginning', { from: 5, to: 5 }, 'history-span'],
    ['a beginning after the newest', { from: NEWEST + 1 }, 'history-span'],
    ['a text for a time', { from: '2026-11-28T12:00' }, 'history-number'],
    ['a time that is no number', { to: NaN }, 'history-number'],
    ['a time that no calendar has', { from: -9e15, to: 0 }, 'history-number'],
    ['a list for a time', { from: [1], to: 2 }, 'history-number'],
    ['more points than a picture has', { points: 2001 }, 'history-points'],
    ['half a point', { points: 2.5 }, 'history-points'],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => checkTrend(given, NEWEST), { code });
    });
  }
});
