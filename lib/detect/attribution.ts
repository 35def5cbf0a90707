import type { Statistic, WindowSchema } from '../stream/schema';
import type { Contribution } from './detector';

/** Positions of a schema's features that belong to each tag. */
export function featuresByTag(schema: WindowSchema): readonly (readonly number[])[] {
  const lists = schema.tags.map((): number[] => []);
  schema.features.forEach((feature, index) => lists[feature.tag].push(index));
  return lists;
}

// What an operator can hold against the screen; told instead of a spread or a slope that is not far guiltier.
const LEVELS: ReadonlySet<Statistic> = new Set(['mean', 'min', 'max']);
const MUCH_LESS = 0.25;

/** The feature to tell of a tag: its guiltiest, or its guiltiest level if that has at least a quarter of the guilt. */
function mostTelling(schema: WindowSchema, list: readonly number[], guilt: ArrayLike<number>): number {
  const guiltiest = (some: readonly number[]) =>
    some.reduce((best, index) => (guilt[index] > guilt[best] ? index : best));
  const overall = guiltiest(list);
  const levels = list.filter((index) => LEVELS.has(schema.features[index].statistic));
  if (levels.length === 0) return overall;
  const level = guiltiest(levels);
  return guilt[level] >= MUCH_LESS * guilt[overall] ? level : overall;
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
  return perTag
    .map((sum, tag) => ({ sum, tag }))
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum || a.tag - b.tag)
    .slice(0, most)
    .map(({ sum, tag }) => {
      const telling = mostTelling(schema, byTag[tag], guilt);
      return {
        tag: schema.tags[tag].name,
        stage: schema.tags[tag].stage,
        feature: schema.features[telling].statistic,
        share: sum / total,
        seen: features[telling],
        expected: expected(telling),
        unit: schema.tags[tag].unit,
      };
    });
}
