import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './harness';

/** What a ratio may fall to of the one that was measured at length. */
const LEAST = 2 / 3;

/**
 * The ratios of a report that fell by more than a third against the result that was kept; never a time.
 * @param folder where {@link save} put the result; without one nothing has fallen
 * @returns a line for each, by its name
 */
export function fallen(folder: string, bench: string, report: Report): ReadonlyMap<string, string> {
  const path = join(folder, `${bench}.json`);
  if (!existsSync(path)) return new Map();
  const kept = ratios(JSON.parse(readFileSync(path, 'utf8')) as Report);
  const lines = new Map<string, string>();
  for (const [name, ratio] of ratios(report)) {
    const before = kept.get(name);
    if (before === undefined || ratio >= LEAST * before) continue;
    lines.set(name, `${bench}: ${name}: ${ratio.toPrecision(3)}x, was ${before.toPrecision(3)}x`);
  }
  return lines;
}

/** Ratios of which more is better: how many times as long as the product something else takes, and figures in "x". */
function ratios({ comparisons = [], figures = [] }: Report): Map<string, number> {
  const found = new Map<string, number>();
  for (const { title, reference, timings } of comparisons) {
    if (reference !== 'product') continue;
    for (const { name, ratio } of timings) if (name !== reference) found.set(`${title}, ${name}`, ratio);
  }
  for (const { name, value, unit } of figures) if (unit === 'x') found.set(name, value);
  return found;
}
