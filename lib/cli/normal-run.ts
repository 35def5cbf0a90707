import { createPlantSimulation } from '../plant/sim/plant';
import type { Chain } from './chain';
import { SIMULATION_START } from './simulate';

/** What normal operation cost. Shares are of all windows. */
export interface NormalResult {
  readonly hours: number;
  readonly alarms: number;
  readonly infoEvents: number;
  readonly overShare: number;
  readonly levelShare: number;
  /** Of each alarm: seed, plant-second, first tag and ratio. */
  readonly causes: readonly { seed: number; second: number; tag: string; ratio: number }[];
}

/** Normal operation without an attack: every alarm is a false one. */
export function normalRun(seed: number, hours: number, chain: Chain): NormalResult {
  let [infoEvents, windows, over, levelled] = [0, 0, 0, 0];
  const causes: { seed: number; second: number; tag: string; ratio: number }[] = [];
  const plant = createPlantSimulation({ seed, startTime: SIMULATION_START });
  for (let second = 0; second < hours * 3600; second += 1) {
    const { time, values } = plant.step();
    const { verdict, events } = chain.feed('plant', Array.from(values), time);
    if (verdict !== undefined) windows += 1;
    if (verdict?.finding === 'anomaly') over += 1;
    if (verdict !== undefined && verdict.level !== 'NONE') levelled += 1;
    for (const { event, tags, ratio } of events) {
      if (event === 'info') infoEvents += 1;
      if (event === 'raised' || event === 're-raised')
        causes.push({ seed, second, tag: tags.at(0)?.tag ?? '?', ratio });
    }
  }
  return {
    hours,
    alarms: causes.length,
    infoEvents,
    overShare: over / windows,
    levelShare: levelled / windows,
    causes,
  };
}
