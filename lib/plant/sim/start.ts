import type { Random } from '../../kernels/random';
import { SWAT } from '../swat';
import type { Memory } from './memory';
import { at, CLOSED, OFF, ON, OPEN, SET_POINTS, type Tank, type World } from './world';

/** Normal operation: tanks somewhere within their bands, everything running that runs as a rule. */
export function createWorld(time: number, memory: Memory, random: Random): World {
  const size = SWAT.tags.length;
  const tank = (low: number, high: number): Tank => ({
    level: low + (high - low) * random(),
    inflow: 0,
    outflow: 0,
    overflow: 0,
  });
  const wanted = new Float64Array(size);
  SWAT.tags.forEach((tag, index) => {
    if (tag.kind === 'actuator') wanted[index] = tag.name.startsWith('MV') ? CLOSED : OFF;
  });
  for (const pump of ['P302', 'P402', 'P501', 'UV401']) wanted[at(pump)] = ON;
  wanted[at('MV302')] = OPEN;
  for (const valve of ['MV101', 'MV201']) wanted[at(valve)] = random() < 0.5 ? OPEN : CLOSED;
  const world = {
    time,
    truth: new Float64Array(size),
    seen: new Float64Array(size),
    wanted,
    forced: new Float64Array(size).fill(Number.NaN),
    unrecorded: { MV504: CLOSED },
    setPoints: { ...SET_POINTS },
    t101: tank(520, 780),
    t301: tank(820, 980),
    t401: tank(820, 980),
    t601: tank(600, 1000),
    fouling: random() * 0.8,
    flushing: false,
    permeateToDrain: false,
  };
  return memory.keep(world);
}
