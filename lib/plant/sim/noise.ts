import { gaussian, type Random } from '../../kernels/random';

/** Something that varies by itself: a number that is updated once a step. */
export interface Variation {
  next(): number;
}

/**
 * An AR(1) process around a mean: the discrete Ornstein-Uhlenbeck process, kept within three standard deviations.
 * @param tau correlation time in steps
 * @param every draws only at each such step; in between the value stands
 */
export function wandering(random: Random, mean: number, deviation: number, tau: number, every = 1): Variation {
  const keep = Math.exp(-every / tau);
  const kick = Math.sqrt(1 - keep * keep);
  let value = clamp(gaussian(random), 3);
  let wait = 0;
  return {
    next() {
      if (wait === 0) {
        value = clamp(keep * value + kick * gaussian(random), 3);
        wait = every;
      }
      wait -= 1;
      return mean + deviation * value;
    },
  };
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
