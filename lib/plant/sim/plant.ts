import { SwatError } from '../../errors';
import { randomFrom, type Random } from '../../kernels/random';
import { attackOf } from '../attacks';
import type { Label } from '../label';
import { actuators } from './actuators';
import { chemistry } from './chemistry';
import { hydraulics } from './hydraulics';
import { maintenance } from './maintenance';
import { manipulation, type AttackState, type Awaited } from './manipulation';
import { Memory, type Saved } from './memory';
import { operator } from './operator';
import { dosingControl, transferControl } from './plc';
import { pressures } from './pressures';
import { roControl } from './ro';
import { sensors } from './sensors';
import { settled } from './settled';
import { createWorld } from './start';
import { ufControl } from './uf';
import type { SetPoints, Tank } from './world';

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
  /** Valves that the historian does not record. */
  readonly unrecorded: Readonly<{ MV504: number }>;
}

/** All that a simulation remembers, as plain data that JSON can carry. */
export interface PlantSnapshot {
  readonly version: 1;
  /** Whether an operator moves set points. */
  readonly operator: boolean;
  /** Whether there are planned holds. */
  readonly maintenance: boolean;
  readonly parts: readonly Saved[];
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
  /** Whether the attack that waits begins with the next {@link step}. */
  readonly attackDue: boolean;
  /** Whether the plant is in normal operation, as far as its tanks and the RO say; an attack may hide behind it. */
  readonly settled: boolean;
  readonly state: SimState;
  /** The moment between two steps: a simulation made of it goes on with the very same frames. */
  snapshot(): PlantSnapshot;
}

export interface SimulationOptions {
  /** Equal seeds and start times give equal frames. */
  readonly seed: number;
  /** Event time of the first frame, ms since the epoch. */
  readonly startTime: number;
  /** Whether an operator moves set points now and then. Default true. */
  readonly operator?: boolean;
  /** Whether there are planned holds: a wider normal operation, to learn from. Default false. */
  readonly maintenance?: boolean;
}

/** Seconds that the plant runs before its first frame: every tank and the filter have gone through their cycles. */
const WARM_UP = 7200;

/** A {@link PlantSnapshot} of unknown origin. */
export interface RestoreOptions {
  readonly snapshot: unknown;
}

/**
 * The simulated plant, in normal operation at a random point of its cycles. Mass balances of the tanks, PLC logic,
 * chemistry, pressures and instruments each draw from a random source of their own: an attack changes only what follows
 * from it. Or one that goes on where a snapshot was taken.
 * @throws SwatError `setting-number` for a seed or a start time that is no finite number, `plant-snapshot` for a snapshot
 * that is none of this version
 */
export function createPlantSimulation(options: SimulationOptions | RestoreOptions): PlantSimulation {
  if (!('snapshot' in options)) return simulate(options);
  const { parts, ...kind } = readSnapshot(options.snapshot);
  return simulate({ seed: 0, startTime: 0, ...kind }, parts);
}

/** @param parts what the parts remember: they go on with it, instead of warming up */
function simulate(
  { seed, startTime, operator: operated = true, maintenance: maintained = false }: SimulationOptions,
  parts?: PlantSnapshot['parts'],
): PlantSimulation {
  const memory = new Memory();
  const random = (part: number): Random =>
    randomFrom(memory.keep({ state: Uint32Array.of(Math.imul(seed, 0x9e3779b1) + part * 0x85ebca6b) }).state);
  for (const [name, value] of [
    ['seed', seed],
    ['startTime', startTime],
  ] as const) {
    if (!Number.isFinite(value))
      throw new SwatError('setting-number', { name, value: String(value), min: 0, max: 2 ** 53 });
  }
  const world = createWorld(startTime - WARM_UP * 1000, memory, random(1));
  const moving = actuators(world, memory);
  const attacker = manipulation(world, memory);
  const control = [
    transferControl(world, memory),
    dosingControl(world),
    ufControl(world, memory, random(2)),
    roControl(world, memory),
  ];
  const water = hydraulics(world, moving, memory, random(3));
  const chemicals = chemistry(world, memory, random(4));
  const pressure = pressures(world, memory, random(5));
  const measure = sensors(world, memory, random(6));
  const operate = operated ? operator(world, memory, random(7)) : idle;
  const maintain = maintained ? maintenance(world, memory, random(8)) : idle;

  const second = (): void => {
    operate();
    for (const stage of control) stage();
    maintain();
    attacker.force();
    moving.step();
    water();
    chemicals();
    pressure();
    measure();
    attacker.spoof();
  };

  if (parts !== undefined) memory.restore(parts);
  else {
    // The first control step needs something to see.
    water();
    chemicals();
    pressure();
    measure();
    for (let warm = 0; warm < WARM_UP; warm += 1) {
      second();
      world.time += 1000;
    }
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
    get attackDue() {
      return attacker.due();
    },
    get settled() {
      return settled(world);
    },
    state: {
      tanks: { t101: world.t101, t301: world.t301, t401: world.t401, t601: world.t601 },
      setPoints: world.setPoints,
      unrecorded: world.unrecorded,
    },
    snapshot: () => ({ version: 1, operator: operated, maintenance: maintained, parts: memory.save() }),
  };
}

const idle = (): void => undefined;

/** What the historian keeps of the values: four decimals. */
function recorded(seen: Float64Array): Float64Array {
  const values = new Float64Array(seen.length);
  for (let index = 0; index < seen.length; index += 1) values[index] = Math.round(seen[index] * 1e4) / 1e4;
  return values;
}

function readSnapshot(given: unknown): Omit<PlantSnapshot, 'version'> {
  const { version, parts, ...kind } = (given ?? {}) as Readonly<Record<string, unknown>>;
  if (version !== 1) throw new SwatError('plant-snapshot', { place: 'version' });
  if (typeof kind.operator !== 'boolean') throw new SwatError('plant-snapshot', { place: 'operator' });
  if (typeof kind.maintenance !== 'boolean') throw new SwatError('plant-snapshot', { place: 'maintenance' });
  if (!Array.isArray(parts)) throw new SwatError('plant-snapshot', { place: 'parts' });
  return { operator: kind.operator, maintenance: kind.maintenance, parts: parts as Saved[] };
}
