import { dueAttack, type Schedule } from '../plant/schedule';
import type { AttackEvent } from '../plant/attack-event';
import type { PlantSimulation } from '../plant/sim/plant';
import { watched } from '../plant/sim/watched';
import { SWAT } from '../plant/swat';
import type { FrameSource } from './pacer';
import type { SourceFrame } from './source';

/** The simulated plant as a source of frames without end, with its schedule; tells how attacks go. */
export function simulatedSource(
  plant: PlantSimulation,
  schedule: Schedule,
  tell: (event: AttackEvent) => void,
): FrameSource<SourceFrame> {
  let second = 0;
  const attacked = watched(plant, tell);

  return {
    next() {
      const due = dueAttack(schedule, second);
      if (due !== undefined) plant.start(due);
      second += 1;
      const { time, values, label } = attacked.step();
      const named: Record<string, number> = {};
      for (let index = 0; index < values.length; index += 1) named[SWAT.tags[index].name] = values[index];
      return { time, values: named, label };
    },
    close: () => undefined,
  };
}
