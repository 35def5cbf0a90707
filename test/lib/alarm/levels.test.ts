import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CALM, checkLevels, nextLevel, type LevelSettings, type LevelState } from '../../../lib/alarm/levels';
import { LevelTracker, MOST_ASSETS } from '../../../lib/alarm/tracker';
import { LEVELS, type Level } from '../../../lib/alarm/verdict';
import { SwatError } from '../../../lib/errors';

const SETTINGS: LevelSettings = { thresholds: [1, 1.5, 2], n: 8, m: 10, hysteresis: 0.9 };

function run(ratios: readonly number[], settings = SETTINGS): Level[] {
  let state: LevelState = CALM;
  return ratios.map((ratio) => {
    state = nextLevel(state, ratio, settings);
    assert.ok(state.ratios.length <= settings.m);
    return state.level;
  });
}
const rank = (level: Level): number => LEVELS.indexOf(level);
const repeat = (ratio: number, times: number): number[] => Array<number>(times).fill(ratio);
const changes = (levels: readonly Level[]): number[] =>
  levels.flatMap((level, index) => (level === (levels[index - 1] ?? 'NONE') ? [] : [index]));

describe('nextLevel', () => {
  it('rises with the eighth window of ten and not before', () => {
    assert.deepEqual(run(repeat(1.6, 9)), [...Array<Level>(7).fill('NONE'), 'WARNING', 'WARNING']);
  });

  it('rises straight to the highest level that holds', () => {
    assert.equal(run(repeat(5, 8)).at(-1), 'CRITICAL');
    assert.equal(run([...repeat(5, 4), ...repeat(1.1, 4)]).at(-1), 'INFO');
  });

  it('falls straight to the level that still holds', () => {
    assert.equal(run([...repeat(5, 10), ...repeat(0.1, 7)]).at(-1), 'CRITICAL');
    assert.equal(run([...repeat(5, 10), ...repeat(0.1, 8)]).at(-1), 'NONE');
    assert.equal(run([...repeat(5, 10), ...repeat(1.2, 8)]).at(-1), 'INFO');
  });

  it('stays while the ratio is below the threshold by less than the hysteresis', () => {
    assert.equal(run([...repeat(2, 10), ...repeat(1.81, 50)]).at(-1), 'CRITICAL');
    assert.equal(run([...repeat(2, 10), ...repeat(1.79, 50)]).at(-1), 'WARNING');
  });

  const anySettings = fc
    .record({ n: fc.integer({ min: 1, max: 12 }), more: fc.integer({ min: 0, max: 8 }) })
    .map(({ n, more }): LevelSettings => ({ ...SETTINGS, n, m: n + more }));
  const series = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 120 });

  it('never rises without n of the last m windows at the level, and never falls without as many below it', () => {
    fc.assert(
      fc.property(series, anySettings, (ratios, settings) => {
        const levels = run(ratios, settings);
        for (const index of changes(levels)) {
          const recent = ratios.slice(Math.max(0, index + 1 - settings.m), index + 1);
          const to = rank(levels[index]);
          const from = rank(levels[index - 1] ?? 'NONE');
          if (to > from) {
            assert.ok(recent.filter((ratio) => ratio >= settings.thresholds[to - 1]).length >= settings.n);
          } else {
            const below = recent.filter((ratio) => ratio < settings.thresholds[to] * settings.hysteresis).length;
            assert.ok(below >= Math.max(settings.n, settings.m - settings.n + 1));
          }
        }
      }),
    );
  });

  it('settles on constant input, at the level its thresholds say, within m windows', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), anySettings, (ratio, settings) => {
        const levels = run(repeat(ratio, 3 * settings.m), settings);
        const expected = settings.thresholds.filter((threshold) => ratio >= threshold).length;
        assert.ok(levels.slice(settings.m - 1).every((level) => rank(level) === expected));
      }),
    );
  });

  it('changes at most once when the ratio trembles within the hysteresis of a threshold', () => {
    const tremble = fc.array(fc.double({ min: 1.36, max: 1.64, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(tremble, anySettings, (ratios, settings) => {
        const levels = run([...repeat(1.2, settings.m), ...ratios], settings);
        assert.ok(changes(levels).filter((index) => index >= settings.m).length <= 1);
      }),
    );
  });

  it('keeps a rise to a level and a fall below it apart by the windows that both need', () => {
    fc.assert(
      fc.property(series, anySettings, fc.integer({ min: 1, max: 3 }), (ratios, settings, level) => {
        const reached = run(ratios, settings).map((each) => rank(each) >= level);
        const turns = reached.flatMap((now, index) => (now === (reached[index - 1] ?? false) ? [] : [index]));
        const needed = settings.n + Math.max(settings.n, settings.m - settings.n + 1) - settings.m;
        for (let i = 1; i < turns.length; i += 1) assert.ok(turns[i] - turns[i - 1] >= needed);
      }),
    );
  });

  it('is never lower for a series that is nowhere lower', () => {
    fc.assert(
      fc.property(series, series, anySettings, (ratios, more, settings) => {
        const higher = ratios.map((ratio, index) => ratio + (more[index] ?? 0));
        const low = run(ratios, settings);
        run(higher, settings).forEach((level, index) => assert.ok(rank(level) >= rank(low[index])));
      }),
    );
  });
});

describe('checkLevels', () => {
  for (const [code, settings] of [
    ['levels-order', { ...SETTINGS, thresholds: [1, 1, 2] }],
    ['levels-order', { ...SETTINGS, thresholds: [2, 1.5, 1] }],
    ['levels-order', { ...SETTINGS, thresholds: [1, Number.NaN, 2] }],
    ['levels-persistence', { ...SETTINGS, n: 11 }],
  ] as const) {
    it(`refuses ${JSON.stringify(settings)} with ${code}`, () => {
      assert.throws(
        () => checkLevels(settings),
        (error) => error instanceof SwatError && error.code === code,
      );
    });
  }
});

describe('LevelTracker', () => {
  const settings: LevelSettings = { ...SETTINGS, n: 1, m: 1 };

  it('keeps assets apart, also those named like prototype keys', () => {
    const tracker = new LevelTracker(settings, 1000);
    assert.deepEqual(tracker.update('__proto__', 2, 0), { level: 'CRITICAL', from: 'NONE' });
    assert.deepEqual(tracker.update('constructor', 0, 0), { level: 'NONE', from: 'NONE' });
    assert.equal(tracker.level('__proto__', 1), 'CRITICAL');
  });

  it('forgets an asset that was silent, on reset, and the most silent of too many', () => {
    const tracker = new LevelTracker(settings, 1000);
    tracker.update('idle', 2, 0);
    assert.equal(tracker.level('idle', 1000), 'CRITICAL');
    assert.equal(tracker.level('idle', 1001), 'NONE');
    for (let i = 0; i <= MOST_ASSETS; i += 1) tracker.update(`a${i}`, 2, 2000);
    assert.equal(tracker.level('a0', 2000), 'NONE');
    assert.equal(tracker.level('a1', 2000), 'CRITICAL');
    tracker.reset('a1');
    assert.equal(tracker.level('a1', 2000), 'NONE');
    tracker.reset();
    assert.equal(tracker.level('a2', 2000), 'NONE');
  });
});
