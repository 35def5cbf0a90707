import assert from 'node:assert/strict';
import { SwatError } from '../../../../lib/errors';
import { ATTACKS, attackOf } from '../../../../lib/plant/attacks';
import { createPlantSimulation, type PlantSimulation, type SimFrame } from '../../../../lib/plant/sim/plant';
import { SWAT } from '../../../../lib/plant/swat';

const startTime = Date.UTC(2026, 0, 5);
const at = (tag: string): number => SWAT.indexOf(tag)!;

/** Runs until the attack begins, and gives its frames and those of the time after it. */
function run(id: number, after = 0, seed = 7): { plant: PlantSimulation; during: SimFrame[]; later: SimFrame[] } {
  const plant = createPlantSimulation({ seed, startTime });
  for (let second = 0; second < 600; second += 1) plant.step();
  plant.start(id);
  const during: SimFrame[] = [];
  let waited = 0;
  for (let frame = plant.step(); plant.attack !== undefined; frame = plant.step()) {
    if (plant.attack.phase === 'active') during.push(frame);
    else assert.ok((waited += 1) < 3 * 3600, `attack ${id} never begins`);
  }
  const later = Array.from({ length: after }, () => plant.step());
  return { plant, during, later };
}

const phase = (plant: PlantSimulation): string | undefined => plant.attack?.phase;
const last = (frames: SimFrame[], tag: string): number => frames[frames.length - 1].values[at(tag)];
const some = (frames: SimFrame[], tag: string, value: number): boolean =>
  frames.some(({ values }) => values[at(tag)] === value);
const all = (frames: SimFrame[], tag: string, value: number): boolean =>
  frames.every(({ values }) => values[at(tag)] === value);

describe('the attacks on the simulated plant', () => {
  for (const attack of ATTACKS) {
    it(`${attack.id}: ${attack.title}`, () => {
      const { during, plant } = run(attack.id);
      assert.equal(during.length, attack.durationS);
      assert.ok(during.every(({ label }) => label.attack === attack.id && label.since === during[0].time));
      assert.deepEqual(plant.step().label, { attack: null, since: null });
      for (const { values } of during) {
        SWAT.tags.forEach((tag, index) => {
          assert.ok(values[index] >= tag.low && values[index] <= tag.high, `${tag.name} = ${values[index]}`);
        });
      }
    });
  }

  it('are the published ones, on every stage', () => {
    assert.equal(ATTACKS.length, 36);
    assert.deepEqual([...new Set(ATTACKS.map((attack) => attack.stage))].sort(), ['P1', 'P2', 'P3', 'P4', 'P5', 'P6']);
    for (const { id, tags } of ATTACKS) assert.ok(id === 4 || tags.every((tag) => SWAT.indexOf(tag) !== undefined));
  });

  it('1: an open MV101 fills T-101 beyond its high limit', () => {
    const { during } = run(1);
    assert.equal(last(during, 'MV101'), 2);
    assert.ok(last(during, 'LIT101') > 850);
  });

  it('2: the second pump pushes more through the pipe', () => {
    assert.ok(last(run(2).during.slice(0, 60), 'FIT201') > 2.8);
  });

  it('3: the ramp closes MV101 while the true level falls', () => {
    const { during, plant } = run(3);
    assert.equal(last(during, 'MV101'), 1);
    assert.ok(last(during, 'LIT101') - plant.state.tanks.t101.level > 300);
  });

  it('6: with pH 6 the acid pump stops', () => {
    assert.ok(all(run(6).during.slice(2), 'P203', 1));
  });

  for (const id of [7, 32]) {
    it(`${id}: a level above HH stops the inflow while filtration goes on`, () => {
      const { during } = run(id);
      assert.ok(all(during.slice(20), 'P101', 1));
      assert.ok(all(during.slice(20), 'MV201', 1));
    });
  }

  it('8: a high differential pressure asks for backwash after backwash', () => {
    const { during } = run(8);
    const washes = during.filter(
      ({ values }, index) => values[at('P602')] === 2 && during[index - 1]?.values[at('P602')] !== 2,
    );
    assert.ok(washes.length >= 4, `${washes.length} backwashes`);
  });

  for (const id of [10, 11, 39, 40]) {
    it(`${id}: low feed flow shuts down UV and high-pressure pump, which come back afterwards`, () => {
      const { during, later } = run(id, 1200);
      assert.ok(all(during.slice(10, 150), 'UV401', 1) && all(during.slice(10, 150), 'P501', 1));
      assert.equal(last(later, 'P501'), 2);
      assert.ok(last(later, 'FIT502') > 1.2);
    });
  }

  for (const id of [13, 14, 17]) {
    it(`${id}: the valve that does not come halts stage 3`, () => {
      const { during, later } = run(id, 600);
      assert.ok(all(during, 'P302', 1));
      assert.ok(some(later, 'P302', 2), 'and goes on afterwards');
    });
  }

  it('16: a falling level keeps the inflow on, and T-301 rises out of sight', () => {
    const { during, plant } = run(16);
    assert.ok(last(during, 'LIT301') < 760);
    assert.ok(plant.state.tanks.t301.level - last(during, 'LIT301') > 200);
    assert.equal(last(during, 'MV201'), 2);
  });

  it('19: permeate is 16 uS/cm', () => assert.ok(all(run(19).during, 'AIT504', 16)));

  it('21: T-101 fills unseen', () => {
    const { during, plant } = run(21);
    assert.ok(all(during, 'LIT101', 700) && all(during, 'MV101', 2));
    assert.ok(plant.state.tanks.t101.inflow > 0);
  });

  it('28: without UF product T-401 falls to LL and the RO stops', () => {
    const { during } = run(28);
    assert.equal(last(during, 'P402'), 1);
    assert.equal(last(during, 'P501'), 1);
    assert.ok(last(during, 'LIT401') < 260);
  });

  it('30: T-101 runs empty behind a level that stands, T-301 rises', () => {
    const { during, plant } = run(30);
    assert.ok(plant.state.tanks.t101.level < 300);
    assert.ok(last(during, 'LIT301') > 1000);
  });

  it('34: the standby pump takes over', () => assert.ok(some(run(34).during, 'P102', 2)));

  it('35: nothing takes over', () => assert.ok(last(run(35).during, 'FIT201') < 0.01));

  it('36: below LL the transfer stops and T-101 fills', () => {
    const { during, plant } = run(36);
    assert.ok(all(during.slice(2), 'P101', 1));
    assert.ok(plant.state.tanks.t101.level - last(during, 'LIT101') > 300);
  });

  it('37: without P501 pressure falls, while the permeate flow is faked', () => {
    const { during } = run(37);
    assert.ok(last(during, 'PIT501') < 100);
    assert.equal(last(during, 'FIT502'), 1.29);
    assert.ok(during[90].values[at('FIT502')] < 0.2);
  });

  it('38: sulphite is dosed against a redox potential that is not there', () => {
    const { during, later } = run(38, 5);
    assert.ok(all(during.slice(2), 'P403', 2));
    assert.ok(last(later, 'AIT402') < 130);
  });

  it('41: T-301 rises behind a slow ramp until its UF pump stops at LL', () => {
    const { during, plant } = run(41);
    assert.ok(plant.state.tanks.t301.level - last(during, 'LIT301') > 700);
    assert.ok(some(during.slice(-200), 'P302', 1));
  });

  it('changes nothing before it begins: the same seed without it gives the same frames', () => {
    const plain = createPlantSimulation({ seed: 11, startTime });
    const attacked = createPlantSimulation({ seed: 11, startTime });
    attacked.start(3);
    let equal = 0;
    for (let second = 0; second < 3600 && phase(attacked) !== 'active'; second += 1) {
      const frame = attacked.step();
      const expected = plain.step();
      if (phase(attacked) === 'active') assert.notDeepEqual(frame.values, expected.values);
      else assert.deepEqual(frame.values, expected.values);
      equal += 1;
    }
    assert.ok(equal > 0);
  });

  it('stops on command, and hands the actuator back to the PLC', () => {
    const plant = createPlantSimulation({ seed: 7, startTime });
    plant.start(2);
    for (let second = 0; second < 7200 && phase(plant) !== 'active'; second += 1) plant.step();
    plant.stop();
    const { values, label } = plant.step();
    assert.equal(values[at('P102')], 1);
    assert.equal(label.attack, null);
  });

  it('refuses an attack it does not know', () => {
    for (const [id, code] of [
      [5, 'unknown-attack'],
      [Number.NaN, 'unknown-attack'],
    ] as const) {
      assert.throws(
        () => attackOf(id),
        (error) => error instanceof SwatError && error.code === code,
      );
    }
  });
});
