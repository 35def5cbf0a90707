import type { Attack } from '../attack';
import type { AttackEvent } from '../attack-event';
import { attackOf } from '../attacks';
import type { PlantSimulation, PlantSnapshot, SimFrame } from './plant';
import { createTwin, type Twin } from './twin';

/** The twin runs on for so long after an attack that has not shown yet. */
const AFTERMATH_MS = 300_000;

/** What was told of an attack, and the twin that is kept for it: plain data. Attacks by their numbers. */
export interface WatchState {
  readonly known: { readonly attack: number; readonly phase: 'waiting' | 'active' } | null;
  readonly twin: {
    readonly of: number;
    /** Event time up to which it runs on, ms; `null` while the attack lasts. */
    readonly until: number | null;
    readonly plant: PlantSnapshot;
  } | null;
}

/** A plant whose attacks are told. */
export interface Watched {
  /** The next second. */
  step(): SimFrame;
  /** To go on from here, with the plant as it stands. */
  saved(): WatchState;
}

/**
 * The plant, step by step, with a word whenever its attack waits, starts, becomes visible in the record, or ends. A
 * twin is kept from an attack's start until it shows, at most five minutes beyond its end.
 * @param state where it goes on: what was told already is not told again
 * @throws SwatError `unknown-attack`, `plant-snapshot` for a state that is none
 */
export function watched(
  plant: PlantSimulation,
  tell: (event: AttackEvent) => void,
  state: WatchState = { known: null, twin: null },
): Watched {
  let known: { attack: Attack; phase: 'waiting' | 'active' } | undefined =
    state.known === null ? undefined : { attack: attackOf(state.known.attack), phase: state.known.phase };
  let twin: { readonly of: Attack; readonly twin: Twin; until: number } | undefined =
    state.twin === null
      ? undefined
      : {
          of: attackOf(state.twin.of),
          twin: createTwin(state.twin.plant),
          until: state.twin.until ?? Number.POSITIVE_INFINITY,
        };

  const say = (
    event: AttackEvent['event'],
    time: number,
    { id, title, tags }: Attack,
    more: Partial<AttackEvent> = {},
  ): void => tell({ event, time, attack: id, title, tags, ...more });

  const follow = (time: number): void => {
    const now = plant.attack;
    if (known !== undefined && now?.attack !== known.attack) {
      say('attack-ended', time, known.attack);
      if (twin !== undefined) twin.until = time + AFTERMATH_MS;
      known = undefined;
    }
    if (now === undefined || known?.phase === now.phase) return;
    known = { attack: now.attack, phase: now.phase };
    if (now.phase === 'waiting') say('attack-waiting', time, now.attack, { awaited: plant.awaited });
    else say('attack-started', time, now.attack);
  };
  const compare = (frame: SimFrame): void => {
    if (twin === undefined) return;
    const tags = twin.twin.differing(frame);
    // Of several in the same second, an attack point says more than what hangs on it.
    const tag = tags.find((each) => twin?.of.tags.includes(each)) ?? tags.at(0);
    if (tag !== undefined) say('attack-visible', frame.time, twin.of, { tag });
    if (tag !== undefined || frame.time >= twin.until) twin = undefined;
  };

  return {
    step() {
      const { attack } = plant;
      if (attack !== undefined && plant.attackDue) {
        twin = { of: attack.attack, twin: createTwin(plant.snapshot()), until: Number.POSITIVE_INFINITY };
      }
      const frame = plant.step();
      follow(frame.time);
      compare(frame);
      return frame;
    },
    saved: () => ({
      known: known === undefined ? null : { attack: known.attack.id, phase: known.phase },
      twin:
        twin === undefined
          ? null
          : {
              of: twin.of.id,
              until: Number.isFinite(twin.until) ? twin.until : null,
              plant: twin.twin.snapshot(),
            },
    }),
  };
}
