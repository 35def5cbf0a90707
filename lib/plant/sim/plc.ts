import type { Memory } from './memory';
import { at, CLOSED, OFF, ON, OPEN, type World } from './world';

const LIT101 = at('LIT101');
const MV101 = at('MV101');
const P101 = at('P101');
const P102 = at('P102');
const LIT301 = at('LIT301');
const MV201 = at('MV201');
const FIT201 = at('FIT201');
const AIT201 = at('AIT201');
const AIT202 = at('AIT202');
const AIT203 = at('AIT203');
const P201 = at('P201');
const P203 = at('P203');
const P205 = at('P205');

/** A stage's controller: reads what is seen, sets what is wanted, once a second. */
export type Controller = () => void;

/** An on/off rule with a dead band: on beyond one end, off beyond the other, as before in between. */
export function twoPoint(on: boolean, off: boolean, before: boolean): boolean {
  return on || (before && !off);
}

/** P1 and P2 fill: MV101 keeps T-101, MV201 and the transfer pump keep T-301; the standby pump covers a failed one. */
export function transferControl(world: World, memory: Memory): Controller {
  const { seen, truth, wanted, setPoints } = world;
  const now = memory.keep({ dry: false, failedFor: 0 });
  return () => {
    if (seen[LIT101] < setPoints.l101) wanted[MV101] = OPEN;
    else if (seen[LIT101] > setPoints.h101) wanted[MV101] = CLOSED;

    if (seen[LIT301] < setPoints.l301) wanted[MV201] = OPEN;
    else if (seen[LIT301] > setPoints.h301) wanted[MV201] = CLOSED;

    now.dry = twoPoint(seen[LIT101] < 250, seen[LIT101] > 300, now.dry);
    const run = truth[MV201] === OPEN && !now.dry;
    wanted[P101] = run ? ON : OFF;
    now.failedFor = run && truth[P101] !== ON ? now.failedFor + 1 : 0;
    wanted[P102] = now.failedFor > 5 ? ON : OFF;
  };
}

/** P2 dosing while water flows: NaCl on low conductivity, HCl on high pH, NaOCl on low redox potential. */
export function dosingControl(world: World): Controller {
  const { seen, wanted } = world;
  const dose = (pump: number, flows: boolean, on: boolean, off: boolean): void => {
    wanted[pump] = flows && twoPoint(on, off, wanted[pump] === ON) ? ON : OFF;
  };
  return () => {
    const flows = seen[FIT201] > 0.5;
    dose(P201, flows, seen[AIT201] < 250, seen[AIT201] > 260);
    dose(P203, flows, seen[AIT202] > 7.05, seen[AIT202] < 6.95);
    dose(P205, flows, seen[AIT203] < 420, seen[AIT203] > 500);
  };
}
