import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Shifts } from '../../../lib/report/shifts';

const iso = ({ from, to }: { from: number; to: number }): string[] => [from, to].map((each) => new Date(each).toISOString()); // prettier-ignore

describe('shifts', () => {
  it('are the last one that is over, in the time zone', () => {
    const shifts = new Shifts('6:00, 14:00;22:00', 'Europe/Berlin');
    assert.deepEqual(iso(shifts.last(Date.UTC(2026, 10, 27, 5, 30))), ['2026-11-26T21:00:00.000Z', '2026-11-27T05:00:00.000Z']); // prettier-ignore
    assert.equal(new Date(shifts.next(Date.UTC(2026, 10, 27, 5, 30))).toISOString(), '2026-11-27T13:00:00.000Z');
  });

  for (const [what, now, hours] of [
    ['23 hours long on the day that clocks go forward', Date.UTC(2026, 2, 29, 22, 30), 23],
    ['25 hours long on the day that clocks go back', Date.UTC(2026, 9, 25, 23, 30), 25],
  ] as const) {
    it(`a day is ${what}`, () => {
      const { from, to } = new Shifts('00:00', 'Europe/Berlin').last(now);
      assert.equal((to - from) / 3_600_000, hours);
    });
  }

  it('follow one another without a gap at any time, in any zone, across changes of the clock', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Shanghai', 'Australia/Lord_Howe');
    const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${hour}:30`);
    const now = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(zone, fc.array(time, { minLength: 1, maxLength: 4 }), now, (name, starts, at) => {
        const shifts = new Shifts(starts.join(' '), name);
        const { from, to } = shifts.last(at);
        assert.ok(from < to && to <= at, 'over');
        assert.ok(shifts.next(at) > at, 'next');
        assert.equal(shifts.next(to), shifts.next(at), 'none began since');
        assert.equal(shifts.last(from).to, from, 'the one before ends where it begins');
      }),
      { numRuns: 150 },
    );
  });

  for (const wrong of ['', '25:00', '6', '06:00 -', 'noon', '1:00 '.repeat(13)]) {
    it(`"${wrong.slice(0, 12)}" is refused`, () => {
      assert.throws(() => new Shifts(wrong, 'UTC'), { code: 'report-shifts' });
    });
  }
  it('an unknown zone is refused', () => {
    assert.throws(() => new Shifts('06:00', 'Mars/Olympus'), { code: 'time-zone' });
  });
});
