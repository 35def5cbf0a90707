import type { Action, Attack, Condition } from '../attack';
import { SWAT } from '../swat';
import { at, type World } from './world';

/** How an attack stands. `since` is event time, ms since the epoch: of the wait, then of the attack. */
export interface AttackState {
  readonly attack: Attack;
  readonly phase: 'waiting' | 'active';
  readonly since: number;
}

/** A condition that an attack waits for, and the recorded value of its tag. */
export interface Awaited extends Condition {
  readonly now: number;
}

interface Step {
  readonly action: Action;
  readonly index: number;
  readonly low: number;
  readonly high: number;
  /** Value of the tag when the action began. */
  start: number;
}

/** The attacker: one attack at a time. */
export interface Manipulation {
  readonly state: AttackState | undefined;
  /** What the attack waits for; all of its conditions where they have just been met, none where nothing waits. */
  awaited(): readonly Awaited[];
  /** Lets an attack wait for its conditions; it replaces the one before. */
  begin(attack: Attack): void;
  end(): void;
  /** Call before the actuators move: begins or ends what is due, and forces actuators. */
  force(): void;
  /** Call after the sensors were read: spoofs them. */
  spoof(): void;
}

export function manipulation(world: World): Manipulation {
  let state: AttackState | undefined;
  let steps: Step[] = [];
  let age = 0;

  const met = ({ tag, is, above, below }: Condition): boolean => {
    const value = world.seen[at(tag)];
    return !(
      (is !== undefined && value !== is) ||
      (above !== undefined && value <= above) ||
      (below !== undefined && value >= below)
    );
  };
  const working = ({ from = 0, until = Number.POSITIVE_INFINITY }: Action): boolean => age >= from && age < until;
  const end = (): void => {
    state = undefined;
    steps = [];
    world.forced.fill(Number.NaN);
  };

  return {
    get state() {
      return state;
    },
    awaited() {
      if (state?.phase !== 'waiting') return [];
      const { when } = state.attack;
      const open = when.filter((condition) => !met(condition));
      return (open.length > 0 ? open : when).map((condition) => ({ ...condition, now: world.seen[at(condition.tag)] }));
    },
    begin(attack) {
      end();
      state = { attack, phase: 'waiting', since: world.time };
    },
    end,
    force() {
      if (state === undefined) return;
      if (state.phase === 'waiting') {
        if (!state.attack.when.every(met)) return;
        state = { ...state, phase: 'active', since: world.time };
        steps = state.attack.actions.map(prepared);
        age = 0;
      } else {
        age += 1;
        if (age >= state.attack.durationS) {
          end();
          return;
        }
      }
      world.forced.fill(Number.NaN);
      for (const step of steps) {
        if (!working(step.action)) continue;
        if (Number.isNaN(step.start)) step.start = world.seen[step.index];
        if (step.action.kind === 'force') world.forced[step.index] = step.action.state;
        else if (step.action.kind === 'hold' && SWAT.tags[step.index].kind === 'actuator') {
          world.forced[step.index] = step.start;
        }
      }
    },
    spoof() {
      for (const { action, index, low, high, start } of steps) {
        if (!working(action) || SWAT.tags[index].kind === 'actuator') continue;
        if (action.kind === 'set') world.seen[index] = action.value;
        else if (action.kind === 'hold') world.seen[index] = start;
        else if (action.kind === 'ramp') {
          const seconds = age - (action.from ?? 0) + 1;
          world.seen[index] = Math.max(low, Math.min(high, start + action.perSecond * seconds));
        }
      }
    },
  };
}

function prepared(action: Action): Step {
  const index = at(action.tag);
  const { low, high } = SWAT.tags[index];
  return { action, index, low, high, start: Number.NaN };
}
