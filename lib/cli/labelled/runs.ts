/** Stretches [from, to) of a list in which a condition holds. */
export function runsOf<T>(rows: readonly T[], holds: (row: T) => boolean): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < rows.length; at += 1) {
    if (!holds(rows[at])) continue;
    const from = at;
    while (at < rows.length && holds(rows[at])) at += 1;
    found.push([from, at]);
  }
  return found;
}
