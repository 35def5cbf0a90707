import assert from 'node:assert/strict';
import { ATTACKS } from '../../../../lib/plant/attacks';
import { Memory } from '../../../../lib/plant/sim/memory';
import { createPlantSimulation, type PlantSimulation, type SimFrame } from '../../../../lib/plant/sim/plant';
import { roControl } from '../../../../lib/plant/sim/ro';
import { createWorld } from '../../../../lib/plant/sim/start';
import { at, OFF, ON, OPEN } from '../../../../lib/plant/sim/world';

const startTime = Date.UTC(2026, 0, 5);
type TankName = 't101' | 't301' | 't401' | 't601';

/** What truly happened to the plant during an attack, whatever its instruments showed. */
interface Truth {
  readonly frames: readonly SimFrame[];
  readonly plant: PlantSimulation;
  /** True level in mm: before, lowest, highest, and at the end. */
  level: (tank: TankName) => { before: number; low: number; high: number; end: number };
  /** Volumes in m3 that flowed in, out, and over the rim. */
  volume: (tank: TankName) => { in: number; out: number; over: number };
  /** Seconds in which an actuator was in a state. */
  seconds: (tag: string, state: number) => number;
  recorded: (tag: string, second: number) => number;
}

const isAttacked = ({ attack }: PlantSimulation): boolean => attack !== undefined;

function attacked(id: number, times = 1): Truth {
  const plant = createPlantSimulation({ seed: 7, startTime });
  const { tanks } = plant.state;
  for (let second = 0; second < 600; second += 1) plant.step();
  plant.start(id);
  while (!plant.attackDue) plant.step();
  const before = structuredClone(tanks);
  const levels: Record<TankName, number[]> = { t101: [], t301: [], t401: [], t601: [] };
  const frames: SimFrame[] = [];
  for (let round = 0; round < times; round += 1) {
    if (round > 0) plant.start(id);
    for (let waited = 0; plant.attack?.phase === 'waiting'; waited += 1) {
      assert.ok(waited < 4 * 3600);
      plant.step();
    }
    while (isAttacked(plant)) {
      const frame = plant.step();
      if (!isAttacked(plant)) break;
      frames.push(frame);
      for (const tank of Object.keys(levels) as TankName[]) levels[tank].push(tanks[tank].level);
    }
  }
  const after = structuredClone(tanks);
  return {
    frames,
    plant,
    level: (tank) => ({
      before: before[tank].level,
      low: Math.min(...levels[tank]),
      high: Math.max(...levels[tank]),
      end: levels[tank][levels[tank].length - 1],
    }),
    volume: (tank) => ({
      in: after[tank].inflow - before[tank].inflow,
      out: after[tank].outflow - before[tank].outflow,
      over: after[tank].overflow - before[tank].overflow,
    }),
    seconds: (tag, state) => frames.filter(({ values }) => values[at(tag)] === state).length,
    recorded: (tag, second) => frames.at(second)?.values[at(tag)] ?? Number.NaN,
  };
}

const roIsDown: [string, (truth: Truth) => boolean] = [
  'UV and high-pressure pump are shut down, and no permeate is made',
  ({ seconds, frames, volume }) =>
    seconds('P501', OFF) >= frames.length - 10 &&
    seconds('UV401', OFF) >= frames.length - 10 &&
    volume('t601').in < 0.02,
];
const stage3Halts = (mm: number): [string, (truth: Truth) => boolean] => [
  'nothing is filtered, and T-401 falls',
  ({ seconds, level }) => seconds('P302', ON) === 0 && level('t401').before - level('t401').end > mm,
];

/** By attack: what its consequence is, and how the true state shows it. */
const CONSEQUENCES: Readonly<Record<number, readonly [string, (truth: Truth) => boolean]>> = {
  1: ['T-101 rises far beyond its high set point', ({ level }) => level('t101').high > 1050],
  2: [
    'more water is pressed through the pipe than one pump can',
    ({ volume }) => volume('t101').out > (2.7 * 442) / 3600,
  ],
  3: [
    'T-101 is not refilled while it looks full',
    ({ level, recorded, seconds }) => recorded('LIT101', -1) - level('t101').end > 300 && seconds('MV101', OPEN) < 300,
  ],
  4: ['the RO goes on', ({ seconds, frames }) => seconds('P501', ON) === frames.length],
  6: ['no acid is dosed', ({ seconds }) => seconds('P203', ON) <= 2],
  7: ['T-301 is emptied without inflow', ({ level, volume }) => level('t301').end < 760 && volume('t301').in < 0.02],
  8: [
    'backwash after backwash keeps T-401 from being filled, and empties T-601',
    ({ level }) => level('t401').before - level('t401').end > 200 && level('t601').low < level('t601').before,
  ],
  10: roIsDown,
  11: roIsDown,
  13: stage3Halts(50),
  14: stage3Halts(100),
  16: [
    'T-301 is filled though it needs nothing',
    ({ level, recorded, seconds, frames }) =>
      level('t301').end - recorded('LIT301', -1) > 200 && seconds('MV201', OPEN) > frames.length - 120,
  ],
  17: stage3Halts(200),
  19: ['good permeate goes to the drain', ({ volume }) => volume('t601').in < 0.01],
  20: ['good permeate goes to the drain', ({ volume }) => volume('t601').in < 0.01],
  21: [
    'T-101 is filled without end',
    ({ volume, recorded }) => volume('t101').in > 0.45 && recorded('LIT101', -1) === 700,
  ],
  22: [
    'water reaches the membranes past a dark lamp',
    ({ seconds, frames }) => seconds('UV401', OFF) === frames.length && seconds('P501', ON) > frames.length - 3,
  ],
  23: [
    'stage 3 freezes and T-401 falls',
    ({ level, seconds }) => level('t401').before - level('t401').end > 150 && seconds('P602', ON) === 0,
  ],
  24: [
    'neither acid nor chlorine is dosed, and the water shows it',
    ({ seconds, recorded }) =>
      seconds('P203', ON) + seconds('P205', ON) === 0 &&
      recorded('AIT202', -1) > recorded('AIT202', 0) &&
      recorded('AIT203', -1) < recorded('AIT203', 0),
  ],
  25: [
    'T-401 is emptied while it looks full',
    ({ level, seconds }) => level('t401').before - level('t401').end > 150 && seconds('P302', ON) === 0,
  ],
  26: ['T-301 is filled beyond what it shows', ({ level }) => level('t301').end > 900],
  27: ['T-401 is filled to its high set point behind a low level', ({ level }) => level('t401').high > 990],
  28: [
    'T-401 is emptied, and the RO shuts down',
    ({ level, seconds }) => level('t401').low < 260 && seconds('P501', OFF) > 30_000,
  ],
  29: [
    'chemicals are dosed into standing water',
    ({ seconds, frames }) => seconds('P201', ON) === frames.length && seconds('P203', ON) === frames.length,
  ],
  30: [
    'T-101 is nearly emptied, T-301 overfilled',
    ({ level }) => level('t101').end < 300 && level('t301').high > 1050,
  ],
  31: ['T-401 is filled though it needs nothing', ({ level }) => level('t401').high - 780 > 140],
  32: ['T-301 is emptied without inflow', ({ level, volume }) => level('t301').end < 700 && volume('t301').in < 0.02],
  33: [
    'T-101 is emptied without inflow',
    ({ level, seconds }) => level('t101').end < 350 && seconds('MV101', OPEN) < 10,
  ],
  34: [
    'the outflow stops until the standby pump is there',
    ({ frames }) => frames.slice(3, 6).every(({ values }) => values[at('FIT201')] < 1.5),
  ],
  35: [
    'the outflow stops: T-101 rises, T-301 falls',
    ({ level }) => level('t101').end - level('t101').before > 150 && level('t301').before - level('t301').end > 100,
  ],
  36: [
    'T-101 is filled and gives nothing: T-301 falls',
    ({ level }) => level('t101').end - level('t101').before > 200 && level('t301').before - level('t301').end > 100,
  ],
  37: [
    'no permeate is made',
    ({ volume, seconds, frames }) => seconds('P501', OFF) === frames.length && volume('t601').in < 0.03,
  ],
  38: [
    'the water is overdosed with sulphite',
    ({ plant, seconds, frames }) => seconds('P403', ON) >= frames.length - 2 && plant.step().values[at('AIT402')] < 130,
  ],
  39: roIsDown,
  40: roIsDown,
  41: ['T-301 is filled beyond HH', ({ level }) => level('t301').high > 1200],
};

describe('what the attacks do to the plant', () => {
  for (const { id, title } of ATTACKS) {
    const [what, holds] = CONSEQUENCES[id];
    it(`${id}, ${title}: ${what}`, () => assert.ok(holds(attacked(id))));
  }

  it('is an overflow where an attack on a filling tank goes on', () => {
    for (const id of [1, 36]) {
      const { level, volume } = attacked(id, 5);
      assert.equal(level('t101').high, 1600);
      assert.ok(volume('t101').over > 0.1, `${id}`);
    }
  });

  it('is a pump that runs dry where the tank was low when the attack began', () => {
    const before = createPlantSimulation({ seed: 7, startTime });
    before.start(30);
    while (!before.attackDue) before.step();
    const text = JSON.stringify(before.snapshot()).replace(/"t101":\{"level":[\d.]+/, '"t101":{"level":300');
    const plant = createPlantSimulation({ snapshot: JSON.parse(text) as unknown });
    let dry = 0;
    for (let second = 0; second < 1170; second += 1) {
      const { values } = plant.step();
      assert.equal(values[at('LIT101')], 700);
      if (values[at('P101')] === ON && values[at('FIT201')] < 1.5) dry += 1;
    }
    assert.ok(plant.state.tanks.t101.level < 40);
    assert.ok(dry > 60, `${dry} s`);
  });

  it('is, of attack 4, a shutdown of the RO that cannot begin while it is due', () => {
    const memory = new Memory();
    const world = createWorld(0, memory, () => 0.5);
    world.seen.fill(0);
    world.truth[at('UV401')] = ON;
    const control = roControl(world, memory);
    world.unrecorded.MV504 = OPEN;
    for (let second = 0; second < 60; second += 1) control();
    assert.equal(world.wanted[at('P501')], ON);
    world.unrecorded.MV504 = 1;
    control();
    assert.equal(world.wanted[at('P501')], OFF);
  });

  it('ends with attack 4: MV504 stands open as long as it lasts, and no longer', () => {
    const plant = createPlantSimulation({ seed: 7, startTime });
    plant.start(4);
    while (!plant.attackDue) plant.step();
    plant.step();
    assert.equal(plant.state.unrecorded.MV504, OPEN);
    for (let second = 0; second < 389; second += 1) plant.step();
    assert.deepEqual([plant.attack, plant.state.unrecorded.MV504], [undefined, 1]);
  });
});
