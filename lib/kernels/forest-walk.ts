import { meanPathLength, type Forest } from './forest';
import type { WasmEngine } from './simd';
import { openForestPaths } from './wasm-forest';

/** Scores rows with a forest. */
export interface ForestWalk {
  /** 2^(-E[h] / c(psi)) of Liu, Ting and Zhou 2008, in (0, 1]: near 1 is an outlier, well below .5 is ordinary. */
  score(row: Float32Array, start?: number): number;
  /**
   * Adds to `credit[feature]` how much each of the row's splits shortened its expected path, in levels, averaged over
   * the trees: a split that leads from n to m rows earns c(n) - 1 - c(m). The credits of a row sum up to
   * c(psi) - E[h], so they share out exactly what makes its score.
   */
  credit(row: Float32Array, credit: Float64Array): void;
}

/**
 * Prepares a forest for scoring: path lengths of the leaves are computed once. With WebAssembly or without, scores are the
 * same to the bit.
 * @param engine that of the machine unless set, `null` for none
 */
export function createForestWalk(forest: Forest, engine?: WasmEngine | null): ForestWalk {
  const { roots, feature, threshold, right, size } = forest;
  const expected = new Float64Array(size.length);
  for (let node = 0; node < size.length; node++) expected[node] = meanPathLength(size[node]);
  const leafPath = pathLengths(forest, expected);
  const scale = 1 / (Math.max(meanPathLength(forest.subsample), 1e-9) * roots.length);
  const pathSum = fastSum(forest, leafPath, engine) ?? plainSum(forest, leafPath);
  return {
    score: (row, start = 0) => 2 ** (-pathSum(row, start) * scale),
    credit(row, credit) {
      for (const root of roots) {
        let node = root;
        while (feature[node] >= 0) {
          const next = row[feature[node]] <= threshold[node] ? node + 1 : right[node];
          credit[feature[node]] += (expected[node] - 1 - expected[next]) / roots.length;
          node = next;
        }
      }
    },
  };
}

type PathSum = (row: Float32Array, start: number) => number;

function plainSum({ roots, feature, threshold, right }: Forest, leafPath: Float64Array): PathSum {
  return (row, start) => {
    let sum = 0;
    for (let tree = 0; tree < roots.length; tree++) {
      let node = roots[tree];
      let split = feature[node];
      while (split >= 0) {
        node = row[start + split] <= threshold[node] ? node + 1 : right[node];
        split = feature[node];
      }
      sum += leafPath[node];
    }
    return sum;
  };
}

function fastSum(forest: Forest, leafPath: Float64Array, engine?: WasmEngine | null): PathSum | undefined {
  const paths = openForestPaths(forest, leafPath, engine);
  if (paths === undefined) return undefined;
  const { input } = paths;
  return (row, start) => {
    input.set(row.subarray(start, start + input.length));
    return paths.sum();
  };
}

/** Path length at every leaf: its depth plus c(rows left in it). Children stand after their parent, so one pass does. */
function pathLengths({ roots, feature, right, size }: Forest, expected: Float64Array): Float64Array {
  const depth = new Int32Array(size.length);
  const path = new Float64Array(size.length);
  for (const root of roots) depth[root] = 0;
  for (let node = 0; node < size.length; node++) {
    if (feature[node] < 0) path[node] = depth[node] + expected[node];
    else depth[node + 1] = depth[right[node]] = depth[node] + 1;
  }
  return path;
}
