import { SwatError } from '../../errors';
import { seeded } from '../../kernels/random';
import { attackOf } from '../attacks';
import type { Label } from '../label';
import { SWAT } from '../swat';
import { actuators } from './actuators';
import { chemistry } from './chemistry';
import { hydraulics } from './hydraulics';
import { manipulation, type AttackState, type Awaited } from './manipulation';
import { operator } from './operator';
import { dosingControl, transferControl } from './plc';
import { pressures } from './pressures';
import { roControl } from './ro';
import { sensors } from './sensors';
import { ufControl } from './uf';
import { at, CLOSED, OFF, ON, OPEN, SET_POINTS, type SetPoints, type Tank, type World } from './world';

/** One second of the plant. */
export interface SimFrame {
  /** Event time, ms since the epoch. */
  readonly time: number;
  /** What the historian records, in the order of the SWaT dictionary. A fresh array each time. */
  readonly values: Float64Array;
  readonly label: Label;
}

/** The true tanks and the set points in force: for tests and for whoever wants to see behind a spoofed sensor. */
export interface SimState {
  readonly tanks: Readonly<Record<'t101' | 't301' | 't401' | 't601', Readonly<Tank>>>;
  readonly setPoints: Readonly<SetPoints>;
}

/** The SWaT plant at one sample a second. */
export interface PlantSimulation {
  /** The next second. */
  step(): SimFrame;
  /**
   * Starts a published attack as soon as the plant is in the state that it needs; it ends by itself after its
   * published duration. One attack at a time: it replaces the one before.
   * @throws SwatError `unknown-attack`
   */
  start(attack: number): void;
  /** Ends the attack, or the wait for one. What it did to the plant stays. */
  stop(): void;
  readonly attack: AttackState | undefined;
  /** What a waiting attack waits for; empty where none waits. */
  readonly awaited: readonly Awaited[];
  readonly state: SimState;
}

export interface SimulationOptions {
  /** Equal seeds and start times give equal frames. */
  readonly seed: number;
  /** Event time of the first frame, ms since the epoch. */
  readonly startTime: number;
  /** Whether an operator moves set points now and then. Default true. */
  readonly operator?: boolean;
}

/** Seconds that the plant runs before its first frame: every tank and the filter have gone through their cycles. */
const WARM_UP = 7200;

/**
 * The simulated plant, in normal operation at a random point of its cycles. Mass balances of the tanks, PLC logic,
 * chemistry, pressures and instruments each draw from a random source of their own: an attack changes only what follows
 * from it.
 * @throws SwatError `setting-number` for a seed or a start time that is no finite number
 */
export function createPlantSimulation({
  seed,
  startTime,
  operator: operated = true,
}: SimulationOptions): PlantSimulation {
  const random = (part: number): ReturnType<typeof seeded> => seeded(Math.imul(seed, 0x9e3779b1) + part * 0x85ebca6b);
  for (const [name, value] of [
    ['seed', seed],
    ['startTime', startTime],
  ] as const) {
    if (!Number.isFinite(value))
      throw new SwatError('setting-number', { name, value: String(value), min: 0, max: 2 ** 53 });
  }
  const world = createWorld(startTime - WARM_UP * 1000, random(1));
  const moving = actuators(world);
  const attacker = manipulation(world);
  const control = [transferControl(world), dosingControl(world), ufControl(world, random(2)), roControl(world)];
  const water = hydraulics(world, moving, random(3));
  const chemicals = chemistry(world, random(4));
  const pressure = pressures(world, random(5));
  const measure = sensors(world, random(6));
  const operate = operated ? operator(world, random(7)) : (): void => undefined;

  const second = (): void => {
    operate();
    for (const stage of control) stage();
    attacker.force();
    moving.step();
    water();
    chemicals();
    pressure();
    measure();
    attacker.spoof();
  };

  // The first control step needs something to see.
  water();
  chemicals();
  pressure();
  measure();
  for (let warm = 0; warm < WARM_UP; warm += 1) {
    second();
    world.time += 1000;
  }

  return {
    step() {
      second();
      const active = attacker.state?.phase === 'active' ? attacker.state : undefined;
      const frame: SimFrame = {
        time: world.time,
        values: recorded(world.seen),
        label: { attack: active?.attack.id ?? null, since: active?.since ?? null },
      };
      world.time += 1000;
      return frame;
    },
    start: (attack) => attacker.begin(attackOf(attack)),
    stop: () => attacker.end(),
    get attack() {
      return attacker.state;
    },
    get awaited() {
      return attacker.awaited();
    },
    state: {
      tanks: { t101: world.t101, t301: world.t301, t401: world.t401, t601: world.t601 },
      setPoints: world.setPoints,
    },
  };
}

/** What the historian keeps of the values: four decimals. */
function recorded(seen: Float64Array): Float64Array {
  const values = new Float64Array(seen.length);
  for (let index = 0; index < seen.length; index += 1) values[index] = Math.round(seen[index] * 1e4) / 1e4;
  return values;
}

/** Normal operation: tanks somewhere within their bands, everything running that runs as a rule. */
function createWorld(time: number, random: () => number): World {
  const size = SWAT.tags.length;
  const tank = (low: number, high: number): Tank => ({
    level: low + (high - low) * random(),
    inflow: 0,
    outflow: 0,
    overflow: 0,
  });
  const wanted = new Float64Array(size);
  SWAT.tags.forEach((tag, index) => {
    if (tag.kind === 'actuator') wanted[index] = tag.name.startsWith('MV') ? CLOSED : OFF;
  });
  for (const pump of ['P302', 'P402', 'P501', 'UV401']) wanted[at(pump)] = ON;
  wanted[at('MV302')] = OPEN;
  for (const valve of ['MV101', 'MV201']) wanted[at(valve)] = random() < 0.5 ? OPEN : CLOSED;
  return {
    time,
    truth: new Float64Array(size),
    seen: new Float64Array(size),
    wanted,
    forced: new Float64Array(size).fill(Number.NaN),
    setPoints: { ...SET_POINTS },
    t101: tank(520, 780),
    t301: tank(820, 980),
    t401: tank(820, 980),
    t601: tank(600, 1000),
    fouling: random() * 0.8,
    flushing: false,
    permeateToDrain: false,
  };
}
