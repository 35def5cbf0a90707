import { createHash } from 'node:crypto';
import type { Plant, Tag } from '../plant/dictionary';

/** What is computed of a tag over a window. `std` is the population form (divisor N); `slope` is per sample. */
export const WINDOW_STATISTICS = ['mean', 'std', 'min', 'max', 'slope'] as const;

/** Every statistic there is. `first` is the oldest sample of the window itself: over one sample, the newest raw value. */
export const STATISTICS = [...WINDOW_STATISTICS, 'first'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** One entry of a window's feature vector. */
export interface Feature {
  /** Position of the tag in {@link WindowSchema.tags}. */
  readonly tag: number;
  /** Window length in samples. */
  readonly length: number;
  readonly statistic: Statistic;
}

/** What stands where in a feature vector. Messages carry only `id`; {@link resolveSchema} gives the rest. */
export interface WindowSchema {
  /** Hash of tags (name, kind, unit) and features: equal ids mean that vectors can be compared. */
  readonly id: string;
  readonly tags: readonly Tag[];
  readonly features: readonly Feature[];
}

/**
 * The schema of a plant's windows: for each length, for each tag, the five statistics in the order of
 * {@link WINDOW_STATISTICS}; then the raw samples, newest first: for each of `lags`, for each tag, one value. Feature `i`
 * of a single-length schema is tag `floor(i / 5)`, statistic `i % 5`.
 */
export function windowSchema(plant: Pick<Plant, 'tags'>, lengths: readonly number[], lags = 0): WindowSchema {
  const features = lengths.flatMap((length): Feature[] =>
    plant.tags.flatMap((_, tag) => WINDOW_STATISTICS.map((statistic) => ({ tag, length, statistic }))),
  );
  for (let length = 1; length <= lags; length++) {
    for (let tag = 0; tag < plant.tags.length; tag++) features.push({ tag, length, statistic: 'first' });
  }
  return schemaOf(plant.tags, features);
}

/** The window lengths and the number of raw samples of a schema that {@link windowSchema} has made. */
export function shapeOf({ features }: Pick<WindowSchema, 'features'>): { lengths: number[]; lags: number } {
  const raw = features.filter(({ statistic }) => statistic === 'first');
  const rest = features.filter(({ statistic }) => statistic !== 'first');
  return {
    lengths: [...new Set(rest.map(({ length }) => length))],
    lags: raw.reduce((most, { length }) => Math.max(most, length), 0),
  };
}

/** A schema of any list of features, for models that were saved with theirs. */
export function schemaOf(tags: readonly Tag[], features: readonly Feature[]): WindowSchema {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(tags.map((tag) => [tag.name, tag.kind, tag.unit])));
  hash.update(JSON.stringify(features.map((feature) => [feature.tag, feature.length, feature.statistic])));
  return { id: hash.digest('hex').slice(0, 16), tags, features };
}

const MAX_SCHEMAS = 256;
const registry = new Map<string, WindowSchema>();

/** Makes a schema known under its id. Keeps at most 256; the one registered longest ago is forgotten first. */
export function registerSchema(schema: WindowSchema): WindowSchema {
  registry.delete(schema.id);
  registry.set(schema.id, schema);
  const oldest = registry.keys().next();
  if (registry.size > MAX_SCHEMAS && oldest.done !== true) registry.delete(oldest.value);
  return schema;
}

/** The schema that a message names, or `undefined` when no window node of this process made it. */
export function resolveSchema(id: string): WindowSchema | undefined {
  return registry.get(id);
}
