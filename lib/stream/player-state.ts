import { Fields } from './fields';
import { readPlace, type PlaceState } from './place';
import { readSimulated, type SimulatedState } from './simulated-state';
import type { SourceFrame } from './source';

/** A pace as JSON can carry it: infinite is `max`. */
type Factor = number | 'max';

interface Counts {
  /** Event time of the latest frame, ms. */
  readonly time: number;
  readonly frames: number;
  readonly skipped: number;
  readonly skippedCells: number;
}

/** How a player stands in the middle of it. */
export interface StandingPlayer extends Counts {
  readonly state: 'running' | 'paused';
  /** The pace, and the usual one that it stood in for. */
  readonly factor: Factor;
  readonly usual: Factor;
  readonly credits: number;
  readonly simulation?: SimulatedState & {
    /** A second that the plant has gone through and that was not yet sent. */
    readonly held: SourceFrame | null;
  };
  readonly replay?: PlaceState & {
    /** Line of the file that was sent last. */
    readonly line: number | null;
  };
}

/** How a player stands: plain data. One that is stopped has nothing to remember. */
export type SavedPlayer = StandingPlayer | (Counts & { readonly state: 'finished' });

/** A pace as it is saved, and back. */
export const toFactor = (factor: number): Factor => (Number.isFinite(factor) ? factor : 'max');
export const fromFactor = (factor: Factor): number => (factor === 'max' ? Number.POSITIVE_INFINITY : factor);

/**
 * Reads what was saved of a player.
 * @throws SwatError `snapshot-corrupt`, `unknown-attack`
 */
export function readPlayer(saved: unknown, mode: 'simulation' | 'historian'): SavedPlayer {
  const given = new Fields(saved, 'player');
  const state = given.word('state', ['running', 'paused', 'finished'] as const);
  const counts = {
    time: given.number('time'),
    frames: given.count('frames'),
    skipped: given.count('skipped'),
    skippedCells: given.count('skippedCells'),
  };
  if (state === 'finished') return { state, ...counts };
  const standing = {
    state,
    ...counts,
    factor: readFactor(given, 'factor'),
    usual: readFactor(given, 'usual'),
    credits: given.count('credits'),
  };
  if (mode === 'simulation') {
    const simulation = given.of('simulation');
    const held = simulation.has('held') ? readFrame(simulation.of('held')) : null;
    return { ...standing, simulation: { ...readSimulated(simulation), held } };
  }
  const replay = given.of('replay');
  const line = replay.has('line') ? replay.count('line') : null;
  return { ...standing, replay: { ...readPlace(replay), line } };
}

function readFactor(given: Fields, name: string): Factor {
  if (given.value(name) === 'max') return 'max';
  const factor = given.number(name);
  if (factor <= 0) throw given.wrong(name);
  return factor;
}

function readFrame(given: Fields): SourceFrame {
  const label = given.of('label');
  return {
    time: given.number('time'),
    values: given.numbers('values'),
    label: {
      attack: label.has('attack') ? label.count('attack') : null,
      since: label.has('since') ? label.number('since') : null,
    },
  };
}
