import type { Contribution } from '../detect/detector';
import type { TagInfo } from './tag-info';

/** An expectation no farther than this from a state means it; states are whole numbers. */
const CLEAR = 0.25;
/** A range that begins less than this share of it below zero is that of an instrument: what it measures ends at zero. */
const BELOW_ZERO = 0.1;

type Expected = Pick<Contribution, 'feature' | 'expected' | 'expectedRange' | 'expectedState'>;

/**
 * What a detector expected of a tag that it blames, as the lowest and the highest value that the tag can have: of an actuator one
 * state, where it expected that one clearly. Empty where nothing of that is known. Without a range only a mean is taken: lows,
 * highs and means in turn would be no line.
 */
export function expectationOf(blamed: Expected, info: TagInfo): readonly number[] {
  const { feature, expected, expectedRange } = blamed;
  if (info.kind === 'actuator' && info.states !== undefined) return stateOf(blamed, info.states);
  const range = expectedRange ?? (feature === 'mean' ? [expected, expected] : []);
  const floor = floorOf(info);
  const ceiling = info.high ?? Infinity;
  return range.map((value) => Math.min(ceiling, Math.max(floor, value)));
}

/** The state that is told in words comes first: no screen may say another one. */
function stateOf(
  { expected, expectedRange, expectedState }: Expected,
  states: NonNullable<TagInfo['states']>,
): number[] {
  const ranges = [expectedState === undefined ? undefined : ([expected, expected] as const), expectedRange];
  const known = Object.keys(states).map(Number);
  for (const range of ranges) {
    if (range === undefined) continue;
    const [low, high] = range;
    const state = known.find((each) => each - low <= CLEAR && high - each <= CLEAR);
    if (state !== undefined) return [state];
  }
  return [];
}

function floorOf({ low = -Infinity, high = Infinity }: TagInfo): number {
  return low < 0 && -low < (high - low) * BELOW_ZERO && high < Infinity ? 0 : low;
}
