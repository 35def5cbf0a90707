import type { Forest } from './forest';
import type { Layout, Simd } from './simd';

/** The sum of a row's path lengths over all trees, tree by tree in their order. */
export type ForestPaths = () => number;

/** Trees that are walked side by side. */
const GROUP = 8;
/** A node, and a leaf: 8 bytes each. */
const NODE = 8;
/** A forest that would take more than this in the memory is walked without. */
const MOST = 32 * 1024 * 1024;

/**
 * Reserves what the walk in WebAssembly needs of a memory; it gives the same numbers to the bit. Every tree becomes an implicit heap as
 * deep as the deepest, 16 bytes x 2^depth: 426 kB for 100 trees of 8 levels.
 * @param row where rows are
 * @param leafPath path length at every leaf
 * @returns `undefined` for a forest that is too large
 */
export function planForestPaths(
  layout: Layout,
  forest: Forest,
  row: number,
  leafPath: Float64Array,
): ((simd: Simd) => ForestPaths) | undefined {
  const { roots, feature } = forest;
  const levels = depthOf(forest);
  const groups = Math.ceil(roots.length / GROUP);
  const half = (GROUP * NODE) << levels;
  if (levels > 20 || 2 * half * groups > MOST) return undefined;
  const heaps = layout.reserve(2 * half * groups);
  return ({ kernels, buffer }) => {
    const [splits, thresholds, paths] = [new Int32Array(buffer), new Float32Array(buffer), new Float64Array(buffer)];

    /** Fills the heap below `at` with the tree below `node`; a leaf before the last level leads to itself, either way. */
    const fill = (node: number, heap: number, at: number, left: number): void => {
      const place = (heap + GROUP * NODE * at) / NODE;
      if (left === 0) {
        paths[place] = leafPath[node];
        return;
      }
      const split = feature[node];
      if (split >= 0) {
        splits[2 * place] = 4 * split;
        thresholds[2 * place + 1] = forest.threshold[node];
      }
      fill(split < 0 ? node : node + 1, heap, 2 * at, left - 1);
      fill(split < 0 ? node : forest.right[node], heap, 2 * at + 1, left - 1);
    };
    roots.forEach((root, tree) => {
      fill(root, heaps + 2 * half * Math.floor(tree / GROUP) + NODE * (tree % GROUP), 1, levels);
    });
    return () => kernels.walk(heaps, row, groups, levels);
  };
}

/** Numbers that a row must have for a forest. */
export function rowWidth({ feature }: Forest): number {
  return feature.reduce((most, split) => Math.max(most, split + 1), 1);
}

/** Splits on the longest way from a root to a leaf. Children stand after their parent. */
function depthOf({ feature, right }: Forest): number {
  const depth = new Int32Array(feature.length);
  let most = 0;
  for (let node = 0; node < feature.length; node++) {
    most = Math.max(most, depth[node]);
    if (feature[node] >= 0) depth[node + 1] = depth[right[node]] = depth[node] + 1;
  }
  return most;
}
