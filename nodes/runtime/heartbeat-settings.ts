import type { NodeDef } from 'node-red';
import type { HeartbeatSettings } from '../../lib/alarm/heartbeat';
import { readChoice, readNumber } from './settings';

/** What `swat-heartbeat` does. */
export interface BeatSettings {
  readonly heartbeat: HeartbeatSettings;
  readonly everyMs: number;
  /** `counter`: the payload is the number alone, for a register. */
  readonly payload: 'object' | 'counter';
}

/** Detection that stands still for so long is told, ms: a garbage collection is far below. */
const STALL_MS = 5000;

/** @throws SwatError `setting-number`, `setting-choice` */
export function readBeatSettings(given: NodeDef & Readonly<Record<string, unknown>>): BeatSettings {
  const seconds = (name: string, min: number, max: number, fallback: number): number =>
    readNumber(name, given[name], { min, max, fallback }) * 1000;
  return {
    heartbeat: {
      silentMs: seconds('silent', 1, 86_400, 60),
      behindMs: seconds('behind', 0, 86_400, 0),
      need: readChoice('need', given.need, ['every', 'any'], 'every'),
      stallMs: STALL_MS,
      mostAssets: 10_000,
    },
    everyMs: seconds('every', 1, 3600, 10),
    payload: readChoice('payload', given.payload, ['object', 'counter'], 'object'),
  };
}
