import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { SwatError } from '../../../../lib/errors';
import { ATTACKS } from '../../../../lib/plant/attacks';
import { createPlantSimulation, type PlantSimulation, type SimFrame } from '../../../../lib/plant/sim/plant';

const startTime = Date.UTC(2026, 0, 5);
const seconds = (plant: PlantSimulation, count: number): SimFrame[] =>
  Array.from({ length: count }, () => plant.step());
const isDue = ({ attackDue }: PlantSimulation): boolean => attackDue;
const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the frames of a seed', () => {
  // Taken before the state of the simulation became readable: the shipped model learned from these frames.
  for (const [seed, operator, attacks, hash] of [
    [1, true, {}, 'ee84ae159f697c69576a0d7292d3c8da9e9a8374bb81bf398abae7c3552aff54'],
    [
      4711,
      true,
      { 600: 3, 5000: 8, 9000: 27, 14_000: 22, 17_000: 24 },
      '872498a14abfd5cd48c4bcfe9de167b115a02882e69916dc79c107a002438a9f',
    ],
    [
      77,
      false,
      { 600: 30, 4000: 37, 8000: 10, 12_000: 41, 16_000: 14 },
      '47b976075db315fe1d36cff62d886586e719cd4cf954ca7d8b4f08a124ae659a',
    ],
  ] as const) {
    it(`are what they always were: seed ${seed}`, () => {
      const plant = createPlantSimulation({ seed, startTime, operator });
      const begins: Readonly<Record<number, number | undefined>> = attacks;
      const sum = createHash('sha256');
      for (let second = 0; second < 20_000; second += 1) {
        const attack = begins[second];
        if (attack !== undefined) plant.start(attack);
        const { time, values, label } = plant.step();
        sum.update(new Uint8Array(values.buffer));
        sum.update(JSON.stringify([time, label]));
      }
      assert.equal(sum.digest('hex'), hash);
    });
  }
});

describe('a snapshot of the simulated plant', () => {
  it('goes on with the very same frames, through JSON, in normal operation and amid any attack', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(0, ...ATTACKS.map(({ id }) => id)),
        fc.integer({ min: 0, max: 4000 }),
        fc.boolean(),
        fc.boolean(),
        (seed, attack, after, operator, maintenance) => {
          const plant = createPlantSimulation({ seed, startTime, operator, maintenance });
          if (attack !== 0) plant.start(attack);
          seconds(plant, after);
          const kept = through(plant.snapshot());
          const twin = createPlantSimulation({ snapshot: kept });
          assert.deepEqual([twin.attack, twin.awaited, twin.state], [plant.attack, plant.awaited, plant.state]);
          assert.deepEqual(seconds(twin, 3000), seconds(plant, 3000));
          assert.deepEqual(through(twin.snapshot()), through(plant.snapshot()));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('shares nothing with the plant it came from', () => {
    const plant = createPlantSimulation({ seed: 3, startTime });
    const snapshot = plant.snapshot();
    const before = JSON.stringify(snapshot);
    seconds(plant, 500);
    const twin = createPlantSimulation({ snapshot });
    seconds(twin, 500);
    assert.equal(JSON.stringify(snapshot), before);
    assert.deepEqual(twin.step(), plant.step());
  });

  it('says whether a waiting attack begins with the next second', () => {
    const plant = createPlantSimulation({ seed: 11, startTime });
    assert.equal(plant.attackDue, false);
    plant.start(3);
    for (let second = 0; second < 7200; second += 1) {
      const due = isDue(plant);
      plant.step();
      assert.equal(plant.attack?.phase === 'active', due);
      if (due) return;
    }
    assert.fail('it never began');
  });

  const refuses = (snapshot: unknown, place: string): void =>
    assert.throws(
      () => createPlantSimulation({ snapshot }),
      (error) => error instanceof SwatError && error.code === 'plant-snapshot' && error.details.place === place,
    );

  for (const [what, snapshot, place] of [
    ['nothing', undefined, 'version'],
    ['null', null, 'version'],
    ['a text', 'x', 'version'],
    ['another version', { version: 2, operator: true, parts: [] }, 'version'],
    ['no word on the operator', { version: 1, parts: [] }, 'operator'],
    ['no word on holds', { version: 1, operator: true, parts: [] }, 'maintenance'],
    ['no parts', { version: 1, operator: true, maintenance: false }, 'parts'],
    ['too few parts', { version: 1, operator: true, maintenance: false, parts: [] }, 'parts'],
  ] as const) {
    it(`is refused when it is ${what}`, () => refuses(snapshot, place));
  }

  it('is refused, or at least never breaks the plant, when any one value in it is spoilt', () => {
    const good = JSON.stringify(createPlantSimulation({ seed: 3, startTime }).snapshot());
    const size = (value: unknown): number =>
      typeof value !== 'object' || value === null
        ? 1
        : Object.values(value).reduce<number>((sum, each) => sum + size(each), 0);
    const spoil = (value: unknown, at: { left: number }, by: unknown): unknown => {
      if (typeof value === 'object' && value !== null) {
        const entries = Object.entries(value).map(([name, each]) => [name, spoil(each, at, by)] as const);
        return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
      }
      at.left -= 1;
      return at.left === -1 ? by : value;
    };
    const values = size(JSON.parse(good));
    fc.assert(
      fc.property(
        fc.nat(values - 1),
        fc.constantFrom<unknown[]>('x', {}, [], undefined, true, '__proto__', -1, 0.5, 1e300),
        (at, by) => {
          try {
            seconds(createPlantSimulation({ snapshot: through(spoil(JSON.parse(good), { left: at }, by)) }), 5);
          } catch (error) {
            assert.ok(error instanceof SwatError && error.code === 'plant-snapshot', String(error));
          }
        },
      ),
      { numRuns: 300 },
    );
    const wrong = JSON.parse(good) as { parts: Record<string, unknown>[] };
    wrong.parts[1] = { ...wrong.parts[1], time: 'noon' };
    refuses(wrong, 'parts[1].time');
  });

  it('refuses an attack that there is not, and a step that no controller knows', () => {
    const good = createPlantSimulation({ seed: 3, startTime }).snapshot();
    const altered = (name: string, value: unknown): unknown => ({
      ...good,
      parts: good.parts.map((part) =>
        typeof part === 'object' && part !== null && name in part ? Object.assign({}, part, { [name]: value }) : part,
      ),
    });
    refuses(
      altered('attack', 5),
      `parts[${good.parts.findIndex((part) => JSON.stringify(part).includes('"attack"'))}]`,
    );
    refuses(
      altered('step', 'dance'),
      `parts[${good.parts.findIndex((part) => JSON.stringify(part).includes('"step"'))}]`,
    );
  });
});
