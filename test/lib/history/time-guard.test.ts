import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TimeGuard } from '../../../lib/history/time-guard';

const T0 = 1_700_000_000_000;
const HOUR = 3_600_000;

describe('the times of an asset', () => {
  it('are kept in order, late, and a little ahead', () => {
    const guard = new TimeGuard();
    assert.deepEqual(
      [T0, T0 + 1000, T0 - 5000, T0 + HOUR, T0 + HOUR - 500_000].map((time) => guard.judge(time)),
      ['keep', 'keep', 'keep', 'keep', 'keep'],
    );
    assert.equal(guard.newest, T0 + HOUR);
  });

  it('are not believed far ahead until three in a row agree', () => {
    const guard = new TimeGuard(T0);
    assert.equal(guard.judge(T0 + 50 * HOUR), 'leave');
    assert.equal(guard.judge(T0 + 1000), 'keep');
    assert.deepEqual(
      [50, 90, 90, 90].map((hours) => guard.judge(T0 + hours * HOUR)),
      ['leave', 'leave', 'leave', 'keep'],
    );
    assert.equal(guard.newest, T0 + 90 * HOUR);
  });

  it('go back at once where the message says so, and after sixty messages where it does not', () => {
    const guard = new TimeGuard(T0);
    assert.equal(guard.judge(T0 - 1000, true), 'keep');
    assert.equal(guard.judge(T0 - HOUR, true), 'rewind');
    assert.equal(guard.newest, T0 - HOUR);
    const told = Array.from({ length: 60 }, (_, i) => guard.judge(T0 - 9 * HOUR + i * 1000));
    assert.deepEqual(told.slice(0, 59), Array(59).fill('keep'));
    assert.equal(told[59], 'rewind');
  });

  it('of late data between those of now never make it go back', () => {
    const guard = new TimeGuard(T0);
    for (let i = 0; i < 500; i += 1) {
      assert.equal(guard.judge(T0 + i * 1000), 'keep');
      assert.equal(guard.judge(T0 - 5 * HOUR + i), 'keep');
    }
  });

  it('never move the newest further ahead than an hour at once unless three agree', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 50 }), (hours) => {
        const guard = new TimeGuard(T0);
        let run = 0;
        for (const each of hours) {
          const before = guard.newest ?? 0;
          const time = T0 + each * HOUR;
          run = time > before + HOUR ? run + 1 : 0;
          guard.judge(time);
          if ((guard.newest ?? 0) > before + HOUR) assert.ok(run >= 3);
        }
      }),
    );
  });
});
