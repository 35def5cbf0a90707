/**
 * Makes objects by tag name of values in the tags' order, all of one form: V8 keeps objects that are built key by key as tables,
 * which are several times slower to make, to read and to copy once there are more than a dozen keys.
 * @param names of the tags, each once
 */
export function namedFrames(names: readonly string[]): (values: ArrayLike<number>) => Record<string, number> {
  // Parsed, since that gives a form rather than a table; of fractions, since the form depends on the first values.
  const form = JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, 0.5])))) as Record<
    string,
    number
  >;
  return (values) => {
    const frame = { ...form };
    for (let tag = 0; tag < names.length; tag += 1) frame[names[tag]] = values[tag];
    return frame;
  };
}
