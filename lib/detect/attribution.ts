import type { WindowSchema } from '../stream/schema';
import type { Contribution } from './detector';

/** Positions of a schema's features that belong to each tag. */
export function featuresByTag(schema: WindowSchema): readonly (readonly number[])[] {
  const lists = schema.tags.map((): number[] => []);
  schema.features.forEach((feature, index) => lists[feature.tag].push(index));
  return lists;
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
      const telling = byTag[tag].reduce((best, index) => (guilt[index] > guilt[best] ? index : best));
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
