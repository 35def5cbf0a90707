import { meanPathLength, type Forest } from './forest';
import { plainScaling, planScaling, type Scaler, type Scaling } from './scaling';
import { Layout, openSimd, type WasmEngine } from './simd';
import { planForestPaths, rowWidth } from './wasm-forest';

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

/** Scores rows that are given in units. */
export interface ScaledForest extends Scaling {
  /** Of the row that was read last, as {@link ForestWalk} has it. */
  score(): number;
  credit(credit: Float64Array): void;
}

/**
 * Prepares a forest for scoring: path lengths of the leaves are computed once. With WebAssembly or without, scores are the
 * same to the bit.
 * @param engine that of the machine unless set, `null` for none
 */
export function createForestWalk(forest: Forest, engine?: WasmEngine | null): ForestWalk {
  const lengths = lengthsOf(forest);
  const pathSum = fastSum(forest, lengths.leafPath, engine) ?? plainSum(forest, lengths.leafPath);
  return {
    score: (row, start = 0) => scoreOf(pathSum(row, start), lengths),
    credit: (row, credit) => share(forest, lengths, row, credit),
  };
}

/**
 * A forest for rows in units: scaling and walk have one memory, so that a row is written once. Otherwise as
 * {@link createForestWalk}.
 */
export function createScaledForest(scaler: Scaler, forest: Forest, engine?: WasmEngine | null): ScaledForest {
  const lengths = lengthsOf(forest);
  const { scaling, sum } = wasmScaled(scaler, forest, lengths, engine) ?? plainScaled(scaler, forest, lengths);
  return {
    ...scaling,
    score: () => scoreOf(sum(), lengths),
    credit: (credit) => share(forest, lengths, scaling.row, credit),
  };
}

type PathSum = (row: Float32Array, start: number) => number;

/** Scaling, and the sum of the path lengths of the row that it read last. */
interface Scaled {
  readonly scaling: Scaling;
  readonly sum: () => number;
}

/** What is computed of a forest once. */
interface Lengths {
  /** Expected path length below each node, levels. */
  readonly expected: Float64Array;
  /** Path length at every leaf. */
  readonly leafPath: Float64Array;
  /** One over c(psi) and the trees. */
  readonly scale: number;
}

function lengthsOf(forest: Forest): Lengths {
  const { roots, size, subsample } = forest;
  const expected = new Float64Array(size.length);
  for (let node = 0; node < size.length; node++) expected[node] = meanPathLength(size[node]);
  const scale = 1 / (Math.max(meanPathLength(subsample), 1e-9) * roots.length);
  return { expected, leafPath: pathLengths(forest, expected), scale };
}

function scoreOf(sum: number, { scale }: Lengths): number {
  return 2 ** (-sum * scale);
}

function share(
  { roots, feature, threshold, right }: Forest,
  { expected }: Lengths,
  row: Float32Array,
  credit: Float64Array,
): void {
  for (const root of roots) {
    let node = root;
    while (feature[node] >= 0) {
      const next = row[feature[node]] <= threshold[node] ? node + 1 : right[node];
      credit[feature[node]] += (expected[node] - 1 - expected[next]) / roots.length;
      node = next;
    }
  }
}

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
  const layout = new Layout();
  const width = rowWidth(forest);
  const place = layout.reserve(4 * width);
  const open = planForestPaths(layout, forest, place, leafPath);
  if (open === undefined) return undefined;
  const simd = openSimd(layout, engine);
  if (simd === undefined) return undefined;
  const sum = open(simd);
  const input = new Float32Array(simd.buffer, place, width);
  return (row, start) => {
    input.set(row.subarray(start, start + width));
    return sum();
  };
}

function plainScaled(scaler: Scaler, forest: Forest, { leafPath }: Lengths): Scaled {
  const scaling = plainScaling(scaler, new Float32Array(scaler.mean.length));
  const sum = plainSum(forest, leafPath);
  return { scaling, sum: () => sum(scaling.row, 0) };
}

function wasmScaled(
  scaler: Scaler,
  forest: Forest,
  { leafPath }: Lengths,
  engine?: WasmEngine | null,
): Scaled | undefined {
  const layout = new Layout();
  const row = layout.reserve(4 * scaler.mean.length);
  const openPaths = planForestPaths(layout, forest, row, leafPath);
  if (openPaths === undefined) return undefined;
  const openScaling = planScaling(layout, scaler, row);
  const simd = openSimd(layout, engine);
  return simd && { scaling: openScaling(simd), sum: openPaths(simd) };
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
