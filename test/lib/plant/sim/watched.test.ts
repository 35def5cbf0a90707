import assert from 'node:assert/strict';
import type { AttackEvent } from '../../../../lib/plant/attack-event';
import { ATTACKS } from '../../../../lib/plant/attacks';
import { createPlantSimulation, type PlantSnapshot } from '../../../../lib/plant/sim/plant';
import { createTwin } from '../../../../lib/plant/sim/twin';
import { watched } from '../../../../lib/plant/sim/watched';
import { SWAT } from '../../../../lib/plant/swat';

const startTime = Date.UTC(2026, 0, 5);

/** Runs an attack and the ten minutes after it; gives what was told. */
function watch(id: number, seed: number): AttackEvent[] {
  const events: AttackEvent[] = [];
  const plant = createPlantSimulation({ seed, startTime });
  const attacked = watched(plant, (event) => events.push(event));
  for (let second = 0; second < 600; second += 1) attacked.step();
  plant.start(id);
  for (let second = 0; second < 4 * 3600 && plant.attack?.phase !== 'active'; second += 1) attacked.step();
  while (plant.attack !== undefined) attacked.step();
  for (let second = 0; second < 600; second += 1) attacked.step();
  return events;
}

describe('the twin of an attacked plant', () => {
  for (const attack of ATTACKS) {
    it(`${attack.id}: tells when ${attack.title} shows in the record`, () => {
      const events = watch(attack.id, 7);
      const started = events.find(({ event }) => event === 'attack-started')!;
      const ended = events.find(({ event }) => event === 'attack-ended')!;
      assert.equal(ended.time - started.time, attack.durationS * 1000);
      const visible = events.filter(({ event }) => event === 'attack-visible');
      if (attack.id === 4) {
        assert.deepEqual(visible, []);
        return;
      }
      assert.equal(visible.length, 1);
      assert.ok(visible[0].time >= started.time && visible[0].time <= ended.time);
      assert.ok(SWAT.indexOf(visible[0].tag ?? '') !== undefined);
      assert.deepEqual(
        events.map(({ event }) => event).filter((event) => event !== 'attack-waiting'),
        ['attack-started', 'attack-visible', 'attack-ended'],
      );
    });
  }

  it('sees a spoofed sensor in the first second, at the attack point', () => {
    for (const id of [3, 6, 8, 10, 16, 19]) {
      const [started, visible] = watch(id, 11).filter(({ event }) => event !== 'attack-waiting');
      assert.deepEqual([visible.time, visible.tag], [started.time, started.tags[0]]);
    }
  });

  it('differs in nothing while nobody attacks', () => {
    const plant = createPlantSimulation({ seed: 5, startTime });
    const twin = createTwin(plant.snapshot());
    for (let second = 0; second < 20_000; second += 1) assert.deepEqual(twin.differing(plant.step()), []);
  });

  it('draws the same random numbers, but for the backwashes that an attack adds or takes away', () => {
    // Random sources are the parts whose state is one list with one number. The second one is that of the filter: it
    // draws twice a backwash, long after the valves have shown in the record that the plants differ.
    const sources = ({ parts }: PlantSnapshot): string[] =>
      parts.flatMap((part) => {
        const state = typeof part === 'object' && part !== null && 'state' in part ? part.state : undefined;
        return Array.isArray(state) && state.length === 1 ? [JSON.stringify(state)] : [];
      });
    for (const { id } of ATTACKS.filter(({ durationS }) => durationS < 5000)) {
      const plant = createPlantSimulation({ seed: 7, startTime });
      plant.start(id);
      while (!plant.attackDue) plant.step();
      const alone = createPlantSimulation({ snapshot: plant.snapshot() });
      alone.stop();
      let differs = false;
      for (let second = 0; second < 1500; second += 1) {
        const { values } = plant.step();
        const twin = alone.step();
        differs ||= values.some((value, index) => value !== twin.values[index]);
        if (second % 300 > 0 && differs) continue;
        const [mine, its] = [sources(plant.snapshot()), sources(alone.snapshot())];
        assert.equal(mine.length, 7);
        assert.deepEqual(
          mine.filter((_, index) => index !== 1),
          its.filter((_, index) => index !== 1),
        );
        if (!differs) assert.equal(mine[1], its[1]);
      }
    }
  });
});
