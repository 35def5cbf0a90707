import type { Action, Attack, Condition } from '../attack';
import { ATTACKS } from '../attacks';
import { SWAT } from '../swat';
import type { Memory } from './memory';
import { at, CLOSED, type World } from './world';

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
}

/** No attack has more actions. */
const MOST_ACTIONS = 8;

/** The attacker: one attack at a time. */
export interface Manipulation {
  readonly state: AttackState | undefined;
  /** What the attack waits for; all of its conditions where they have just been met, none where nothing waits. */
  awaited(): readonly Awaited[];
  /** Whether the attack that waits begins at the next {@link force}. */
  due(): boolean;
  /** Lets an attack wait for its conditions; it replaces the one before. */
  begin(attack: Attack): void;
  end(): void;
  /** Call before the actuators move: begins or ends what is due, and forces actuators. */
  force(): void;
  /** Call after the sensors were read: spoofs them. */
  spoof(): void;
}

export function manipulation(world: World, memory: Memory): Manipulation {
  const now = memory.keep(
    {
      /** Number of the attack, 0 for none. */
      attack: 0,
      active: false,
      since: 0,
      /** Seconds that it has been active. */
      age: 0,
      /** Value of the tag when the action began, by action; NaN before. */
      starts: new Float64Array(MOST_ACTIONS).fill(Number.NaN),
    },
    ({ attack, age }) => (attack === 0 || numbered(attack) !== undefined) && Number.isInteger(age) && age >= 0,
  );
  // What follows from the number of the attack: made when it is first asked for, also after a restore.
  let derived: { readonly attack: Attack; readonly steps: readonly Step[]; state?: AttackState } | undefined;
  const current = (): typeof derived => {
    if (now.attack !== (derived?.attack.id ?? 0)) {
      const attack = numbered(now.attack);
      derived = attack === undefined ? undefined : { attack, steps: attack.actions.map(prepared) };
    }
    return derived;
  };
  const stateNow = (): AttackState | undefined => {
    const known = current();
    if (known === undefined) return undefined;
    const phase = now.active ? 'active' : 'waiting';
    if (known.state?.phase !== phase || known.state.since !== now.since) {
      known.state = { attack: known.attack, phase, since: now.since };
    }
    return known.state;
  };

  const met = ({ tag, is, above, below }: Condition): boolean => {
    const value = world.seen[at(tag)];
    return !(
      (is !== undefined && value !== is) ||
      (above !== undefined && value <= above) ||
      (below !== undefined && value >= below)
    );
  };
  const working = ({ from = 0, until = Number.POSITIVE_INFINITY }: Action): boolean =>
    now.age >= from && now.age < until;
  const release = (): void => {
    world.forced.fill(Number.NaN);
    world.unrecorded.MV504 = CLOSED;
  };
  const end = (): void => {
    now.attack = 0;
    now.active = false;
    now.starts.fill(Number.NaN);
    release();
  };
  const due = (): boolean => now.attack !== 0 && !now.active && (current()?.attack.when.every(met) ?? false);

  return {
    get state() {
      return stateNow();
    },
    awaited() {
      const known = current();
      if (known === undefined || now.active) return [];
      const { when } = known.attack;
      const open = when.filter((condition) => !met(condition));
      return (open.length > 0 ? open : when).map((condition) => ({ ...condition, now: world.seen[at(condition.tag)] }));
    },
    due,
    begin(attack) {
      end();
      now.attack = attack.id;
      now.since = world.time;
    },
    end,
    force() {
      const known = current();
      if (known === undefined) return;
      if (!now.active) {
        if (!due()) return;
        now.active = true;
        now.since = world.time;
        now.age = 0;
      } else {
        now.age += 1;
        if (now.age >= known.attack.durationS) {
          end();
          return;
        }
      }
      release();
      known.steps.forEach(({ action, index }, step) => {
        if (!working(action)) return;
        if (index === UNRECORDED) {
          if (action.kind === 'force') world.unrecorded.MV504 = action.state;
          return;
        }
        if (Number.isNaN(now.starts[step])) now.starts[step] = world.seen[index];
        if (action.kind === 'force') world.forced[index] = action.state;
        else if (action.kind === 'hold' && SWAT.tags[index].kind === 'actuator') {
          world.forced[index] = now.starts[step];
        }
      });
    },
    spoof() {
      if (!now.active) return;
      current()?.steps.forEach(({ action, index, low, high }, step) => {
        if (!working(action) || index === UNRECORDED || SWAT.tags[index].kind === 'actuator') return;
        const start = now.starts[step];
        if (action.kind === 'set') world.seen[index] = action.value;
        else if (action.kind === 'hold') world.seen[index] = start;
        else if (action.kind === 'ramp') {
          const seconds = now.age - (action.from ?? 0) + 1;
          world.seen[index] = Math.max(low, Math.min(high, start + action.perSecond * seconds));
        }
      });
    },
  };
}

function numbered(id: number): Attack | undefined {
  return ATTACKS.find((attack) => attack.id === id);
}

/** Place of a valve that the historian does not record. */
const UNRECORDED = -1;

function prepared(action: Action): Step {
  if (action.tag === 'MV504') return { action, index: UNRECORDED, low: 0, high: 0 };
  const index = at(action.tag);
  const { low, high } = SWAT.tags[index];
  return { action, index, low, high };
}
