import { dueAttack, type Schedule } from '../plant/schedule';
import type { PlantSimulation } from '../plant/sim/plant';
import { SWAT } from '../plant/swat';
import type { Attack } from '../plant/attack';
import type { FrameSource } from './pacer';
import type { AttackEvent, SourceFrame } from './source';

/** The simulated plant as a source of frames without end, with its schedule; tells how attacks go. */
export function simulatedSource(
  plant: PlantSimulation,
  schedule: Schedule,
  tell: (event: AttackEvent) => void,
): FrameSource<SourceFrame> {
  let second = 0;
  let known: { attack: Attack; phase: 'waiting' | 'active' } | undefined;

  const say = (event: AttackEvent['event'], time: number, { id, title, tags }: Attack): void =>
    tell({
      event,
      time,
      attack: id,
      title,
      tags,
      ...(event === 'attack-waiting' ? { awaited: plant.awaited } : {}),
    });
  const follow = (time: number): void => {
    const now = plant.attack;
    if (known !== undefined && now?.attack !== known.attack) {
      say('attack-ended', time, known.attack);
      known = undefined;
    }
    if (now === undefined || known?.phase === now.phase) return;
    known = { attack: now.attack, phase: now.phase };
    say(now.phase === 'waiting' ? 'attack-waiting' : 'attack-started', time, now.attack);
  };

  return {
    next() {
      const due = dueAttack(schedule, second);
      if (due !== undefined) plant.start(due);
      second += 1;
      const { time, values, label } = plant.step();
      follow(time);
      const named: Record<string, number> = {};
      for (let index = 0; index < values.length; index += 1) named[SWAT.tags[index].name] = values[index];
      return { time, values: named, label };
    },
    close: () => undefined,
  };
}
