import { createPlant, MAX_TAGS, type Tag } from '../plant/dictionary';
import {
  schemaOf,
  shapeOf,
  STATISTICS,
  WINDOW_STATISTICS,
  windowSchema,
  type Feature,
  type WindowSchema,
} from '../stream/schema';
import { damaged, type Untrusted } from './shape';

/** Most features of a model: bounds every buffer that scoring takes. */
export const MAX_FEATURES = 50_000;
const MAX_LENGTH = 1_000_000;

/** A schema as JSON. `lengths` and `lags` where its features are the regular ones of {@link windowSchema}, else each feature. */
export function writeSchema(schema: WindowSchema): object {
  const { lengths, lags } = shapeOf(schema);
  const regular = windowSchema(schema, lengths, lags).id === schema.id;
  const features = schema.features.map((feature) => [feature.tag, feature.length, feature.statistic]);
  const named = lags === 0 ? { lengths } : { lengths, lags };
  return { id: schema.id, tags: schema.tags.map(withoutSource), ...(regular ? named : { features }) };
}

/** A model goes to others, and where the plant's values come from is not theirs to know. */
function withoutSource(tag: Tag): Partial<Tag> {
  return Object.fromEntries(Object.entries(tag).filter(([key]) => key !== 'source'));
}

/**
 * The schema again; its id is computed anew and must be the one that is stated.
 * @throws SwatError `model-corrupt`
 */
export function readSchema(at: Untrusted): WindowSchema {
  const tags = at.field('tags').list(MAX_TAGS).map(readTag);
  try {
    createPlant('model', tags);
  } catch (cause) {
    throw damaged('manifest.json', 'schema.tags', cause);
  }
  const lengths = at.optional('lengths');
  const schema =
    lengths === undefined
      ? schemaOf(
          tags,
          at
            .field('features')
            .list(MAX_FEATURES)
            .map((item) => readFeature(item, tags.length)),
        )
      : windowSchema({ tags }, readLengths(lengths, tags.length), readLags(at.optional('lags'), tags.length));
  if (schema.features.length === 0) throw at.refused();
  if (schema.id !== at.field('id').value) throw at.field('id').refused();
  return schema;
}

function readLengths(at: Untrusted, tags: number): number[] {
  return at
    .list(Math.floor(MAX_FEATURES / (tags * WINDOW_STATISTICS.length)))
    .map((item) => item.integer(1, MAX_LENGTH));
}

function readLags(at: Untrusted | undefined, tags: number): number {
  return at === undefined ? 0 : at.integer(0, Math.floor(MAX_FEATURES / tags));
}

function readFeature(at: Untrusted, tags: number): Feature {
  const items = at.list(3);
  if (items.length !== 3) throw at.refused();
  const [tag, length, statistic] = items;
  return {
    tag: tag.integer(0, tags - 1),
    length: length.integer(1, MAX_LENGTH),
    statistic: statistic.word(STATISTICS),
  };
}

function readTag(at: Untrusted): Tag {
  const states = at.optional('states');
  const maxAgeMs = at.optional('maxAgeMs');
  const description = at.optional('description');
  const limits = at.optional('limits');
  return {
    name: at.field('name').text(64),
    stage: at.field('stage').text(64),
    kind: at.field('kind').word(['sensor', 'actuator']),
    unit: at.field('unit').text(32),
    low: at.field('low').number(),
    high: at.field('high').number(),
    ...(states && { states: readStates(states) }),
    ...(maxAgeMs && { maxAgeMs: maxAgeMs.number(0) }),
    ...(description && { description: description.text(1000) }),
    ...(limits && { limits: readLimits(limits) }),
  };
}

function readStates(at: Untrusted): Record<string, string> {
  if (typeof at.value !== 'object' || at.value === null) throw at.refused();
  const names = Object.keys(at.value);
  if (names.length > 32 || names.some((name) => !/^-?[0-9.]{1,16}$/.test(name))) throw at.refused();
  return Object.fromEntries(names.map((name) => [name, at.field(name).text(64)]));
}

function readLimits(at: Untrusted): NonNullable<Tag['limits']> {
  return Object.fromEntries(
    (['ll', 'l', 'h', 'hh'] as const).flatMap((name) => {
      const limit = at.optional(name);
      return limit === undefined ? [] : [[name, limit.number()]];
    }),
  );
}
