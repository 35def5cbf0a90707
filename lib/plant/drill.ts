import { seeded, shuffle } from '../kernels/random';
import { ATTACKS } from './attacks';
import type { PlantSimulation } from './sim/plant';

/** Least seconds of normal operation before and after each attack. */
export const LEAST_GAP = 900;
/** An attack that has waited so long (s) for the state that it needs is given up. */
export const MOST_WAIT = 4 * 3600;
/** The most attacks in one drill. */
export const MOST_ATTACKS = 1000;

/** Attacks one after the other. */
export interface DrillPlan {
  /** Each not before its second, counted from the begin of the drill. */
  readonly attacks: readonly { readonly attack: number; readonly second: number }[];
  /** Seconds of normal operation before each, at least. */
  readonly gap: number;
}

/** What a {@link Drill} remembers: plain data. */
export interface DrillState {
  /** Place in the plan of the next attack. */
  next: number;
  /** Seconds since the begin, without an attack, and that an attack has been waiting. */
  second: number;
  calm: number;
  waiting: number;
}

/** A random plan: every attack once in random order, then again, until there are enough. The same seed, the same plan. */
export function randomDrill(count: number, seed: number, gap: number): DrillPlan {
  const random = seeded(seed);
  const attacks: { attack: number; second: number }[] = [];
  while (attacks.length < count) {
    const order = Uint32Array.from(ATTACKS, ({ id }) => id);
    shuffle(order, random);
    attacks.push(...Array.from(order, (attack) => ({ attack, second: 0 })));
  }
  return { attacks: attacks.slice(0, count), gap };
}

/**
 * Starts the attacks of a plan on a plant. Each begins after the gap of normal operation, and not before the plant has
 * recovered from the one before; then it waits for the state that it needs, at most four hours.
 */
export class Drill {
  readonly state: DrillState;

  constructor(
    readonly plan: DrillPlan,
    state: DrillState = { next: 0, second: 0, calm: 0, waiting: 0 },
  ) {
    this.state = { ...state };
  }

  /** Attacks of the plan, and those that are still to come. */
  get size(): number {
    return this.plan.attacks.length;
  }

  get left(): number {
    return this.size - this.state.next;
  }

  /** Whether all attacks are over, and the gap after the last one too. */
  get over(): boolean {
    return this.left === 0 && this.state.calm > this.plan.gap;
  }

  /** Call before each step of the plant. */
  step(plant: PlantSimulation): void {
    const { state, plan } = this;
    state.second += 1;
    if (plant.attack !== undefined) {
      state.calm = 0;
      state.waiting = plant.attack.phase === 'waiting' ? state.waiting + 1 : 0;
      if (state.waiting > MOST_WAIT) plant.stop();
      return;
    }
    state.calm += 1;
    state.waiting = 0;
    if (this.left === 0) return;
    const { attack, second } = plan.attacks[state.next];
    if (state.second <= second || state.calm <= plan.gap || !plant.settled) return;
    state.next += 1;
    state.calm = 0;
    plant.start(attack);
  }
}
