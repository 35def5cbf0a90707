import { SWAT } from '../swat';
import type { Memory } from './memory';
import { CLOSED, MOVING, OPEN, type World } from './world';

/** Seconds that a motorised valve takes from one end to the other. */
const TRAVEL = 8;

const ACTUATORS = SWAT.tags.flatMap((tag, index) => (tag.kind === 'actuator' ? [index] : []));
const isValve = SWAT.tags.map((tag) => tag.name.startsWith('MV'));

/** Pumps and valves: pumps follow at once, valves travel and pass through the state 0. */
export interface Actuators {
  /** One second: what is forced wins over what the PLC wants. */
  step(): void;
  /** Opening of a valve, 0 … 1. */
  opening(valve: number): number;
}

/** All actuators, standing where the PLC wants them. */
export function actuators(world: World, memory: Memory): Actuators {
  const { travelled } = memory.keep({ travelled: new Uint8Array(SWAT.tags.length) }, (kept) =>
    kept.travelled.every((way) => way <= TRAVEL),
  );
  for (const index of ACTUATORS) {
    travelled[index] = world.wanted[index] === OPEN ? TRAVEL : 0;
    world.truth[index] = world.wanted[index];
  }
  return {
    step() {
      for (const index of ACTUATORS) {
        const forced = world.forced[index];
        const target = Number.isNaN(forced) ? world.wanted[index] : forced;
        if (!isValve[index]) {
          world.truth[index] = target;
          continue;
        }
        if (target === OPEN && travelled[index] < TRAVEL) travelled[index] += 1;
        else if (target === CLOSED && travelled[index] > 0) travelled[index] -= 1;
        world.truth[index] = travelled[index] === 0 ? CLOSED : travelled[index] === TRAVEL ? OPEN : MOVING;
      }
    },
    opening: (valve) => travelled[valve] / TRAVEL,
  };
}
