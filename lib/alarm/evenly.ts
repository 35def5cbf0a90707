import type { Sentence } from './verdict';

/** More decimals than this are noise to a person. */
const MOST_DECIMALS = 6;

/**
 * Parameters with `seen` and `expected` rounded to the same number of decimals: as many as the larger needs for about
 * three digits (0.56 and 0.10; 185.1 and 0.2), and more where they would otherwise look the same.
 */
export function evenly(params: Sentence['params']): Sentence['params'] {
  const { seen, expected } = params;
  if (typeof seen !== 'number' || typeof expected !== 'number') return params;
  const alike = (decimals: number): boolean => fixed(seen, decimals) === fixed(expected, decimals);
  let decimals = Number.isInteger(seen) && Number.isInteger(expected) ? 0 : decimalsOf(seen, expected);
  while (seen !== expected && decimals < MOST_DECIMALS && alike(decimals)) decimals += 1;
  return { ...params, seen: fixed(seen, decimals), expected: fixed(expected, decimals) };
}

function decimalsOf(one: number, other: number): number {
  const larger = Math.max(Math.abs(one), Math.abs(other));
  if (larger >= 10) return 1;
  return Math.min(MOST_DECIMALS, Math.max(2, 1 - Math.floor(Math.log10(larger))));
}

/** Never `-0.0`. */
function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}
