import type { AttackEvent } from '../plant/attack-event';
import { Drill, type DrillPlan } from '../plant/drill';
import { namedFrames } from '../plant/named';
import { dueAttack, type Schedule } from '../plant/schedule';
import { createPlantSimulation, type PlantSimulation } from '../plant/sim/plant';
import { watched } from '../plant/sim/watched';
import { SWAT } from '../plant/swat';
import type { FrameSource } from './pacer';
import { packed, unpacked, type SimulatedState } from './simulated-state';
import type { DrillEvent, SourceFrame } from './source';

const named = namedFrames(SWAT.tags.map(({ name }) => name));

/** The simulated plant as a source of frames. */
export interface SimulatedSource extends FrameSource<SourceFrame> {
  readonly plant: PlantSimulation;
  /** Starts a drill; it takes the place of the one before. */
  drill(plan: DrillPlan): void;
  /** Ends the drill, if there is one; an attack goes on. */
  endDrill(): void;
  /** How many attacks of the drill have begun, and how many it has; `undefined` without a drill. */
  readonly drilling: { readonly begun: number; readonly of: number } | undefined;
  /** To go on from here. */
  saved(): SimulatedState;
}

/**
 * The simulated plant as a source of frames without end, with its schedule and drill; tells how attacks go.
 * @param from a new plant, or where it goes on: what was told already is not told again
 * @throws SwatError `plant-snapshot`, `unknown-attack` for a state that is none
 */
export function simulatedSource(
  from: { readonly seed: number; readonly startTime: number } | SimulatedState,
  schedule: Schedule,
  tell: (event: AttackEvent | DrillEvent) => void,
): SimulatedSource {
  const saved = 'plant' in from ? from : undefined;
  const plant = createPlantSimulation('plant' in from ? { snapshot: from.plant } : from);
  let second = saved?.second ?? 0;
  let time = saved?.time ?? undefined;
  let drill = saved?.drill ? new Drill(unpacked(saved.drill), saved.drill.state) : undefined;
  let untold = saved?.drill?.untold ?? false;
  const attacked = watched(plant, tell, saved?.watch);

  const say = (event: DrillEvent['event']): void => {
    if (drill !== undefined && time !== undefined) tell({ event, time, attacks: drill.size });
  };
  const endDrill = (): void => {
    say('drill-ended');
    drill = undefined;
  };

  return {
    plant,
    next() {
      const due = dueAttack(schedule, second);
      if (due !== undefined) plant.start(due);
      second += 1;
      drill?.step(plant);
      const frame = attacked.step();
      ({ time } = frame);
      if (untold) say('drill-started');
      untold = false;
      if (drill?.over === true) endDrill();
      return { time, values: named(frame.values), label: frame.label };
    },
    drill(plan) {
      endDrill();
      drill = new Drill(plan);
      untold = true;
    },
    endDrill,
    get drilling() {
      return drill === undefined ? undefined : { begun: drill.size - drill.left, of: drill.size };
    },
    saved: () => ({
      plant: plant.snapshot(),
      second,
      time: time ?? null,
      drill:
        drill === undefined
          ? null
          : { attacks: packed(drill.plan), gap: drill.plan.gap, state: { ...drill.state }, untold },
      watch: attacked.saved(),
    }),
    close: () => undefined,
  };
}
