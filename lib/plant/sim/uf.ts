import type { Random } from '../../kernels/random';
import type { Memory } from './memory';
import type { Controller } from './plc';
import { at, CLOSED, OFF, ON, OPEN, type World } from './world';

const DPIT301 = at('DPIT301');
const LIT301 = at('LIT301');
const LIT401 = at('LIT401');
const MV301 = at('MV301');
const MV302 = at('MV302');
const MV303 = at('MV303');
const MV304 = at('MV304');
const P302 = at('P302');
const P602 = at('P602');

/** Seconds between backwashes, and the differential pressure (kPa) that asks for one at once. */
const FILTRATION = 1800;
const DIRTY = 40;

const STEPS = ['filter', 'isolate', 'backwash', 'turn', 'drain', 'refill'] as const;
type Step = (typeof STEPS)[number];

/**
 * P3: filtration into T-401 by its level, every half hour a backwash and a drain. Each step waits for its valves to
 * report their position, so a valve that does not come halts the stage.
 */
export function ufControl(world: World, memory: Memory, random: Random): Controller {
  const { seen, truth, wanted, setPoints } = world;
  const begin: { step: Step; sinceBackwash: number; left: number; filling: boolean } = {
    step: 'filter',
    sinceBackwash: Math.floor(random() * FILTRATION * 0.8),
    left: 0,
    filling: wanted[P302] === ON,
  };
  const now = memory.keep(begin, ({ step }) => STEPS.includes(step));

  const valves = (mv301: number, mv302: number, mv303: number, mv304: number): boolean => {
    wanted[MV301] = mv301;
    wanted[MV302] = mv302;
    wanted[MV303] = mv303;
    wanted[MV304] = mv304;
    return truth[MV301] === mv301 && truth[MV302] === mv302 && truth[MV303] === mv303 && truth[MV304] === mv304;
  };
  const filter = (): void => {
    if (seen[LIT401] < setPoints.l401) now.filling = true;
    else if (seen[LIT401] > setPoints.h401) now.filling = false;
    const allowed = now.filling && seen[LIT301] > 250 && seen[LIT401] < 1200;
    const open = valves(CLOSED, allowed ? OPEN : CLOSED, CLOSED, CLOSED);
    wanted[P302] = allowed && open ? ON : OFF;
    if (now.sinceBackwash >= FILTRATION || seen[DPIT301] > DIRTY) now.step = 'isolate';
  };

  return () => {
    now.sinceBackwash += 1;
    if (now.step !== 'filter') wanted[P302] = OFF;
    wanted[P602] = OFF;
    switch (now.step) {
      case 'filter':
        filter();
        break;
      case 'isolate':
        if (valves(OPEN, CLOSED, OPEN, CLOSED)) {
          now.step = 'backwash';
          now.left = 30 + Math.floor(random() * 16);
        }
        break;
      case 'backwash':
        valves(OPEN, CLOSED, OPEN, CLOSED);
        wanted[P602] = ON;
        if (truth[P602] === ON) now.left -= 1;
        if (now.left <= 0) {
          now.step = 'turn';
          now.sinceBackwash = 0;
        }
        break;
      case 'turn':
        if (valves(CLOSED, CLOSED, CLOSED, OPEN)) {
          now.step = 'drain';
          now.left = 30 + Math.floor(random() * 31);
        }
        break;
      case 'drain':
        now.left -= 1;
        if (now.left <= 0) now.step = 'refill';
        break;
      case 'refill':
        if (valves(CLOSED, OPEN, CLOSED, CLOSED)) now.step = 'filter';
        break;
    }
  };
}
