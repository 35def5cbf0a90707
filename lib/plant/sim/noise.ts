import { gaussian, type Random } from '../../kernels/random';
import type { Memory } from './memory';

/** Something that varies by itself: a number that is updated once a step. */
export interface Variation {
  next(): number;
}

/**
 * An AR(1) process around a mean: the discrete Ornstein-Uhlenbeck process, kept within three standard deviations.
 * @param tau correlation time in steps
 * @param every draws only at each such step; in between the value stands
 */
export function wandering(
  memory: Memory,
  random: Random,
  mean: number,
  deviation: number,
  tau: number,
  every = 1,
): Variation {
  const keep = Math.exp(-every / tau);
  const kick = Math.sqrt(1 - keep * keep);
  const now = memory.keep({ value: clamp(gaussian(random), 3), wait: 0 }, ({ wait }) => isStep(wait, every));
  return {
    next() {
      if (now.wait === 0) {
        now.value = clamp(keep * now.value + kick * gaussian(random), 3);
        now.wait = every;
      }
      now.wait -= 1;
      return mean + deviation * now.value;
    },
  };
}

function isStep(wait: number, every: number): boolean {
  return Number.isInteger(wait) && wait >= 0 && wait <= every;
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
