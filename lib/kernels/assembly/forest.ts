/**
 * Sum of the path lengths of a row, tree by tree. Trees stand in groups of 8, each as an implicit heap of the same `levels`:
 * node n (from 1) of tree t of a group is at `group + 64 n + 8 t`, as the place of its feature in the row (bytes) and its
 * threshold; its children are 2n and 2n + 1, and NaN goes to the second. Leaves follow, float64, as nodes of the last level.
 */
export function walk(forest: usize, row: usize, groups: i32, levels: i32): f64 {
  let sum: f64 = 0;
  const size: usize = 64 << levels;
  // Eight walks at once: each step waits for the one before, but not for those of the other trees.
  while (groups > 0) {
    let n0: usize = 64;
    let n1: usize = 64;
    let n2: usize = 64;
    let n3: usize = 64;
    let n4: usize = 64;
    let n5: usize = 64;
    let n6: usize = 64;
    let n7: usize = 64;
    for (let level = 0; level < levels; level++) {
      n0 = next(n0, forest + n0, row);
      n1 = next(n1, forest + n1 + 8, row);
      n2 = next(n2, forest + n2 + 16, row);
      n3 = next(n3, forest + n3 + 24, row);
      n4 = next(n4, forest + n4 + 32, row);
      n5 = next(n5, forest + n5 + 40, row);
      n6 = next(n6, forest + n6 + 48, row);
      n7 = next(n7, forest + n7 + 56, row);
    }
    sum += load<f64>(forest + n0);
    sum += load<f64>(forest + n1, 8);
    sum += load<f64>(forest + n2, 16);
    sum += load<f64>(forest + n3, 24);
    sum += load<f64>(forest + n4, 32);
    sum += load<f64>(forest + n5, 40);
    sum += load<f64>(forest + n6, 48);
    sum += load<f64>(forest + n7, 56);
    forest += size << 1;
    groups--;
  }
  return sum;
}

function next(node: usize, at: usize, row: usize): usize {
  const left = load<f32>(row + load<u32>(at)) <= load<f32>(at, 4);
  return (node << 1) + 64 - (usize(left) << 6);
}
