import type { Random } from '../../kernels/random';
import type { Memory } from './memory';
import { wandering } from './noise';
import { at, ON, TANK_AREA, type Tank, type World } from './world';

const FIT201 = at('FIT201');
const FIT301 = at('FIT301');
const FIT401 = at('FIT401');
const FIT502 = at('FIT502');
const AIT201 = at('AIT201');
const AIT202 = at('AIT202');
const AIT203 = at('AIT203');
const AIT401 = at('AIT401');
const AIT402 = at('AIT402');
const AIT501 = at('AIT501');
const AIT502 = at('AIT502');
const AIT503 = at('AIT503');
const AIT504 = at('AIT504');
const P201 = at('P201');
const P202 = at('P202');
const P203 = at('P203');
const P204 = at('P204');
const P205 = at('P205');
const P206 = at('P206');
const P403 = at('P403');
const P404 = at('P404');
const UV401 = at('UV401');

/** Conductivity, pH and redox potential of one body of water. */
type Water = [conductivity: number, ph: number, orp: number];

const HOUR = 3600;

/**
 * One second of chemistry: raw water that wanders over hours, dosing that shifts it while water flows, mixing in the
 * two feed tanks, dechlorination by UV and NaHSO3, and what the RO holds back.
 */
export function chemistry(world: World, memory: Memory, random: Random): () => void {
  const { truth, t301, t401 } = world;
  const slow = (mean: number, deviation: number, hours: number): ReturnType<typeof wandering> =>
    wandering(memory, random, mean, deviation, hours * HOUR, 10);
  const rawConductivity = slow(261, 3.4, 4);
  const rawPh = slow(8.62, 0.05, 5);
  const rawOrp = slow(332, 7, 3);
  const hardness = slow(45, 11, 6);
  const redox = slow(0, 6, 3);
  const redoxRo = slow(145, 1.3, 3);
  const passage = slow(0.0375, 0.0016, 4);

  const dosed = memory.keep({ salt: 0, acid: 0.1, chlorine: 25, sulphite: 0, dark: 0, restart: 0 });
  const line: Water = [rawConductivity.next(), rawPh.next() - 0.1, rawOrp.next() + 25];
  const in301: Water = [...line];
  const in401: Water = [...line];
  memory.keep({ line, in301, in401 });

  const doses = (a: number, b: number): number => (truth[a] === ON ? 1 : 0) + (truth[b] === ON ? 1 : 0);

  return () => {
    const flows = truth[FIT201] > 0.3;
    // Dosing builds up while water passes, and fades when the line stands.
    approach(dosed, 'salt', 14 * doses(P201, P202), flows ? 120 : 900);
    approach(dosed, 'acid', 0.26 * doses(P203, P204), flows ? 500 : 1500);
    approach(dosed, 'chlorine', 42 * doses(P205, P206), flows ? 600 : 1500);
    line[0] += (rawConductivity.next() + dosed.salt - line[0]) / 45;
    line[1] += (rawPh.next() - dosed.acid - line[1]) / 45;
    line[2] += (rawOrp.next() + dosed.chlorine - line[2]) / 45;
    mix(in301, line, truth[FIT201], t301);
    mix(in401, in301, truth[FIT301], t401);

    const feeds = truth[FIT401] > 0.3;
    approach(dosed, 'dark', feeds && truth[UV401] !== ON ? 130 : 0, 150);
    approach(dosed, 'sulphite', feeds ? 95 * doses(P403, P404) : 0, 120);
    const shift = dosed.dark - dosed.sulphite;
    // After a standstill the first permeate is salty: salt has crept through the membranes meanwhile.
    approach(dosed, 'restart', truth[FIT502] > 0.8 ? 0 : 3, truth[FIT502] > 0.8 ? 300 : 1800);

    truth[AIT201] = line[0];
    truth[AIT202] = line[1];
    truth[AIT203] = line[2];
    truth[AIT401] = hardness.next();
    truth[AIT402] = 175 + 0.25 * (in401[2] - 355) + redox.next() + shift;
    truth[AIT501] = in401[1] - 0.72;
    truth[AIT502] = redoxRo.next() + 0.8 * shift;
    truth[AIT503] = in401[0] + 2;
    truth[AIT504] = passage.next() * truth[AIT503] + dosed.restart;
  };
}

/** First-order lag of one second towards a target. */
function approach<K extends string>(state: Record<K, number>, key: K, target: number, tau: number): void {
  state[key] += (target - state[key]) / tau;
}

/** What flows into a tank (m3/h, one second) mixes with all that is in it. */
function mix(tankWater: Water, incoming: Water, inflow: number, tank: Tank): void {
  const share = inflow / 3600 / Math.max(0.05, (tank.level / 1000) * TANK_AREA);
  for (let part = 0; part < 3; part += 1) tankWater[part] += (incoming[part] - tankWater[part]) * share;
}
