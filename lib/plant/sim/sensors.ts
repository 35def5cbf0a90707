import { gaussian, type Random } from '../../kernels/random';
import { SWAT } from '../swat';
import type { Memory } from './memory';
import { wandering, type Variation } from './noise';
import type { World } from './world';

/** Noise of an instrument: white from sample to sample, and a part that wanders over a minute. */
interface Noise {
  readonly white: number;
  readonly wander: number;
  /** Below this the instrument shows nothing but its zero. */
  readonly cutOff?: number;
}

const KINDS: readonly (readonly [prefix: string, noise: Noise])[] = [
  ['LIT', { white: 0.35, wander: 0.3 }],
  ['FIT', { white: 0.0025, wander: 0.004, cutOff: 0.04 }],
  ['DPIT', { white: 0.05, wander: 0.08 }],
  ['PIT502', { white: 0.02, wander: 0.03 }],
  ['PIT', { white: 0.25, wander: 0.4 }],
  ['AIT202', { white: 0.003, wander: 0.006 }],
  ['AIT501', { white: 0.003, wander: 0.006 }],
  ['AIT504', { white: 0.02, wander: 0.04 }],
  ['AIT', { white: 0.1, wander: 0.25 }],
];

/** One second of measuring: what is seen of the truth, by every sensor; actuators report their state as it is. */
export function sensors(world: World, memory: Memory, random: Random): () => void {
  const { truth, seen } = world;
  const instruments = SWAT.tags.map((tag): { noise: Noise; wander: Variation } | undefined => {
    if (tag.kind === 'actuator') return undefined;
    const noise = KINDS.find(([prefix]) => tag.name.startsWith(prefix))?.[1] ?? { white: 0, wander: 0 };
    return { noise, wander: wandering(memory, random, 0, noise.wander, 60, 5) };
  });
  return () => {
    for (let index = 0; index < instruments.length; index += 1) {
      const instrument = instruments[index];
      if (instrument === undefined) {
        seen[index] = truth[index];
        continue;
      }
      const { noise, wander } = instrument;
      const white = gaussian(random);
      const drift = wander.next();
      const resting = noise.cutOff !== undefined && truth[index] < noise.cutOff;
      seen[index] = resting ? Math.abs(0.0003 * white) : truth[index] + noise.white * white + drift;
    }
  };
}
