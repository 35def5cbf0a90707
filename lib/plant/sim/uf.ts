import type { Random } from '../../kernels/random';
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

type Step = 'filter' | 'isolate' | 'backwash' | 'turn' | 'drain' | 'refill';

/**
 * P3: filtration into T-401 by its level, every half hour a backwash and a drain. Each step waits for its valves to
 * report their position, so a valve that does not come halts the stage.
 */
export function ufControl(world: World, random: Random): Controller {
  const { seen, truth, wanted, setPoints } = world;
  let step: Step = 'filter';
  let sinceBackwash = Math.floor(random() * FILTRATION * 0.8);
  let left = 0;
  let filling = wanted[P302] === ON;

  const valves = (mv301: number, mv302: number, mv303: number, mv304: number): boolean => {
    wanted[MV301] = mv301;
    wanted[MV302] = mv302;
    wanted[MV303] = mv303;
    wanted[MV304] = mv304;
    return truth[MV301] === mv301 && truth[MV302] === mv302 && truth[MV303] === mv303 && truth[MV304] === mv304;
  };
  const filter = (): void => {
    if (seen[LIT401] < setPoints.l401) filling = true;
    else if (seen[LIT401] > setPoints.h401) filling = false;
    const allowed = filling && seen[LIT301] > 250 && seen[LIT401] < 1200;
    const open = valves(CLOSED, allowed ? OPEN : CLOSED, CLOSED, CLOSED);
    wanted[P302] = allowed && open ? ON : OFF;
    if (sinceBackwash >= FILTRATION || seen[DPIT301] > DIRTY) step = 'isolate';
  };

  return () => {
    sinceBackwash += 1;
    if (step !== 'filter') wanted[P302] = OFF;
    wanted[P602] = OFF;
    switch (step) {
      case 'filter':
        filter();
        break;
      case 'isolate':
        if (valves(OPEN, CLOSED, OPEN, CLOSED)) {
          step = 'backwash';
          left = 30 + Math.floor(random() * 16);
        }
        break;
      case 'backwash':
        valves(OPEN, CLOSED, OPEN, CLOSED);
        wanted[P602] = ON;
        if (truth[P602] === ON) left -= 1;
        if (left <= 0) {
          step = 'turn';
          sinceBackwash = 0;
        }
        break;
      case 'turn':
        if (valves(CLOSED, CLOSED, CLOSED, OPEN)) {
          step = 'drain';
          left = 30 + Math.floor(random() * 31);
        }
        break;
      case 'drain':
        left -= 1;
        if (left <= 0) step = 'refill';
        break;
      case 'refill':
        if (valves(CLOSED, OPEN, CLOSED, CLOSED)) step = 'filter';
        break;
    }
  };
}
