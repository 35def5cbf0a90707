/** A number with so many significant digits, short as JSON; `null` for what is no finite number. */
export function rounded(value: number | null | undefined, digits = 5): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  return Number(value.toPrecision(digits));
}
