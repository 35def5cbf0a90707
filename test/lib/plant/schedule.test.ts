import assert from 'node:assert/strict';
import { SwatError } from '../../../lib/errors';
import { dueAttack, parseSchedule } from '../../../lib/plant/schedule';

describe('the schedule of attacks', () => {
  it('reads attack@minute, in any order', () => {
    assert.deepEqual(parseSchedule(' 8@45;3 @ 10.5\n', 0), {
      entries: [
        { attack: 3, second: 630 },
        { attack: 8, second: 2700 },
      ],
      period: 0,
    });
    assert.deepEqual(parseSchedule('', 5).entries, []);
  });

  it('is due once, or again and again', () => {
    const due = (repeat: number): (readonly [number, number])[] => {
      const schedule = parseSchedule('3@1, 8@2', repeat);
      return Array.from({ length: 400 }, (_, second) => [second, dueAttack(schedule, second)] as const).flatMap(
        ([second, attack]) => (attack === undefined ? [] : [[second, attack] as const]),
      );
    };
    assert.deepEqual(due(0), [
      [60, 3],
      [120, 8],
    ]);
    assert.deepEqual(due(3), [
      [60, 3],
      [120, 8],
      [240, 3],
      [300, 8],
    ]);
  });

  for (const [code, text, repeat] of [
    ['schedule-entry', '3 at 10', 0],
    ['schedule-entry', '3@-1', 0],
    ['unknown-attack', '5@10', 0],
    ['schedule-repeat', '3@10', 10],
  ] as const) {
    it(`refuses ${text} every ${repeat} with ${code}`, () => {
      assert.throws(
        () => parseSchedule(text, repeat),
        (error) => error instanceof SwatError && error.code === code,
      );
    });
  }
});
