import { SwatError } from '../errors';
import type { WindowSchema } from '../stream/schema';

/**
 * Nothing when a model of the one schema can score windows of the other; else an error that says the difference.
 * @throws SwatError `model-schema` {version, missing, extra, lengths, given}: tags the model wants and the window lacks, tags
 * the model never saw (the first three of each), and both window lengths
 */
export function requireSchema(version: string, model: WindowSchema, given: WindowSchema): void {
  if (model.id === given.id) return;
  const key = (tag: WindowSchema['tags'][number]): string => `${tag.name} ${tag.unit} ${tag.kind}`;
  const known = new Set(model.tags.map(key));
  const seen = new Set(given.tags.map(key));
  throw new SwatError('model-schema', {
    version,
    missing: first(model.tags.filter((tag) => !seen.has(key(tag))).map((tag) => tag.name)),
    extra: first(given.tags.filter((tag) => !known.has(key(tag))).map((tag) => tag.name)),
    lengths: lengthsOf(model),
    given: lengthsOf(given),
  });
}

function first(names: string[]): string {
  if (names.length === 0) return '-';
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ` +${names.length - 3}` : '');
}

function lengthsOf(schema: WindowSchema): string {
  return [...new Set(schema.features.map((feature) => feature.length))].slice(0, 5).join(', ');
}
