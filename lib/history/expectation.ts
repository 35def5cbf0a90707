import type { Contribution } from '../detect/detector';
import type { TagInfo } from './tag-info';

/** An expectation no farther than this from a state means it; states are whole numbers. */
const CLEAR = 0.25;
/** A range that begins less than this share of it below zero is that of an instrument: what it measures ends at zero. */
const BELOW_ZERO = 0.1;

/**
 * What a detector expected of a tag that it blames, as the lowest and the highest value that the tag can have: of an actuator one
 * state, where it expected that one clearly. Empty where nothing of that is known. Without a range only a mean is taken: lows,
 * highs and means in turn would be no line.
 */
export function expectationOf(
  { feature, expected, expectedRange }: Pick<Contribution, 'feature' | 'expected' | 'expectedRange'>,
  info: TagInfo,
): readonly number[] {
  const range = expectedRange ?? (feature === 'mean' ? ([expected, expected] as const) : undefined);
  if (range === undefined) return [];
  const [low, high] = range;
  if (info.kind === 'actuator' && info.states !== undefined) {
    const means = (state: number): boolean => state - low <= CLEAR && high - state <= CLEAR;
    const state = Object.keys(info.states).map(Number).find(means);
    return state === undefined ? [] : [state];
  }
  const floor = floorOf(info);
  const ceiling = info.high ?? Infinity;
  return [low, high].map((value) => Math.min(ceiling, Math.max(floor, value)));
}

function floorOf({ low = -Infinity, high = Infinity }: TagInfo): number {
  return low < 0 && -low < (high - low) * BELOW_ZERO && high < Infinity ? 0 : low;
}
