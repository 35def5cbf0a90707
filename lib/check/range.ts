import type { TagRule } from './settings';

/**
 * Which alarm limit of its tag a value is past, with 1 % of the range as slack; `undefined` where it is past none. A person gave
 * the limits, so they count from the first value on, and nothing that happens unlearns them.
 */
export function pastLimit({ ll, hh }: TagRule, value: number): 'above' | 'below' | undefined {
  return value > hh ? 'above' : value < ll ? 'below' : undefined;
}
