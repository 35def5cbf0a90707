const LONGEST = 40;

/** A value that somebody gave, as an error repeats it: a text as it is, anything else as JSON or by its type, cut. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, LONGEST);
  try {
    return ((JSON.stringify(value) as string | undefined) ?? typeof value).slice(0, LONGEST);
  } catch {
    return typeof value;
  }
}
