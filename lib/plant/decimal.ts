/** A text longer than this is no number. */
const MAX_TEXT = 64;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text is ("12.5", " 1e3 "); `undefined` for an empty one, a hexadecimal one and words. */
export function decimalOf(text: string): number | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : undefined;
}
