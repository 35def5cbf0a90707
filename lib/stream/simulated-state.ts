import { attackOf } from '../plant/attacks';
import { MOST_ATTACKS, type DrillPlan, type DrillState } from '../plant/drill';
import type { WatchState } from '../plant/sim/watched';
import type { PlantSnapshot } from '../plant/sim/plant';
import { Fields } from './fields';

/** Where the simulated plant stands with its schedule, its drill and its attack: plain data. */
export interface SimulatedState {
  readonly plant: PlantSnapshot;
  /** Of the schedule: seconds since the start. */
  readonly second: number;
  /** Event time of the latest second, ms; `null` before the first. */
  readonly time: number | null;
  readonly drill: {
    /** Attack and second of each. */
    readonly attacks: readonly (readonly [attack: number, second: number])[];
    readonly gap: number;
    readonly state: DrillState;
    /** Whether its begin is still to be told. */
    readonly untold: boolean;
  } | null;
  readonly watch: WatchState;
}

/**
 * Reads what was saved of a simulated plant; what is in a snapshot of a plant is for the plant to check.
 * @throws SwatError `snapshot-corrupt`, `unknown-attack`
 */
export function readSimulated(given: Fields): SimulatedState {
  return {
    plant: given.value('plant') as PlantSnapshot,
    second: given.count('second'),
    time: given.has('time') ? given.number('time') : null,
    drill: given.has('drill') ? readDrill(given.of('drill')) : null,
    watch: readWatch(given.of('watch')),
  };
}

function readDrill(given: Fields): SimulatedState['drill'] {
  const attacks = given.list('attacks', MOST_ATTACKS).map((each): [number, number] => {
    const [attack, second] = Array.isArray(each) ? (each as unknown[]) : [];
    const read = new Fields({ attack, second }, 'attacks');
    return [attackOf(read.count('attack')).id, read.count('second')];
  });
  const state = given.of('state');
  return {
    attacks,
    gap: given.count('gap'),
    state: {
      next: state.count('next', attacks.length),
      second: state.count('second'),
      calm: state.count('calm'),
      waiting: state.count('waiting'),
    },
    untold: given.flag('untold'),
  };
}

function readWatch(given: Fields): WatchState {
  const known = given.has('known') ? given.of('known') : undefined;
  const twin = given.has('twin') ? given.of('twin') : undefined;
  return {
    known:
      known === undefined
        ? null
        : { attack: known.count('attack'), phase: known.word('phase', ['waiting', 'active'] as const) },
    twin:
      twin === undefined
        ? null
        : {
            of: twin.count('of'),
            until: twin.has('until') ? twin.number('until') : null,
            plant: twin.value('plant') as PlantSnapshot,
          },
  };
}

/** The plan of a drill as it is saved, and back. */
export function packed({ attacks }: DrillPlan): (readonly [number, number])[] {
  return attacks.map(({ attack, second }) => [attack, second]);
}

export function unpacked({ attacks, gap }: NonNullable<SimulatedState['drill']>): DrillPlan {
  return { attacks: attacks.map(([attack, second]) => ({ attack, second })), gap };
}
