import { SWAT } from '../swat';
import { createPlantSimulation, type PlantSnapshot, type SimFrame } from './plant';

/** The same plant left alone: it goes on from a moment before an attack, in lockstep, without the attacker. */
export interface Twin {
  /** One second; the recorded tags that the attacked plant shows otherwise, in the order of the dictionary. */
  differing(attacked: SimFrame): readonly string[];
  /** To make a twin of that goes on from here. */
  snapshot(): PlantSnapshot;
}

/** @param before the attacked plant just before the attack began, or a twin's own snapshot */
export function createTwin(before: PlantSnapshot): Twin {
  const plant = createPlantSimulation({ snapshot: before });
  plant.stop();
  return {
    differing(attacked) {
      const { values } = plant.step();
      return SWAT.tags.flatMap(({ name }, index) => (values[index] === attacked.values[index] ? [] : [name]));
    },
    snapshot: () => plant.snapshot(),
  };
}
