import type { Correlation } from './report';
import { rounded } from './rounded';

/** Up to so many tags, every pair is told. */
const MATRIX = 60;
const MOST_PAIRS = 200;
/** With many tags fewer frames are looked at. */
const WORK = 500_000_000;

/** Pearson's correlation of every two columns; a missing value stands at its column's mean. */
export function correlationOf(names: readonly string[], columns: readonly Float64Array[]): Correlation {
  const count = columns.at(0)?.length ?? 0;
  const every = Math.max(1, Math.ceil((count * names.length ** 2) / (2 * WORK)));
  const scaled = columns.map((column) => standardised(column, every));
  const r = (a: number, b: number): number | null => {
    const [x, y] = [scaled[a], scaled[b]];
    if (x === undefined || y === undefined) return null;
    let sum = 0;
    for (let i = 0; i < x.length; i += 1) sum += x[i] * y[i];
    return Math.min(1, Math.max(-1, sum / x.length));
  };
  if (names.length <= MATRIX) {
    const matrix = names.map((): (number | null)[] => []);
    for (let a = 0; a < names.length; a += 1) {
      for (let b = 0; b <= a; b += 1) matrix[a][b] = matrix[b][a] = rounded(r(a, b), 3);
    }
    return { tags: names, matrix };
  }
  return { pairs: strongest(names, r) };
}

/** The strongest pairs, the strongest first. */
function strongest(names: readonly string[], r: (a: number, b: number) => number | null): [string, string, number][] {
  let pairs: [string, string, number][] = [];
  let least = 0;
  const keep = (): void => {
    pairs = pairs.sort((a, b) => Math.abs(b[2]) - Math.abs(a[2])).slice(0, MOST_PAIRS);
    if (pairs.length === MOST_PAIRS) least = Math.abs(pairs[MOST_PAIRS - 1][2]);
  };
  for (let a = 1; a < names.length; a += 1) {
    for (let b = 0; b < a; b += 1) {
      const value = r(a, b);
      if (value === null || Math.abs(value) < least) continue;
      pairs.push([names[b], names[a], value]);
      if (pairs.length >= 10 * MOST_PAIRS) keep();
    }
  }
  keep();
  return pairs.map(([a, b, value]) => [a, b, rounded(value, 3) ?? 0]);
}

/** z-scores of every n-th value; `undefined` of a column without spread. */
function standardised(column: Float64Array, every: number): Float64Array | undefined {
  const values = every === 1 ? column : column.filter((_, index) => index % every === 0);
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return undefined;
  const first = known[0];
  if (known.every((value) => value === first)) return undefined;
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  const spread = Math.sqrt(squares);
  return spread === 0 ? undefined : values.map((value) => (Number.isNaN(value) ? 0 : (value - mean) / spread));
}
