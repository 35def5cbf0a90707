import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AlarmEvent } from '../../../lib/alarm/event';
import type { Chain } from '../../../lib/cli/chain';
import { drilled, sharesOf } from '../../../lib/cli/drilled';
import { SIMULATION_START } from '../../../lib/cli/simulate';

/** A chain that says what it is told to say, by plant-second. */
function saying(events: Readonly<Record<number, 'raised' | 'cleared'>>): Pick<Chain, 'feed'> {
  return {
    feed(_asset, _frame, time) {
      const event = events[(time - SIMULATION_START) / 1000] as 'raised' | 'cleared' | undefined;
      if (event === undefined) return { events: [] };
      const told: Partial<AlarmEvent> = { event, time, level: 'WARNING', tags: [] };
      return { events: [told as AlarmEvent] };
    },
  };
}

describe('a drill with the chain', () => {
  const plan = { attacks: [{ attack: 34, second: 0 }], gap: 900 };
  const run = (events: Parameters<typeof saying>[0]) => drilled(plan, 5, 0, saying(events), () => undefined);
  const started = (run({}).results[0].started - SIMULATION_START) / 1000;

  it('counts every second once: in alarm from raised to cleared, true by the label alone', () => {
    const { points, results, totals } = run({ [started + 10]: 'raised', [started + 160]: 'cleared' });
    assert.equal(points.attackRows, 100);
    assert.deepEqual([points.truePositives, points.falsePositives], [90, 60]);
    assert.ok(points.rows >= started + 100 + 900);
    assert.deepEqual([results[0].detected, results[0].delayS, totals.falseAlarms], [true, 10, 0]);
  });

  it('takes an alarm that stands already for a prediction, but not for a detection', () => {
    const { points, totals } = run({ [started - 50]: 'raised', [started + 400]: 'cleared' });
    assert.deepEqual([points.truePositives, points.falsePositives], [100, 350]);
    assert.deepEqual([totals.detected, totals.falseAlarms], [0, 1]);
  });

  it('runs as long as it is told to', () => {
    const { points, hours, neverBegan } = drilled(plan, 5, 9000, saying({}), () => undefined);
    assert.deepEqual([points.rows, hours, neverBegan], [9000, 2.5, []]);
  });
});

describe('point-wise shares', () => {
  it('are those of the counts', () => {
    const shares = sharesOf({ rows: 1000, attackRows: 100, truePositives: 80, falsePositives: 9 });
    assert.equal(shares.accuracy, 97.1);
    assert.equal(shares.falsePositiveRate, 1);
    assert.equal(shares.recall, 80);
    assert.ok(Math.abs(shares.precision - 8000 / 89) < 1e-9);
    assert.ok(Math.abs(shares.f1 - 16_000 / 189) < 1e-9);
  });

  it('lie between 0 and 100 %, whatever is counted', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(500), fc.nat(500), (tp, fp, fn, tn) => {
        const counts = { rows: tp + fp + fn + tn, attackRows: tp + fn, truePositives: tp, falsePositives: fp };
        for (const share of Object.values(sharesOf(counts))) assert.ok(share >= 0 && share <= 100);
      }),
    );
  });
});
