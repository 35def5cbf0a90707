import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttackEvent } from '../../../lib/plant/attack-event';
import { ATTACKS } from '../../../lib/plant/attacks';
import { Drill, LEAST_GAP, randomDrill, type DrillPlan } from '../../../lib/plant/drill';
import { RECORD, RECORD_SECONDS } from '../../../lib/plant/record';
import { createPlantSimulation } from '../../../lib/plant/sim/plant';
import { watched } from '../../../lib/plant/sim/watched';

const startTime = Date.UTC(2026, 0, 5);

/** Runs a plan until it is over; gives what was told of its attacks. */
function run(plan: DrillPlan, seed: number): { events: AttackEvent[]; settledAtStart: boolean[] } {
  const plant = createPlantSimulation({ seed, startTime });
  const drill = new Drill(plan);
  const events: AttackEvent[] = [];
  const settledAtStart: boolean[] = [];
  const attacked = watched(plant, (event) => events.push(event));
  for (let second = 0; !drill.over; second += 1) {
    assert.ok(second < 400_000, 'the drill never ends');
    const { settled, attack } = plant;
    drill.step(plant);
    if (attack === undefined && plant.attack !== undefined) settledAtStart.push(settled);
    attacked.step();
  }
  return { events, settledAtStart };
}

describe('a random drill', () => {
  it('is the same for the same seed, and takes every attack once before any comes again', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 100 }), (seed, count) => {
        const { attacks, gap } = randomDrill(count, seed, 1000);
        assert.deepEqual(randomDrill(count, seed, 1000).attacks, attacks);
        assert.deepEqual([attacks.length, gap], [count, 1000]);
        const first = attacks.slice(0, ATTACKS.length).map(({ attack }) => attack);
        assert.equal(new Set(first).size, first.length);
        assert.deepEqual(randomDrill(count + 7, seed, 1000).attacks.slice(0, count), attacks);
      }),
      { numRuns: 50 },
    );
    assert.notDeepEqual(randomDrill(36, 1, 900), randomDrill(36, 2, 900));
  });

  it('gives each attack its time, and the plant its gap and its recovery between them', () => {
    const plan = randomDrill(12, 5, LEAST_GAP);
    const { events, settledAtStart } = run(plan, 21);
    const started = events.filter(({ event }) => event === 'attack-started');
    const ended = events.filter(({ event }) => event === 'attack-ended');
    assert.deepEqual(
      started.map(({ attack }) => attack),
      plan.attacks.map(({ attack }) => attack),
    );
    started.forEach(({ attack, time }, index) => {
      const { durationS } = ATTACKS.find(({ id }) => id === attack)!;
      assert.equal(ended[index].time - time, durationS * 1000);
      assert.ok(time - (index === 0 ? startTime : ended[index - 1].time) >= LEAST_GAP * 1000);
    });
    assert.ok(settledAtStart.every(Boolean));
    assert.deepEqual(run(plan, 21).events, events);
  });

  it('gives an attack up that waits for four hours', () => {
    const plant = createPlantSimulation({ seed: 3, startTime });
    const drill = new Drill({ attacks: [{ attack: 25, second: 0 }], gap: 900 });
    let waited = 0;
    // The plant stands still: nothing it waits for ever comes.
    const still: typeof plant = {
      ...plant,
      get attack() {
        return waited === 0 ? undefined : { attack: ATTACKS[0], phase: 'waiting' as const, since: 0 };
      },
      settled: true,
      start: () => (waited = 1),
      stop: () => (waited = -1),
    };
    for (let second = 0; second < 900 + 4 * 3600 + 10 && waited >= 0; second += 1) drill.step(still);
    assert.equal(waited, -1);
  });

  it('goes on from its state', () => {
    const plan = randomDrill(3, 1, 900);
    const drill = new Drill(plan, { next: 2, second: 10, calm: 5, waiting: 0 });
    assert.deepEqual([drill.left, drill.size, drill.over], [1, 3, false]);
  });
});

describe('the testbed’s record', () => {
  it('has the 36 attacks in their order, within its length', () => {
    assert.deepEqual(
      RECORD.map(({ attack }) => attack),
      ATTACKS.map(({ id }) => id),
    );
    RECORD.slice(1).forEach(({ second }, index) => assert.ok(second > RECORD[index].second));
    assert.equal(RECORD[0].second, 29 * 60 + 14);
    assert.ok(RECORD[35].second < RECORD_SECONDS);
  });
});
