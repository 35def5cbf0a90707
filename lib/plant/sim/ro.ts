import { twoPoint, type Controller } from './plc';
import { at, OFF, ON, type World } from './world';

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

type Step = 'run' | 'rest' | 'flush';

/**
 * P4 and P5: the feed pump, UV and the high-pressure pump run together. Low flow, an empty T-401, a dead UV lamp or
 * half an hour of salty permeate shut the RO down; after a rest it is flushed and started again.
 */
export function roControl(world: World): Controller {
  const { seen, truth, wanted } = world;
  let step: Step = 'run';
  let since = 0;
  let lowFor = 0;
  let darkFor = 0;
  let saltyFor = 0;
  let dry = false;

  const go = (next: Step): void => {
    step = next;
    since = 0;
    lowFor = darkFor = saltyFor = 0;
  };

  return () => {
    since += 1;
    dry = twoPoint(seen[LIT401] < 250, seen[LIT401] > 800, dry);
    lowFor = seen[FIT401] < LOW_FLOW ? lowFor + 1 : 0;
    darkFor = truth[UV401] === ON ? 0 : darkFor + 1;
    saltyFor = seen[AIT504] > SALTY ? saltyFor + 1 : 0;

    switch (step) {
      case 'run':
        if (dry || (since > 20 && lowFor > 5) || darkFor > 10 || saltyFor > SALTY_FOR) go('rest');
        break;
      case 'rest':
        if (since > REST && !dry) go('flush');
        break;
      case 'flush':
        if (dry) go('rest');
        else if (since > FLUSH) go(lowFor === 0 ? 'run' : 'rest');
        break;
    }

    const runs = step === 'run';
    world.flushing = step === 'flush';
    world.permeateToDrain = seen[AIT504] > SALTY;
    wanted[UV401] = runs ? ON : OFF;
    wanted[P501] = runs ? ON : OFF;
    // The feed pump also serves a high-pressure pump that somebody keeps running, unless T-401 is empty.
    wanted[P402] = !dry && (step !== 'rest' || truth[P501] === ON) ? ON : OFF;
    wanted[P403] = twoPoint(seen[AIT402] > 250, seen[AIT402] < 240, wanted[P403] === ON) && runs ? ON : OFF;
  };
}
