/** Mean of the `count` largest values; of all, when there are fewer. */
export function meanOfLargest(values: Float64Array, count: number): number {
  const kept = new Float64Array(Math.min(count, values.length)).fill(-Infinity);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value <= kept[0]) continue;
    let at = 0;
    for (; at + 1 < kept.length && kept[at + 1] < value; at++) kept[at] = kept[at + 1];
    kept[at] = value;
  }
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
