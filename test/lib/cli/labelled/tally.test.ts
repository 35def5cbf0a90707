import assert from 'node:assert/strict';
import fc from 'fast-check';
import { count, tally, type Judged, type Tally } from '../../../../lib/cli/labelled/tally';

const START = Date.UTC(2026, 0, 1);

/** One character a row: `.` normal, `o` false alarm, `x` missed, `#` found. */
const rows = (text: string, periodS = 1): Judged[] =>
  Array.from(text, (mark, row) => ({
    time: START + row * periodS * 1000,
    predicted: mark === 'o' || mark === '#',
    truth: mark === 'x' || mark === '#',
    annunciated: mark === 'o' || mark === '#',
    ratio: 0,
  }));

const DAY = 86_400;

/** Counted by hand. */
const CASES: [why: string, text: string, periodS: number, expected: Partial<Tally>][] = [
  [
    'two of three events found, one alarm is false, and a late alarm that began inside an event is not',
    '..oo..x##o..xx..####',
    60,
    {
      // tp 6, fp 3, fn 3; 9 true rows, 11 normal ones; delays 60 and 0 s.
      f1: 12 / 18,
      alwaysF1: 18 / 29,
      falseAlarmRate: 300 / 11,
      missedAlarmRate: 300 / 9,
      events: 3,
      eventsFound: 2,
      medianDelayS: 30,
      falseAlarms: 1,
      falseAlarmsPerDay: 1 / ((11 * 60) / DAY),
    },
  ],
  [
    'an alarm that begins before its event and lasts is no false one, though its early rows count as such',
    '.oo##.',
    1,
    {
      f1: 4 / 6,
      alwaysF1: 4 / 8,
      falseAlarmRate: 50,
      missedAlarmRate: 0,
      events: 1,
      eventsFound: 1,
      medianDelayS: 0,
      falseAlarms: 0,
      falseAlarmsPerDay: 0,
    },
  ],
  [
    'of three delays the middle one counts; a row of quiet splits an alarm in two',
    'x#.xxx#.xx#.o.o',
    3600,
    {
      // tp 3, fp 2, fn 6.
      f1: 6 / 14,
      alwaysF1: 18 / 24,
      falseAlarmRate: 200 / 6,
      missedAlarmRate: 600 / 9,
      events: 3,
      eventsFound: 3,
      medianDelayS: 7200,
      falseAlarms: 2,
      falseAlarmsPerDay: 8,
    },
  ],
  [
    'normal operation only: nothing to find, nothing to miss',
    '....o...oo',
    8640,
    {
      f1: 0,
      alwaysF1: 0,
      falseAlarmRate: 30,
      missedAlarmRate: 0,
      events: 0,
      eventsFound: 0,
      medianDelayS: undefined,
      falseAlarms: 2,
      falseAlarmsPerDay: 2,
    },
  ],
  [
    'no rows at all',
    '',
    1,
    {
      f1: 0,
      alwaysF1: 0,
      falseAlarmRate: 0,
      missedAlarmRate: 0,
      events: 0,
      eventsFound: 0,
      medianDelayS: undefined,
      falseAlarms: 0,
      falseAlarmsPerDay: 0,
    },
  ],
];

const truths = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 });
const judged = (truth: readonly boolean[], said: (truth: boolean) => boolean): Judged[] =>
  truth.map((each, row) => ({
    time: START + row * 1000,
    truth: each,
    predicted: said(each),
    annunciated: false,
    ratio: 0,
  }));

describe('the tally of a series', () => {
  for (const [why, text, periodS, expected] of CASES) {
    it(`${text || '(empty)'}: ${why}`, () => {
      const found = tally(count(rows(text, periodS), periodS));
      assert.equal(found.rows, text.length);
      for (const [figure, value] of Object.entries(expected)) {
        const got = found[figure as keyof Tally];
        if (value === undefined) assert.equal(got, undefined, figure);
        else assert.ok(Math.abs(Number(got) - value) < 1e-9, `${figure} is ${got}, expected ${value}`);
      }
    });
  }

  it('takes delays from the time stamps: rows may be missing', () => {
    const [first, , , fourth] = rows('x..#');
    const { medianDelayS } = tally(count([first, { ...fourth, predicted: true }], 1));
    assert.equal(medianDelayS, 3);
  });

  it('gives full marks to the truth itself, and none to its opposite', () => {
    fc.assert(
      fc.property(truths, (truth) => {
        const any = truth.includes(true);
        const right = tally(
          count(
            judged(truth, (each) => each),
            1,
          ),
        );
        assert.deepEqual(
          [right.f1, right.falseAlarmRate, right.missedAlarmRate, right.falseAlarms, right.medianDelayS],
          [any ? 1 : 0, 0, 0, 0, any ? 0 : undefined],
        );
        assert.equal(right.eventsFound, right.events);
        const wrong = tally(
          count(
            judged(truth, (each) => !each),
            1,
          ),
        );
        assert.deepEqual(
          [wrong.f1, wrong.eventsFound, wrong.missedAlarmRate, wrong.falseAlarmRate],
          [0, 0, any ? 100 : 0, truth.includes(false) ? 100 : 0],
        );
      }),
    );
  });

  it('says of one that always alarms just what it says such a one would reach', () => {
    fc.assert(
      fc.property(truths, (truth) => {
        const always = tally(
          count(
            judged(truth, () => true),
            1,
          ),
        );
        assert.equal(always.f1, always.alwaysF1);
        assert.equal(always.eventsFound, always.events);
      }),
    );
  });

  it('keeps every figure within its bounds, and counts runs as a pattern does', () => {
    const marks = fc.array(fc.constantFrom('.', 'o', 'x', '#'), { maxLength: 200 }).map((all) => all.join(''));
    fc.assert(
      fc.property(marks, (text) => {
        const found = tally(count(rows(text), 1));
        assert.ok(found.f1 >= 0 && found.f1 <= 1);
        assert.ok(found.eventsFound <= found.events);
        assert.equal(found.medianDelayS === undefined, found.eventsFound === 0);
        const runs = (pattern: RegExp): string[] => text.match(pattern) ?? [];
        assert.equal(found.falseAlarms, runs(/[o#]+/g).filter((alarm) => !alarm.includes('#')).length);
        assert.equal(found.events, runs(/[x#]+/g).length);
        assert.equal(found.eventsFound, runs(/[x#]+/g).filter((event) => event.includes('#')).length);
      }),
    );
  });
});
