/** Room for what is kept, used again: this is called for every window. */
let room = new Float64Array(16);

/** Mean of the `count` largest values; of all, when there are fewer. */
export function meanOfLargest(values: Float64Array, count: number): number {
  const size = Math.min(count, values.length);
  if (room.length < size) room = new Float64Array(size);
  const kept = room;
  // A call of `fill` would take longer than all of it.
  for (let at = 0; at < size; at++) kept[at] = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value <= kept[0]) continue;
    let at = 0;
    for (; at + 1 < size && kept[at + 1] < value; at++) kept[at] = kept[at + 1];
    kept[at] = value;
  }
  let sum = 0;
  for (let at = 0; at < size; at++) sum += kept[at];
  return sum / size;
}
