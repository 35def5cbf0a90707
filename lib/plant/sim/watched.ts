import type { Attack } from '../attack';
import type { AttackEvent } from '../attack-event';
import type { PlantSimulation, SimFrame } from './plant';
import { createTwin, type Twin } from './twin';

/** The twin runs on for so long after an attack that has not shown yet. */
const AFTERMATH_MS = 300_000;

/**
 * The plant, step by step, with a word whenever its attack waits, starts, becomes visible in the record, or ends. A
 * twin is kept from an attack's start until it shows, at most five minutes beyond its end.
 */
export function watched(plant: PlantSimulation, tell: (event: AttackEvent) => void): { step(): SimFrame } {
  let known: { attack: Attack; phase: 'waiting' | 'active' } | undefined;
  let twin: { readonly of: Attack; readonly twin: Twin; until: number } | undefined;

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
  };
}
