/** Characters of a value that an error repeats. */
const LONGEST = 40;

/** A value that somebody gave, as an error repeats it: a text as it is, anything else as JSON or by its type, cut. Never throws. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST) : quoted(value);
}

/** As {@link shown}, with a text in quotation marks. */
export function quoted(value: unknown): string {
  try {
    return ((JSON.stringify(value) as string | undefined) ?? typeof value).slice(0, LONGEST);
  } catch {
    return typeof value;
  }
}
