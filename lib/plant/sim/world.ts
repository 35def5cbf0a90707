import { SWAT } from '../swat';

/** Position of a SWaT tag in every array of the simulation. Called once a tag, when a module is loaded. */
export function at(tag: string): number {
  const index = SWAT.indexOf(tag);
  if (index === undefined) throw new RangeError(tag);
  return index;
}

/** Pump and valve states as the historian records them. */
export const OFF = 1;
export const ON = 2;
export const MOVING = 0;
export const CLOSED = 1;
export const OPEN = 2;

/** Footprint of every tank in m2, its height in mm, and what 1 m3/h does to its level in mm/s. */
export const TANK_AREA = 1.5;
export const TANK_HEIGHT = 1600;
export const MM_PER_S = 1000 / 3600 / TANK_AREA;

/** A tank: its true level, and the volumes that went through it since the start, in m3. */
export interface Tank {
  level: number;
  inflow: number;
  outflow: number;
  overflow: number;
}

/** PLC set points of the level control in mm; an operator may move them. */
export interface SetPoints {
  l101: number;
  h101: number;
  l301: number;
  h301: number;
  l401: number;
  h401: number;
}

export const SET_POINTS: Readonly<SetPoints> = { l101: 500, h101: 800, l301: 800, h301: 1000, l401: 800, h401: 1000 };

/** Everything the parts of the simulation share. Arrays have one entry per tag, in the order of the dictionary. */
export interface World {
  /** Event time, ms since the epoch. */
  time: number;
  /** Physical truth: what a perfect instrument would show, and the state that an actuator is really in. */
  readonly truth: Float64Array;
  /** What PLC and historian get: truth with noise, or a spoofed value. */
  readonly seen: Float64Array;
  /** What the PLC tells an actuator to be. */
  readonly wanted: Float64Array;
  /** What an attacker tells it to be; NaN where nobody does. */
  readonly forced: Float64Array;
  /** State of the valve that the historian does not record: MV504, closed unless an attacker opens it. */
  readonly unrecorded: { MV504: number };
  readonly setPoints: SetPoints;
  readonly t101: Tank;
  readonly t301: Tank;
  readonly t401: Tank;
  /** Permeate tank: feeds the backwash; its level is not recorded. */
  readonly t601: Tank;
  /** Fouling of the UF membrane, 0 after a backwash, about 1 after half an hour of filtration. */
  fouling: number;
  /** Feed goes round through the RO's bypass and back to T-401 (its valves are not recorded). */
  flushing: boolean;
  /** Permeate goes to the drain instead of T-601. */
  permeateToDrain: boolean;
}

/** Takes `inflow` and `outflow` (m3/h) for one second; what passes the rim is lost. */
export function fill(tank: Tank, inflow: number, outflow: number): void {
  tank.inflow += inflow / 3600;
  tank.outflow += outflow / 3600;
  tank.level += (inflow - outflow) * MM_PER_S;
  if (tank.level > TANK_HEIGHT) {
    tank.overflow += ((tank.level - TANK_HEIGHT) / 1000) * TANK_AREA;
    tank.level = TANK_HEIGHT;
  }
}

/** Share of its flow that a pump still gets from a tank: none from an empty one, all above 40 mm. */
export function suction(tank: Tank): number {
  return tank.level >= 40 ? 1 : Math.max(0, tank.level / 40);
}
