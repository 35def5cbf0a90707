import type { AttackEvent } from '../plant/attack-event';
import { Drill, type DrillPlan } from '../plant/drill';
import { dueAttack, type Schedule } from '../plant/schedule';
import type { PlantSimulation } from '../plant/sim/plant';
import { watched } from '../plant/sim/watched';
import { SWAT } from '../plant/swat';
import type { FrameSource } from './pacer';
import type { DrillEvent, SourceFrame } from './source';

/** The simulated plant as a source of frames. */
export interface SimulatedSource extends FrameSource<SourceFrame> {
  /** Starts a drill; it takes the place of the one before. */
  drill(plan: DrillPlan): void;
  /** Ends the drill, if there is one; an attack goes on. */
  endDrill(): void;
  /** How many attacks of the drill have begun, and how many it has; `undefined` without a drill. */
  readonly drilling: { readonly begun: number; readonly of: number } | undefined;
}

/** The simulated plant as a source of frames without end, with its schedule and drill; tells how attacks go. */
export function simulatedSource(
  plant: PlantSimulation,
  schedule: Schedule,
  tell: (event: AttackEvent | DrillEvent) => void,
): SimulatedSource {
  let second = 0;
  let time: number | undefined;
  let drill: Drill | undefined;
  let begun = false;
  const attacked = watched(plant, tell);

  const say = (event: DrillEvent['event']): void => {
    if (drill !== undefined && time !== undefined) tell({ event, time, attacks: drill.size });
  };
  const endDrill = (): void => {
    say('drill-ended');
    drill = undefined;
  };

  return {
    next() {
      const due = dueAttack(schedule, second);
      if (due !== undefined) plant.start(due);
      second += 1;
      drill?.step(plant);
      const frame = attacked.step();
      ({ time } = frame);
      if (begun) say('drill-started');
      begun = false;
      if (drill?.over === true) endDrill();
      const named: Record<string, number> = {};
      for (let index = 0; index < frame.values.length; index += 1) named[SWAT.tags[index].name] = frame.values[index];
      return { time, values: named, label: frame.label };
    },
    drill(plan) {
      endDrill();
      drill = new Drill(plan);
      begun = true;
    },
    endDrill,
    get drilling() {
      return drill === undefined ? undefined : { begun: drill.size - drill.left, of: drill.size };
    },
    close: () => undefined,
  };
}
