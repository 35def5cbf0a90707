import type { Tag } from '../plant/dictionary';
import type { Statistic, WindowSchema } from '../stream/schema';
import type { Contribution } from './detector';

/** Positions of a schema's features that belong to each tag. */
export function featuresByTag(schema: WindowSchema): readonly (readonly number[])[] {
  const lists = schema.tags.map((): number[] => []);
  schema.features.forEach((feature, index) => lists[feature.tag].push(index));
  return lists;
}

// What an operator can hold against the screen comes first: a level, even one that carries only a fair part of the
// guilt; then how fast it moves; a spread is told only when nothing else says enough. Guilt is a square: a twentieth of
// it is more than a fifth of the deviation.
const LEVELS: ReadonlySet<Statistic> = new Set<Statistic>(['mean', 'min', 'max', 'first']);
const TOLD_FIRST: readonly (readonly [ReadonlySet<Statistic>, number])[] = [
  [LEVELS, 0.05],
  [new Set<Statistic>(['slope']), 0.25],
];

/** The feature to tell of a tag: the first kind of {@link TOLD_FIRST} that carries enough, else its guiltiest. */
function mostTelling(schema: WindowSchema, list: readonly number[], guilt: ArrayLike<number>): number {
  const guiltiest = (some: readonly number[]) =>
    some.reduce((best, index) => (guilt[index] > guilt[best] ? index : best));
  const overall = guiltiest(list);
  for (const [statistics, enough] of TOLD_FIRST) {
    const some = list.filter((index) => statistics.has(schema.features[index].statistic));
    if (some.length === 0) continue;
    const best = guiltiest(some);
    if (guilt[best] >= enough * guilt[overall]) return best;
  }
  return overall;
}

type States = Required<Pick<Contribution, 'seenState' | 'expectedState'>>;

/** A feature's values as states of the tag; `undefined` unless both round to one that the dictionary names. */
function statesOf({ kind, states }: Tag, seen: number, expected: number): States | undefined {
  if (kind !== 'actuator' || states === undefined) return undefined;
  const named = (value: number): string | undefined => {
    const key = String(Math.round(value));
    return Object.hasOwn(states, key) ? states[key] : undefined;
  };
  const [seenState, expectedState] = [named(seen), named(expected)];
  return seenState === undefined || expectedState === undefined ? undefined : { seenState, expectedState };
}

/** What is told of a tag, with its states where it is an actuator: a feature that shows a difference of state goes first. */
function told(
  schema: WindowSchema,
  list: readonly number[],
  guilt: ArrayLike<number>,
  features: ArrayLike<number>,
  expected: (feature: number) => number,
): { feature: number; states?: States } {
  const telling = mostTelling(schema, list, guilt);
  const tag = schema.tags[schema.features[telling].tag];
  if (tag.kind !== 'actuator' || tag.states === undefined) return { feature: telling };
  const rest = list.filter((index) => index !== telling).sort((a, b) => guilt[b] - guilt[a]);
  const read = [telling, ...rest]
    .filter((index) => LEVELS.has(schema.features[index].statistic))
    .flatMap((feature) => {
      const states = statesOf(tag, features[feature], expected(feature));
      return states === undefined ? [] : [{ feature, states }];
    });
  const differs = read.find(({ feature, states }) => guilt[feature] > 0 && states.seenState !== states.expectedState);
  const same = read.find(({ states }) => states.seenState === states.expectedState);
  return differs ?? same ?? { feature: telling };
}

/**
 * From the lowest to the highest level that is expected of a tag, over its shortest windows. `undefined` where there is no level
 * among its features, or all of them are held to one end of what the tag can be: the model expects something beyond it.
 */
function expectedRange(
  { tags, features }: WindowSchema,
  list: readonly number[],
  expected: (feature: number) => number,
): Contribution['expectedRange'] {
  const levels = list.filter((index) => LEVELS.has(features[index].statistic));
  // Raw samples are windows of one, two, three samples: not what a window's level is told of.
  const windowed = levels.filter((index) => features[index].statistic !== 'first');
  const told = windowed.length > 0 ? windowed : levels;
  if (told.length === 0) return undefined;
  const shortest = Math.min(...told.map((index) => features[index].length));
  const values = told.filter((index) => features[index].length === shortest).map(expected);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const tag = tags[features[told[0]].tag];
  return high <= tag.low || low >= tag.high ? undefined : [low, high];
}

/**
 * Ranks tags by the sum of their features' guilt. Shares are of all guilt, so those of all tags sum up to 1; tags
 * without guilt are left out.
 * @param guilt not negative, one number a feature
 * @param expected what the model expects of a feature, in units
 */
export function rankTags(
  schema: WindowSchema,
  byTag: readonly (readonly number[])[],
  guilt: ArrayLike<number>,
  features: ArrayLike<number>,
  expected: (feature: number) => number,
  most: number,
): Contribution[] {
  const perTag = byTag.map((list) => list.reduce((sum, index) => sum + guilt[index], 0));
  const total = perTag.reduce((sum, value) => sum + value, 0);
  return greatest(perTag, most).map((tag) => {
    const { feature: telling, states } = told(schema, byTag[tag], guilt, features, expected);
    const range = expectedRange(schema, byTag[tag], expected);
    return {
      tag: schema.tags[tag].name,
      stage: schema.tags[tag].stage,
      feature: schema.features[telling].statistic,
      share: perTag[tag] / total,
      seen: features[telling],
      expected: expected(telling),
      unit: schema.tags[tag].unit,
      ...(range && { expectedRange: range }),
      ...states,
    };
  });
}

/** Positions of the greatest values above 0, at most `most`: the greatest first, and of equal ones the first. To sort them all takes longer. */
function greatest(values: readonly number[], most: number): number[] {
  const found: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    let at = found.length;
    while (at > 0 && values[found[at - 1]] < value) at -= 1;
    if (!(value > 0) || at >= most) continue;
    found.splice(at, 0, index);
    if (found.length > most) found.pop();
  }
  return found;
}
