import type { Memory } from './memory';
import { twoPoint, type Controller } from './plc';
import { at, OFF, ON, OPEN, type World } from './world';

const AIT402 = at('AIT402');
const AIT504 = at('AIT504');
const FIT401 = at('FIT401');
const LIT401 = at('LIT401');
const P402 = at('P402');
const P403 = at('P403');
const P501 = at('P501');
const UV401 = at('UV401');

/** Flow (m3/h) below which UV and high-pressure pump are shut down. */
const LOW_FLOW = 0.7;
/** Seconds that the RO rests after a shutdown, and that a flush must show flow before it runs again. */
const REST = 180;
const FLUSH = 30;
/** Permeate conductivity (uS/cm) that goes to the drain, and how long (s) the RO goes on like that. */
const SALTY = 15;
const SALTY_FOR = 1800;

const STEPS = ['run', 'rest', 'flush'] as const;
type Step = (typeof STEPS)[number];

/**
 * P4 and P5: the feed pump, UV and the high-pressure pump run together. Low flow, an empty T-401, a dead UV lamp or
 * half an hour of salty permeate shut the RO down; after a rest it is flushed and started again. While MV504 stands open
 * the shutdown sequence cannot begin.
 */
export function roControl(world: World, memory: Memory): Controller {
  const { seen, truth, wanted } = world;
  const begin: { step: Step; since: number; lowFor: number; darkFor: number; saltyFor: number; dry: boolean } = {
    step: 'run',
    since: 0,
    lowFor: 0,
    darkFor: 0,
    saltyFor: 0,
    dry: false,
  };
  const now = memory.keep(begin, ({ step }) => STEPS.includes(step));

  const go = (next: Step): void => {
    now.step = next;
    now.since = 0;
    now.lowFor = now.darkFor = now.saltyFor = 0;
  };

  const unwell = (): boolean =>
    now.dry || (now.since > 20 && now.lowFor > 5) || now.darkFor > 10 || now.saltyFor > SALTY_FOR;

  return () => {
    now.since += 1;
    now.dry = twoPoint(seen[LIT401] < 250, seen[LIT401] > 800, now.dry);
    now.lowFor = seen[FIT401] < LOW_FLOW ? now.lowFor + 1 : 0;
    now.darkFor = truth[UV401] === ON ? 0 : now.darkFor + 1;
    now.saltyFor = seen[AIT504] > SALTY ? now.saltyFor + 1 : 0;

    switch (now.step) {
      case 'run':
        if (unwell() && world.unrecorded.MV504 !== OPEN) go('rest');
        break;
      case 'rest':
        if (now.since > REST && !now.dry) go('flush');
        break;
      case 'flush':
        if (now.dry) go('rest');
        else if (now.since > FLUSH) go(now.lowFor === 0 ? 'run' : 'rest');
        break;
    }

    const runs = now.step === 'run';
    world.flushing = now.step === 'flush';
    world.permeateToDrain = seen[AIT504] > SALTY;
    wanted[UV401] = runs ? ON : OFF;
    wanted[P501] = runs ? ON : OFF;
    // The feed pump also serves a high-pressure pump that somebody keeps running, unless T-401 is empty.
    wanted[P402] = !now.dry && (now.step !== 'rest' || truth[P501] === ON) ? ON : OFF;
    wanted[P403] = twoPoint(seen[AIT402] > 250, seen[AIT402] < 240, wanted[P403] === ON) && runs ? ON : OFF;
  };
}
