import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../../lib/errors';
import { createPlantSimulation } from '../../../../lib/plant/sim/plant';
import { SWAT } from '../../../../lib/plant/swat';

const startTime = Date.UTC(2026, 0, 5);
const at = (tag: string): number => SWAT.indexOf(tag)!;
const DAY = 86_400;

/** Normal operation: what the published data show, and what set-point changes of an operator add to it. */
const BANDS: readonly (readonly [tag: string, low: number, high: number])[] = [
  ['LIT101', 440, 890],
  ['LIT301', 760, 1045],
  ['LIT401', 690, 1045],
  ['FIT101', 0, 2.75],
  ['FIT201', 0, 2.55],
  ['FIT301', 0, 2.35],
  ['FIT401', 1.6, 1.8],
  ['FIT502', 1.2, 1.34],
  ['FIT503', 0.68, 0.79],
  ['FIT504', 0.27, 0.35],
  ['FIT601', 0, 1.9],
  ['DPIT301', 0, 30],
  ['AIT201', 250, 272],
  ['AIT202', 8.1, 8.8],
  ['AIT203', 315, 400],
  ['AIT401', 5, 100],
  ['AIT402', 145, 215],
  ['AIT501', 7.3, 8.1],
  ['AIT502', 138, 152],
  ['AIT503', 250, 276],
  ['AIT504', 7.5, 13],
  ['PIT501', 230, 262],
  ['PIT502', 0.9, 1.7],
  ['PIT503', 172, 198],
];

describe('the simulated plant in normal operation', () => {
  for (const seed of [1, 20, 300, 4000]) {
    it(`stays in its bands for a day, seed ${seed}`, () => {
      const plant = createPlantSimulation({ seed, startTime });
      const low = new Float64Array(51).fill(Number.POSITIVE_INFINITY);
      const high = new Float64Array(51).fill(Number.NEGATIVE_INFINITY);
      const backwashes: number[] = [];
      let washing = false;
      for (let second = 0; second < DAY; second += 1) {
        const { values, label } = plant.step();
        assert.equal(label.attack, null);
        for (let index = 0; index < 51; index += 1) {
          const value = values[index];
          if (value < low[index]) low[index] = value;
          if (value > high[index]) high[index] = value;
        }
        if (values[at('P602')] === 2 && !washing) backwashes.push(second);
        washing = values[at('P602')] === 2;
      }
      SWAT.tags.forEach((tag, index) => {
        assert.ok(low[index] >= tag.low && high[index] <= tag.high, `${tag.name} ${low[index]} … ${high[index]}`);
      });
      for (const [tag, least, most] of BANDS) {
        assert.ok(low[at(tag)] >= least && high[at(tag)] <= most, `${tag} ${low[at(tag)]} … ${high[at(tag)]}`);
      }
      for (const [tag, below, above] of [
        ['LIT101', 560, 740],
        ['LIT301', 850, 950],
        ['LIT401', 850, 950],
      ] as const) {
        assert.ok(low[at(tag)] < below && high[at(tag)] > above, `${tag} swings: ${low[at(tag)]} … ${high[at(tag)]}`);
      }
      const gaps = backwashes.slice(1).map((second, index) => second - backwashes[index]);
      assert.ok(gaps.length >= 42);
      assert.ok(
        gaps.every((gap) => gap > 1750 && gap < 2100),
        `backwashes every ${Math.min(...gaps)} … ${Math.max(...gaps)} s`,
      );
    });
  }

  it('gives the same frames for the same seed, and others for another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const [a, b, c] = [seed, seed, seed + 1].map((given) => createPlantSimulation({ seed: given, startTime }));
        let differs = false;
        for (let second = 0; second < 120; second += 1) {
          const frame = a.step();
          assert.deepEqual(frame, b.step());
          differs ||= c.step().values.some((value, index) => value !== frame.values[index]);
        }
        assert.ok(differs);
      }),
      { numRuns: 10 },
    );
  });

  it('loses and makes no water: what flows in less what flows out is what the level says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(0, 1, 7, 26, 27, 30, 36), (seed, attack) => {
        const plant = createPlantSimulation({ seed, startTime });
        const { tanks } = plant.state;
        const volume = (): number[] =>
          Object.values(tanks).map((tank) => (tank.level / 1000) * 1.5 - tank.inflow + tank.outflow + tank.overflow);
        const before = volume();
        if (attack > 0) plant.start(attack);
        let seenInflow = 0;
        const inflow = tanks.t101.inflow;
        for (let second = 0; second < 7200; second += 1) seenInflow += plant.step().values[at('FIT101')] / 3600;
        volume().forEach((now, index) => assert.ok(Math.abs(now - before[index]) < 1e-6));
        assert.ok(Math.abs(seenInflow - (tanks.t101.inflow - inflow)) < 0.02, 'the flow meter agrees with the tank');
        for (const tank of Object.values(tanks)) assert.ok(tank.level >= 0 && tank.level <= 1600);
      }),
      { numRuns: 14 },
    );
  });

  it('lets every valve pass through 0 for some seconds on its way', () => {
    const plant = createPlantSimulation({ seed: 3, startTime });
    const valves = SWAT.tags.flatMap((tag, index) => (tag.name.startsWith('MV') ? [index] : []));
    let before = plant.step().values;
    const moving = new Map(valves.map((valve) => [valve, 0]));
    let journeys = 0;
    for (let second = 0; second < 8000; second += 1) {
      const { values } = plant.step();
      for (const valve of valves) {
        if (values[valve] === 0) moving.set(valve, moving.get(valve)! + 1);
        else {
          if (values[valve] !== before[valve]) {
            assert.equal(before[valve], 0, 'no jump from closed to open');
            if (second > 10) assert.equal(moving.get(valve), 7);
            journeys += 1;
          }
          moving.set(valve, 0);
        }
      }
      before = values;
    }
    assert.ok(journeys > 20);
  });

  it('lets an operator move set points now and then, and not when told so', () => {
    const operated = createPlantSimulation({ seed: 5, startTime });
    const alone = createPlantSimulation({ seed: 5, startTime, operator: false });
    const seen = new Set<number>();
    for (let second = 0; second < 2 * DAY; second += 1) {
      operated.step();
      seen.add(operated.state.setPoints.h101);
      seen.add(operated.state.setPoints.l101);
    }
    for (let second = 0; second < DAY; second += 1) alone.step();
    assert.ok(seen.size > 2);
    assert.deepEqual(alone.state.setPoints, { l101: 500, h101: 800, l301: 800, h301: 1000, l401: 800, h401: 1000 });
  });

  it('knows planned holds where it is told so: each tank falls far, and is refilled; nothing else goes astray', () => {
    const lowest = (maintenance: boolean): number[] => {
      const plant = createPlantSimulation({ seed: 9, startTime, maintenance });
      const low = [Infinity, Infinity, Infinity];
      for (let second = 0; second < 2 * DAY; second += 1) {
        const { values, label } = plant.step();
        assert.equal(label.attack, null);
        if (maintenance) {
          SWAT.tags.forEach((tag, index) => assert.ok(values[index] >= tag.low && values[index] <= tag.high, tag.name));
          assert.ok(values[at('P501')] === 2 && values[at('LIT401')] > 450, 'the RO goes on');
        }
        ['LIT101', 'LIT301', 'LIT401'].forEach((tag, index) => (low[index] = Math.min(low[index], values[at(tag)])));
      }
      const { t101, t301, t401 } = plant.state.tanks;
      for (const { level } of [t101, t301, t401]) assert.ok(level > 300);
      return low;
    };
    const [usual, held] = [lowest(false), lowest(true)];
    assert.ok(usual[0] > 440 && usual[1] > 760, usual.join(' '));
    assert.ok(held[0] < 485 && held[1] < 760 && held[2] < Math.min(740, usual[2]), held.join(' '));
  });

  it('counts seconds from its start time, and refuses a seed that is no number', () => {
    const plant = createPlantSimulation({ seed: 1, startTime });
    assert.equal(plant.step().time, startTime);
    assert.equal(plant.step().time, startTime + 1000);
    assert.throws(
      () => createPlantSimulation({ seed: Number.NaN, startTime }),
      (error) => error instanceof SwatError && error.code === 'setting-number',
    );
  });
});
