import type { Random } from '../../kernels/random';
import type { Memory } from './memory';
import { at, CLOSED, OFF, type World } from './world';

const LIT101 = at('LIT101');
const LIT301 = at('LIT301');
const LIT401 = at('LIT401');
const MV101 = at('MV101');
const MV201 = at('MV201');
const MV302 = at('MV302');
const P101 = at('P101');
const P302 = at('P302');

/** Mean seconds between two holds, and the longest hold. */
const MEAN_WAIT = 4 * 3600;
const LONGEST = 2400;

interface Hold {
  /** What is kept shut meanwhile. */
  readonly shut: readonly (readonly [actuator: number, state: number])[];
  /** The level that falls for it, and how far it may fall: between two limits, mm. */
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

const HOLDS: readonly Hold[] = [
  { shut: [[MV101, CLOSED]], level: LIT101, low: 340, high: 480 },
  {
    shut: [
      [MV201, CLOSED],
      [P101, OFF],
    ],
    level: LIT301,
    low: 560,
    high: 760,
  },
  {
    shut: [
      [MV302, CLOSED],
      [P302, OFF],
    ],
    level: LIT401,
    low: 480,
    high: 740,
  },
];

/** Planned holds: now and then one stage's inflow is held back for a while, and its tank is refilled afterwards. */
export function maintenance(world: World, memory: Memory, random: Random): () => void {
  const { seen, wanted } = world;
  const wait = (): number => Math.ceil(-Math.log(1 - random()) * MEAN_WAIT);
  const now = memory.keep(
    { left: wait(), hold: 0, limit: 0, since: 0 },
    ({ hold }) => Number.isInteger(hold) && hold >= 0 && hold < HOLDS.length,
  );
  return () => {
    now.left -= 1;
    if (now.left > 0) return;
    const { shut, level, low, high } = HOLDS[now.hold];
    if (now.since === 0) now.limit = low + (high - low) * random();
    now.since += 1;
    for (const [actuator, state] of shut) wanted[actuator] = state;
    if (seen[level] > now.limit && now.since < LONGEST) return;
    now.since = 0;
    now.left = wait();
    now.hold = Math.floor(random() * HOLDS.length);
  };
}
