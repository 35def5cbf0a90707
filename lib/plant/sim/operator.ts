import type { Random } from '../../kernels/random';
import type { Memory } from './memory';
import { SET_POINTS, type SetPoints, type World } from './world';

/** How far an operator moves each set point, as a share of its usual value. */
const REACH: Readonly<Record<keyof SetPoints, number>> = {
  l101: 0.1,
  h101: 0.1,
  l301: 0.04,
  h301: 0.04,
  l401: 0.04,
  h401: 0.04,
};
const NAMES = Object.keys(REACH) as (keyof SetPoints)[];

/** Mean seconds between two changes. */
const MEAN_WAIT = 4 * 3600;

/** An operator who now and then moves a set point of the level control, and as often puts one back. */
export function operator(world: World, memory: Memory, random: Random): () => void {
  const wait = (): number => Math.ceil(-Math.log(1 - random()) * MEAN_WAIT);
  const next = memory.keep({ left: wait() });
  return () => {
    next.left -= 1;
    if (next.left > 0) return;
    next.left = wait();
    const name = NAMES[Math.floor(random() * NAMES.length)];
    const move = random() < 0.5 ? 0 : (2 * random() - 1) * REACH[name];
    world.setPoints[name] = Math.round(SET_POINTS[name] * (1 + move));
  };
}
