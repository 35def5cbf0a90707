import type { Plant } from '../../lib/plant/dictionary';

/** Tags whose values are not to be used, and why. */
export type Marks = readonly (readonly [tag: number, why: 'stuck' | 'replayed'])[];

/**
 * An entry of a payload with values marked as bad: each becomes `{value, quality}`, as `swat-window` reads it. An array in the
 * order of the plant's tags becomes an object by tag name. The entry itself is not changed; without marks it is given back.
 * @param reading the tag, where the entry is one reading
 */
export function marked(entry: unknown, { tags }: Plant, marks: Marks, reading?: number): unknown {
  if (marks.length === 0) return entry;
  if (reading !== undefined) return judged(entry, marks[0][1]);
  const named: Record<string, unknown> = Array.isArray(entry)
    ? Object.fromEntries(entry.map((value: unknown, tag) => [tags[tag].name, value]))
    : { ...(entry as object) };
  for (const [tag, why] of marks) {
    const { name } = tags[tag];
    if (Object.hasOwn(named, name)) named[name] = judged(named[name], why);
  }
  return named;
}

function judged(value: unknown, quality: string): unknown {
  const rich = typeof value === 'object' && value !== null && Object.hasOwn(value, 'value');
  if (!rich) return { value, quality };
  const rest = { ...(value as Record<string, unknown>) };
  // What the source itself says of the value must not outweigh it.
  delete rest.status;
  delete rest.statusCode;
  return { ...rest, quality };
}
