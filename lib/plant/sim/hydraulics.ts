import type { Random } from '../../kernels/random';
import type { Actuators } from './actuators';
import type { Memory } from './memory';
import { wandering } from './noise';
import { at, fill, ON, suction, type World } from './world';

const MV101 = at('MV101');
const MV201 = at('MV201');
const MV301 = at('MV301');
const MV302 = at('MV302');
const P101 = at('P101');
const P102 = at('P102');
const P301 = at('P301');
const P302 = at('P302');
const P401 = at('P401');
const P402 = at('P402');
const P501 = at('P501');
const P502 = at('P502');
const P601 = at('P601');
const P602 = at('P602');
const FIT101 = at('FIT101');
const FIT201 = at('FIT201');
const FIT301 = at('FIT301');
const FIT401 = at('FIT401');
const FIT501 = at('FIT501');
const FIT502 = at('FIT502');
const FIT503 = at('FIT503');
const FIT504 = at('FIT504');
const FIT601 = at('FIT601');
const LIT101 = at('LIT101');
const LIT301 = at('LIT301');
const LIT401 = at('LIT401');

/** Nominal flows in m3/h. */
const RAW = 2.54;
const TRANSFER = 2.44;
const UF = 2.22;
const FEED = 1.7;
const RECIRCULATED = 0.31;
const RETURN = 1.2;
const BACKWASH = 1.8;
/** Share of the membrane's feed that becomes permeate; with the high-pressure pump standing. */
const RECOVERY = 0.633;
const RECOVERY_WITHOUT_PRESSURE = 0.05;
/** A second pump on the same pipe adds a fifth. */
const BOTH = 1.2;

const DAY = 86_400_000;

/** One second of water: flows from pumps and valves, then the mass balance of every tank. */
export function hydraulics(world: World, actuators: Actuators, memory: Memory, random: Random): () => void {
  const { truth, t101, t301, t401, t601 } = world;
  const raw = wandering(memory, random, 1, 0.008, 300);
  const transfer = wandering(memory, random, 1, 0.003, 120);
  const uf = wandering(memory, random, 1, 0.004, 120);
  const feed = wandering(memory, random, 1, 0.003, 200);
  const recovery = wandering(memory, random, RECOVERY, 0.0025, 5000, 10);
  const recirculated = wandering(memory, random, RECIRCULATED, 0.002, 300);
  const lag = memory.keep({ raw: 0, transfer: 0, uf: 0, feed: 0, backwash: 0 });

  const pumps = (a: number, b: number): number => {
    const running = (truth[a] === ON ? 1 : 0) + (truth[b] === ON ? 1 : 0);
    return running === 2 ? BOTH : running;
  };
  const follow = (pipe: keyof typeof lag, target: number): number => {
    lag[pipe] += (target - lag[pipe]) * 0.45;
    return lag[pipe];
  };

  return () => {
    const swing = 1 + 0.025 * Math.sin((2 * Math.PI * (world.time % DAY)) / DAY);
    const q101 = follow('raw', RAW * raw.next() * swing * actuators.opening(MV101));
    const q201 =
      follow('transfer', TRANSFER * transfer.next() * pumps(P101, P102) * actuators.opening(MV201)) * suction(t101);
    const q301 =
      follow('uf', UF * uf.next() * (1 - 0.02 * world.fouling) * pumps(P301, P302) * actuators.opening(MV302)) *
      suction(t301);
    const q601 = follow('backwash', truth[P602] === ON ? BACKWASH * actuators.opening(MV301) : 0) * suction(t601);

    const pressed = pumps(P501, P502) > 0;
    // Without the high-pressure pump, the feed pump alone pushes little more than half through the membranes.
    const q401 = follow('feed', FEED * feed.next() * pumps(P401, P402) * (pressed ? 1 : 0.56)) * suction(t401);
    const q501 = world.flushing ? 0 : q401;
    const q504 = recirculated.next() * (pressed ? q501 / FEED : 0);
    const share = recovery.next();
    const q502 = (q501 + q504) * (pressed ? share : RECOVERY_WITHOUT_PRESSURE);
    const q503 = q501 + q504 - q502;
    const returned = truth[P601] === ON ? RETURN * suction(t601) : 0;

    fill(t101, q101 + returned, q201);
    fill(t301, q201, q301);
    fill(t401, q301 + (world.flushing ? q401 : 0), q401);
    fill(t601, world.permeateToDrain ? 0 : q502, q601 + returned);
    world.fouling = Math.min(1.5, Math.max(0, world.fouling + q301 / UF / 1800 - 0.04 * (q601 / BACKWASH)));

    truth[FIT101] = q101;
    truth[FIT201] = q201;
    truth[FIT301] = q301;
    truth[FIT401] = q401;
    truth[FIT501] = q501;
    truth[FIT502] = q502;
    truth[FIT503] = q503;
    truth[FIT504] = q504;
    truth[FIT601] = q601;
    truth[LIT101] = t101.level;
    truth[LIT301] = t301.level;
    truth[LIT401] = t401.level;
  };
}
