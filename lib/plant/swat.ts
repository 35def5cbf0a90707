import { createPlant, type Plant, type Tag } from './dictionary';
import { SWAT_GUIDANCE } from './swat-guidance';
import { withRegisters } from './swat-registers';

const VALVE = { 0: 'moving', 1: 'closed', 2: 'open' };
const PUMP = { 1: 'off', 2: 'on' };

type SetPoints = readonly [hh: number, h: number, l: number, ll?: number];

/** The stage that a SWaT tag's number names, recorded or not: LIT301 stands in P3. */
export function stageOf(name: string): string {
  return `P${/\d/.exec(name)?.[0] ?? ''}`;
}

/**
 * Greatest change per second by the letters of a tag. A tank of 1.5 m2 moves by 0.48 mm/s at its greatest inflow or outflow;
 * the rest is noise, and water that comes from two sides at once.
 */
const RATES: Readonly<Record<string, number>> = { LIT: 0.9 };

function sensor(
  name: string,
  unit: string,
  [low, high]: readonly [number, number],
  description: string,
  setPoints?: SetPoints,
): Tag {
  const ratePerS = RATES[name.slice(0, 3)] as number | undefined;
  const check = ratePerS === undefined ? {} : { check: { ratePerS } };
  const tag: Tag = { name, stage: stageOf(name), kind: 'sensor', unit, low, high, description, ...check };
  if (setPoints === undefined) return tag;
  const [hh, h, l, ll] = setPoints;
  return { ...tag, limits: { ...(ll !== undefined && { ll }), l, h, hh } };
}

function actuator(name: string, states: Readonly<Record<string, string>>, description: string): Tag {
  return { name, stage: stageOf(name), kind: 'actuator', unit: '', low: 0, high: 2, states, description };
}

const valve = (name: string, description: string): Tag => actuator(name, VALVE, description);
const pump = (name: string, description: string): Tag => actuator(name, PUMP, description);

// Plausible ranges: what the instrument can say at all, wider than any operation or any published attack.
const LEVEL = [-50, 1700] as const;
const FLOW = [-0.2, 6] as const;
const PH = [0, 14] as const;
const ORP = [-1000, 1500] as const;
const CONDUCTIVITY = [-5, 1500] as const;
const PRESSURE = [-20, 1000] as const;

const TAGS: readonly Tag[] = [
  sensor('FIT101', 'm3/h', FLOW, 'raw water inflow to tank T-101', [3, 2.6, 2.5, 0]),
  sensor('LIT101', 'mm', LEVEL, 'level of raw water tank T-101', [1100, 800, 500, 250]),
  valve('MV101', 'inlet valve of raw water tank T-101'),
  pump('P101', 'raw water transfer pump'),
  pump('P102', 'raw water transfer pump, standby of P101'),
  sensor('AIT201', 'uS/cm', CONDUCTIVITY, 'conductivity after NaCl dosing', [950, 260, 250, 50]),
  sensor('AIT202', 'pH', PH, 'pH after HCl dosing', [12, 7.05, 6.95, 3]),
  sensor('AIT203', 'mV', ORP, 'oxidation-reduction potential after NaOCl dosing', [750, 500, 420, 100]),
  sensor('FIT201', 'm3/h', FLOW, 'flow from T-101 to UF feed tank T-301', [4, 2, 0.5, 0]),
  valve('MV201', 'inlet valve of UF feed tank T-301'),
  pump('P201', 'NaCl dosing pump'),
  pump('P202', 'NaCl dosing pump, standby of P201'),
  pump('P203', 'HCl dosing pump'),
  pump('P204', 'HCl dosing pump, standby of P203'),
  pump('P205', 'NaOCl dosing pump'),
  pump('P206', 'NaOCl dosing pump, standby of P205'),
  sensor('DPIT301', 'kPa', [-10, 150], 'differential pressure over the UF membrane', [101.3, 40.5, 10.1, 0]),
  sensor('FIT301', 'm3/h', FLOW, 'flow into the UF unit', [4, 2.4, 0.5, 0]),
  sensor('LIT301', 'mm', LEVEL, 'level of UF feed tank T-301', [1200, 1000, 800, 250]),
  valve('MV301', 'UF backwash valve'),
  valve('MV302', 'UF product valve to RO feed tank T-401'),
  valve('MV303', 'UF backwash drain valve'),
  valve('MV304', 'UF drain valve'),
  pump('P301', 'UF feed pump, standby of P302'),
  pump('P302', 'UF feed pump'),
  sensor('AIT401', 'ppm', [-5, 300], 'hardness of the RO feed', [100, 80, 0, 0]),
  // Its published LL of 200 mV is no alarm limit: the plant runs below it all day.
  sensor('AIT402', 'mV', ORP, 'oxidation-reduction potential after UV and NaHSO3', [800, 250, 240]),
  sensor('FIT401', 'm3/h', FLOW, 'flow to the UV dechlorinator and the RO', [4, 2, 0.5, 0]),
  sensor('LIT401', 'mm', LEVEL, 'level of RO feed tank T-401', [1200, 1000, 800, 250]),
  pump('P401', 'RO feed pump, standby of P402'),
  pump('P402', 'RO feed pump'),
  pump('P403', 'NaHSO3 dosing pump'),
  pump('P404', 'NaHSO3 dosing pump, standby of P403'),
  actuator('UV401', PUMP, 'UV dechlorinator'),
  sensor('AIT501', 'pH', PH, 'pH of the RO feed', [14, 8, 6, 2]),
  sensor('AIT502', 'mV', ORP, 'oxidation-reduction potential of the RO feed', [300, 250, 0, 0]),
  sensor('AIT503', 'uS/cm', CONDUCTIVITY, 'conductivity of the RO feed', [500, 260, 250, 0]),
  sensor('AIT504', 'uS/cm', CONDUCTIVITY, 'conductivity of the RO permeate', [15, 10, 0, 0]),
  sensor('FIT501', 'm3/h', FLOW, 'flow into the RO membranes', [4, 2, 1, 0]),
  sensor('FIT502', 'm3/h', FLOW, 'RO permeate flow', [4, 1.3, 1.1, 0]),
  sensor('FIT503', 'm3/h', FLOW, 'RO reject flow', [4, 0.9, 0.7, 0]),
  sensor('FIT504', 'm3/h', FLOW, 'RO recirculation flow', [2, 0.35, 0.25, 0]),
  pump('P501', 'RO high-pressure pump'),
  pump('P502', 'RO high-pressure pump, standby of P501'),
  sensor('PIT501', 'kPa', PRESSURE, 'RO feed pressure'),
  sensor('PIT502', 'kPa', PRESSURE, 'RO permeate pressure'),
  sensor('PIT503', 'kPa', PRESSURE, 'RO reject pressure'),
  sensor('FIT601', 'm3/h', FLOW, 'UF backwash flow'),
  pump('P601', 'permeate return pump to T-101'),
  pump('P602', 'UF backwash pump'),
  pump('P603', 'cleaning pump, not used in operation'),
];

/**
 * The 51 tags of the Secure Water Treatment testbed (25 sensors, 26 actuators) in the order of its historian, as
 * published with the data set of December 2015 (Goh et al., CRITIS 2016). `limits` are the PLC's alarm set points; `guidance`
 * and the registers in `source` are the product's own.
 */
export const SWAT: Plant = createPlant(
  'SWaT',
  withRegisters(TAGS).map((tag) => {
    const guidance = SWAT_GUIDANCE[tag.name];
    return guidance === undefined ? tag : { ...tag, guidance };
  }),
);
