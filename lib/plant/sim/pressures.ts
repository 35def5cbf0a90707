import type { Random } from '../../kernels/random';
import type { Memory } from './memory';
import { wandering } from './noise';
import { at, ON, type World } from './world';

const DPIT301 = at('DPIT301');
const FIT301 = at('FIT301');
const FIT501 = at('FIT501');
const FIT502 = at('FIT502');
const FIT601 = at('FIT601');
const P501 = at('P501');
const P502 = at('P502');
const PIT501 = at('PIT501');
const PIT502 = at('PIT502');
const PIT503 = at('PIT503');

/** One second of pressures in kPa: they follow their flows within seconds. */
export function pressures(world: World, memory: Memory, random: Random): () => void {
  const { truth } = world;
  const membrane = wandering(memory, random, 1, 0.01, 1800, 10);
  const uf = wandering(memory, random, 1, 0.012, 600, 10);
  const now = memory.keep({ differential: 1, feed: 245, permeate: 1.3 });

  return () => {
    const q301 = truth[FIT301] / 2.2;
    const backwash = truth[FIT601] / 1.8;
    const clean = (14 + 5.5 * world.fouling) * uf.next() * q301 * q301 + 0.9;
    now.differential += (clean + 2.6 * backwash - now.differential) * 0.3;

    const pressed = truth[P501] === ON || truth[P502] === ON;
    const q501 = truth[FIT501] / 1.7;
    const q502 = truth[FIT502] / 1.27;
    now.feed += ((pressed ? 245 : 60) * membrane.next() * q501 * q501 + 4 - now.feed) * 0.2;
    now.permeate += (0.4 + 0.9 * q502 * q502 - now.permeate) * 0.2;

    truth[DPIT301] = now.differential;
    truth[PIT501] = now.feed;
    truth[PIT502] = now.permeate;
    truth[PIT503] = now.feed * 0.755;
  };
}
