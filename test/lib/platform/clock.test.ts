import assert from 'node:assert/strict';
import { steadyClock } from '../../../lib/platform/clock';

describe('the steady clock', () => {
  it('tells whole milliseconds of about now, and never goes back', () => {
    let before = steadyClock();
    assert.ok(Math.abs(before - Date.now()) < 60_000);
    for (let i = 0; i < 10_000; i += 1) {
      const now = steadyClock();
      assert.ok(Number.isInteger(now) && now >= before, `${before}, then ${now}`);
      before = now;
    }
  });
});
