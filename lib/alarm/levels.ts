import { SwatError } from '../errors';
import { LEVELS, type Level } from './verdict';

export interface LevelSettings {
  /** Ratios at which INFO, WARNING and CRITICAL begin, rising. */
  readonly thresholds: readonly [info: number, warning: number, critical: number];
  /** A level is reached when `n` of the last `m` windows are at or above it. */
  readonly n: number;
  readonly m: number;
  /** A level is left when as many windows are below this share of its threshold, 0 … 1. */
  readonly hysteresis: number;
}

/** What is kept of one asset: plain data, for a snapshot. At most `m` ratios. */
export interface LevelState {
  readonly level: Level;
  readonly ratios: readonly number[];
}

/** Before the first window. */
export const CALM: LevelState = { level: 'NONE', ratios: [] };

/**
 * Checks what the single settings cannot say of themselves.
 * @throws SwatError `levels-order` when the thresholds do not rise, `levels-persistence` when n is above m
 */
export function checkLevels(settings: LevelSettings): LevelSettings {
  const [info, warning, critical] = settings.thresholds;
  if (!(info > 0 && info < warning && warning < critical)) {
    throw new SwatError('levels-order', { info, warning, critical });
  }
  if (settings.n > settings.m) throw new SwatError('levels-persistence', { n: settings.n, m: settings.m });
  return settings;
}

/**
 * The level after one more window. It rises to the highest level that `n` of the last `m` ratios reach, and falls below
 * a level only when max(n, m - n + 1) of them are under `hysteresis` times its threshold: no set of ratios asks for
 * both, so a ratio that trembles around a threshold cannot make the level flicker.
 */
export function nextLevel(state: LevelState, ratio: number, settings: LevelSettings): LevelState {
  const { thresholds, n, m, hysteresis } = settings;
  const ratios = [...state.ratios, ratio].slice(-m);
  const reached = (rank: number): boolean => countFrom(ratios, thresholds[rank - 1]) >= n;
  const left = (rank: number): boolean =>
    ratios.length - countFrom(ratios, thresholds[rank - 1] * hysteresis) >= Math.max(n, m - n + 1);

  const before = LEVELS.indexOf(state.level);
  let rank = before;
  for (let higher = LEVELS.length - 1; higher > before && rank === before; higher -= 1) {
    if (reached(higher)) rank = higher;
  }
  if (rank === before) {
    while (rank > 0 && left(rank)) rank -= 1;
  }
  return { level: LEVELS[rank], ratios };
}

/** How many are at `least` or above. */
function countFrom(ratios: readonly number[], least: number): number {
  let count = 0;
  for (const ratio of ratios) if (ratio >= least) count += 1;
  return count;
}
