import { SWAT } from '../swat';
import { createPlantSimulation, type PlantSnapshot, type SimFrame } from './plant';

/** The same plant left alone: it goes on from a moment before an attack, in lockstep, without the attacker. */
export interface Twin {
  /** One second; the first recorded tag, in the order of the dictionary, that the attacked plant shows otherwise. */
  differs(attacked: SimFrame): string | undefined;
}

/** @param before the attacked plant just before the attack began */
export function createTwin(before: PlantSnapshot): Twin {
  const plant = createPlantSimulation({ snapshot: before });
  plant.stop();
  return {
    differs(attacked) {
      const { values } = plant.step();
      const index = values.findIndex((value, at) => value !== attacked.values[at]);
      return index < 0 ? undefined : SWAT.tags[index].name;
    },
  };
}
