import type { Random } from './random';

/**
 * An isolation forest as flat arrays. Tree `t` starts at node `roots[t]`. An inner node's left child follows it
 * directly; `right[node]` is the other one. A row goes left when its value is at most `threshold[node]`.
 */
export interface Forest {
  readonly roots: Int32Array;
  /** Feature a node splits on; -1 for a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly right: Int32Array;
  /** Rows of the tree's sample that came to the node. */
  readonly size: Int32Array;
  /** Rows each tree was grown on. */
  readonly subsample: number;
}

const EULER = 0.5772156649015329;

/**
 * Mean path length of an unsuccessful search in a binary search tree of `n` keys, c(n) of Liu, Ting and Zhou 2008:
 * 2 H(n-1) - 2(n-1)/n with H by Euler's constant; c(2) = 1, c(n < 2) = 0, as scikit-learn has it.
 */
export function meanPathLength(n: number): number {
  if (n < 2) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

/**
 * Grows a forest after scikit-learn's semantics: each tree sees `subsample` rows drawn without replacement, is at most
 * ceil(log2 subsample) deep, and splits at random between least and greatest of a random feature that varies.
 * @param rows row-major, count x width
 * @param choice the rows to learn from
 * @param onTree called before each tree; may throw to stop
 */
export function growForest(
  rows: Float32Array,
  width: number,
  choice: Uint32Array,
  settings: { readonly trees: number; readonly subsample: number },
  random: Random,
  onTree: (tree: number) => void = () => undefined,
): Forest {
  const subsample = Math.min(settings.subsample, choice.length);
  const depth = Math.ceil(Math.log2(Math.max(subsample, 2)));
  const nodes = new Nodes(settings.trees * (2 * subsample - 1));
  const roots = new Int32Array(settings.trees);
  const pool = choice.slice();
  const features = Int32Array.from({ length: width }, (_, index) => index);
  for (let tree = 0; tree < settings.trees; tree++) {
    onTree(tree);
    for (let i = 0; i < subsample; i++) swap(pool, i, i + Math.floor(random() * (pool.length - i)));
    roots[tree] = nodes.used;
    growNode(nodes, { rows, width, pool, features, random }, 0, subsample, depth);
  }
  return { roots, subsample, ...nodes.trimmed() };
}

interface Growth {
  readonly rows: Float32Array;
  readonly width: number;
  readonly pool: Uint32Array;
  readonly features: Int32Array;
  readonly random: Random;
}

function growNode(nodes: Nodes, growth: Growth, from: number, to: number, levels: number): void {
  const node = nodes.add(to - from);
  if (levels === 0 || to - from < 2) return;
  const split = drawSplit(growth, from, to);
  if (split === undefined) return;
  const { rows, width, pool } = growth;
  let middle = from;
  for (let i = from; i < to; i++) {
    if (rows[pool[i] * width + split.feature] <= split.threshold) swap(pool, i, middle++);
  }
  growNode(nodes, growth, from, middle, levels - 1);
  nodes.split(node, split.feature, split.threshold);
  growNode(nodes, growth, middle, to, levels - 1);
}

/** A random feature that varies among these rows, and a value of it in [least, greatest); `undefined` if none varies. */
function drawSplit(growth: Growth, from: number, to: number): { feature: number; threshold: number } | undefined {
  const { rows, width, pool, features, random } = growth;
  for (let left = width; left > 0; left--) {
    const at = Math.floor(random() * left);
    const feature = features[at];
    let least = Infinity;
    let greatest = -Infinity;
    for (let i = from; i < to; i++) {
      const value = rows[pool[i] * width + feature];
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    if (greatest > least) {
      const threshold = Math.fround(least + random() * (greatest - least));
      // Rounding may land on the greatest value, which would leave the right side empty.
      return { feature, threshold: threshold < greatest ? threshold : least };
    }
    features[at] = features[left - 1];
    features[left - 1] = feature;
  }
  return undefined;
}

function swap(values: Uint32Array, i: number, j: number): void {
  const kept = values[i];
  values[i] = values[j];
  values[j] = kept;
}

/** Nodes while they are grown, in arrays that are large enough for all. */
class Nodes {
  used = 0;
  private readonly feature: Int32Array;
  private readonly threshold: Float32Array;
  private readonly right: Int32Array;
  private readonly size: Int32Array;

  constructor(capacity: number) {
    this.feature = new Int32Array(capacity);
    this.threshold = new Float32Array(capacity);
    this.right = new Int32Array(capacity);
    this.size = new Int32Array(capacity);
  }

  add(size: number): number {
    this.feature[this.used] = -1;
    this.size[this.used] = size;
    return this.used++;
  }

  /** Makes `node` an inner one whose left side is complete: the next node added is its right child. */
  split(node: number, feature: number, threshold: number): void {
    this.feature[node] = feature;
    this.threshold[node] = threshold;
    this.right[node] = this.used;
  }

  trimmed() {
    return {
      feature: this.feature.slice(0, this.used),
      threshold: this.threshold.slice(0, this.used),
      right: this.right.slice(0, this.used),
      size: this.size.slice(0, this.used),
    };
  }
}
