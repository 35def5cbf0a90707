import { SwatError } from '../errors';
import type { Action, Attack, Condition } from './attack';

const CLOSED = 1;
const OPEN = 2;
const OFF = 1;
const ON = 2;

const set = (tag: string, value: number, until?: number): Action => ({
  kind: 'set',
  tag,
  value,
  ...(until === undefined ? {} : { until }),
});
const ramp = (tag: string, perSecond: number): Action => ({ kind: 'ramp', tag, perSecond });
const force = (tag: string, state: number): Action => ({ kind: 'force', tag, state });
const is = (tag: string, state: number): Condition => ({ tag, is: state });
const above = (tag: string, value: number): Condition => ({ tag, above: value });
const below = (tag: string, value: number): Condition => ({ tag, below: value });

function attack(
  id: number,
  title: string,
  durationS: number,
  actions: readonly Action[],
  when: readonly Condition[],
  impact: string,
): Attack {
  const tags = [...new Set(actions.map((action) => action.tag))];
  return { id, title, stage: `P${/\d/.exec(tags[0])?.[0] ?? ''}`, tags, durationS, actions, when, impact };
}

const transferring = [is('P101', ON)];
const filtering = [is('P302', ON)];
/** T-401 needs nothing; P302 stands during a backwash too. */
const notFiltering = [is('MV302', CLOSED), is('MV301', CLOSED), is('MV304', CLOSED)];
const roRunning = [is('P501', ON)];
const backwashBegins = [is('MV302', 0), is('MV303', 0)];

/**
 * The 36 published attacks on SWaT (Goh et al., CRITIS 2016), as data for the simulated plant:
 * points, manipulation and duration as published. Where the list leaves a value open ("above HH"), one is chosen.
 * Attack 4 opens MV504, which the historian does not record: no shutdown of the RO can begin meanwhile, and as long as
 * none is due it leaves no trace in the 51 tags. Numbers 5, 9, 12, 15 and 18 had no physical effect: they are none.
 */
export const ATTACKS: readonly Attack[] = [
  attack(1, 'MV101 opened', 939, [force('MV101', OPEN)], [is('MV101', CLOSED)], 'T-101 overflows'),
  attack(2, 'P102 turned on beside P101', 442, [force('P102', ON)], transferring, 'pipe bursts'),
  attack(
    3,
    'LIT101 rises by 1 mm each second',
    382,
    [ramp('LIT101', 1)],
    [...transferring, below('LIT101', 700)],
    'T-101 runs empty, P101 is damaged',
  ),
  attack(4, 'MV504 opened', 389, [force('MV504', OPEN)], roRunning, 'the RO cannot be shut down'),
  attack(6, 'AIT202 shows pH 6', 195, [set('AIT202', 6)], [is('P203', ON)], 'acid dosing stops'),
  attack(7, 'LIT301 shows a level above HH', 428, [set('LIT301', 1250)], filtering, 'no inflow, T-301 runs empty'),
  attack(8, 'DPIT301 shows more than 40 kPa', 963, [set('DPIT301', 45)], filtering, 'backwash again and again'),
  attack(10, 'FIT401 shows less than 0.7', 160, [set('FIT401', 0.65)], roRunning, 'UV and P501 shut down'),
  attack(11, 'FIT401 shows 0', 560, [set('FIT401', 0)], roRunning, 'UV and P501 shut down'),
  attack(13, 'MV304 kept closed', 232, [force('MV304', CLOSED)], [is('MV303', 0), is('MV304', 0)], 'stage 3 halts'),
  attack(14, 'MV303 kept closed', 430, [force('MV303', CLOSED)], backwashBegins, 'stage 3 halts'),
  attack(16, 'LIT301 falls by 1 mm each second', 275, [ramp('LIT301', -1)], [above('LIT301', 850)], 'T-301 overflows'),
  attack(17, 'MV303 kept closed', 716, [force('MV303', CLOSED)], backwashBegins, 'stage 3 halts'),
  attack(19, 'AIT504 shows 16 uS/cm', 258, [set('AIT504', 16)], roRunning, 'RO shuts down after half an hour'),
  attack(20, 'AIT504 shows 255 uS/cm', 394, [set('AIT504', 255)], roRunning, 'RO shuts down after half an hour'),
  attack(
    21,
    'MV101 kept open, LIT101 shows 700 mm',
    720,
    [force('MV101', OPEN), set('LIT101', 700)],
    [is('MV101', OPEN)],
    'T-101 overflows',
  ),
  attack(
    22,
    'UV401 stopped, AIT502 shows 150 mV, P501 kept on',
    462,
    [force('UV401', OFF), set('AIT502', 150), force('P501', ON)],
    roRunning,
    'chlorine reaches the RO membranes',
  ),
  attack(
    23,
    'DPIT301 above 40 kPa, MV302 kept open, P602 kept off',
    696,
    [force('P602', OFF), set('DPIT301', 45), force('MV302', OPEN)],
    filtering,
    'stage 3 freezes',
  ),
  attack(24, 'P203 and P205 turned off', 320, [force('P203', OFF), force('P205', OFF)], [is('P203', ON)], 'poor water'),
  attack(
    25,
    'LIT401 shows 1000 mm, P402 kept on',
    611,
    [set('LIT401', 1000), force('P402', ON)],
    [...notFiltering, below('LIT401', 950)],
    'T-401 runs empty',
  ),
  attack(
    26,
    'P101 kept on, LIT301 shows 801 mm',
    1444,
    [force('P101', ON), set('LIT301', 801)],
    [is('MV201', OPEN)],
    'T-101 runs empty, T-301 overflows',
  ),
  attack(
    27,
    'P302 kept on, LIT401 shows 600 mm',
    1690,
    [force('P302', ON), set('LIT401', 600, 533)],
    filtering,
    'T-401 overflows',
  ),
  attack(28, 'P302 kept off', 34_208, [force('P302', OFF)], filtering, 'no inflow to T-401'),
  attack(
    29,
    'P201, P203 and P205 turned on',
    120,
    [force('P201', ON), force('P203', ON), force('P205', ON)],
    [is('MV201', CLOSED)],
    'chemicals wasted',
  ),
  attack(
    30,
    'P101 and MV201 kept on, LIT101 shows 700 mm',
    1170,
    [set('LIT101', 700), force('P101', ON), force('MV201', OPEN)],
    [is('MV101', CLOSED)],
    'T-101 runs empty, T-301 overflows',
  ),
  attack(31, 'LIT401 shows a level below L', 366, [set('LIT401', 780)], [above('LIT401', 820)], 'T-401 overflows'),
  attack(32, 'LIT301 shows a level above HH', 600, [set('LIT301', 1250)], filtering, 'T-301 runs empty'),
  attack(33, 'LIT101 shows a level above H', 443, [set('LIT101', 850)], transferring, 'T-101 runs empty'),
  attack(34, 'P101 turned off', 100, [force('P101', OFF)], transferring, 'outflow stops'),
  attack(
    35,
    'P101 turned off, P102 kept off',
    480,
    [force('P101', OFF), force('P102', OFF)],
    transferring,
    'outflow stops',
  ),
  attack(36, 'LIT101 shows a level below LL', 539, [set('LIT101', 240)], [above('LIT101', 400)], 'T-101 overflows'),
  attack(
    37,
    'P501 turned off, FIT502 shows 1.29',
    468,
    [force('P501', OFF), { ...set('FIT502', 1.29), from: 94 }],
    roRunning,
    'less permeate',
  ),
  attack(
    38,
    'AIT402 and AIT502 show 260 mV',
    280,
    [set('AIT402', 260), set('AIT502', 260)],
    roRunning,
    'overdosing, water goes to the drain',
  ),
  attack(
    39,
    'FIT401 shows 0.5, AIT502 shows 140 mV',
    400,
    [set('FIT401', 0.5), set('AIT502', 140)],
    roRunning,
    'UV shuts down',
  ),
  attack(40, 'FIT401 shows 0', 296, [set('FIT401', 0)], roRunning, 'UV shuts down'),
  attack(
    41,
    'LIT301 falls by 0.5 mm each second',
    1689,
    [ramp('LIT301', -0.5)],
    [above('LIT301', 900)],
    'T-301 overflows',
  ),
];

/**
 * The attack of that number.
 * @throws SwatError `unknown-attack`, with the numbers there are
 */
export function attackOf(id: number): Attack {
  const found = ATTACKS.find((candidate) => candidate.id === id);
  if (found !== undefined) return found;
  throw new SwatError('unknown-attack', { attack: id, known: ATTACKS.map((candidate) => candidate.id).join(', ') });
}
