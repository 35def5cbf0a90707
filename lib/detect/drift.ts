import type { DetectorArtifact, Tensor } from './artifact';
import type { Dataset } from './dataset';
import { studentP } from './student';

/** How values lay in blocks of training time: enough to say how far the mean of another block may lie from theirs. */
export interface BlockReference {
  readonly mean: number;
  /** Standard deviation of block means, corrected for their autocorrelation; 0 where they never varied. */
  readonly std: number;
  /** How many independent blocks they are worth. */
  readonly worth: number;
}

/** What a detector remembers of its training to tell drift. */
export interface DriftReference {
  /** Length of a block, ms. */
  readonly blockMs: number;
  /** How many there were. */
  readonly blocks: number;
  /** Of each tag: its mean over the shortest window. */
  readonly tags: readonly BlockReference[];
  /** Of the score: the one that a tenth of out-of-fold scores pass, and the share of a block's that do. */
  readonly score: { readonly limit: number; readonly share: BlockReference } | undefined;
}

/** Blocks to begin with, and the fewest that drift can be told by. */
const MOST_BLOCKS = 60;
const FEWEST_BLOCKS = 8;
/** Blocks are made longer while the typical autocorrelation from one to the next is more than this. */
const MOST_CORRELATION = 0.2;
/** A tag whose blocks are worth fewer independent ones tells nothing. */
const LEAST_WORTH = 4;
/** Names of the tensors that hold it in an artifact; one that was trained without has none. */
const TENSORS = ['drift.tags', 'drift.score', 'drift.block'] as const;

/** Positions of the features that are the tags' means over the shortest window; -1 for a tag without. */
export function meansOf({ features, tags }: DetectorArtifact['schema']): number[] {
  return tags.map((_, tag) => {
    const own = features.flatMap((feature, at) => (feature.tag === tag ? [{ ...feature, at }] : []));
    const means = own.filter(({ statistic }) => statistic === 'mean').sort((a, b) => a.length - b.length);
    return (means.at(0) ?? own.at(0))?.at ?? -1;
  });
}

/** Learns how block means lie in training data. `undefined` where the data are too few for eight blocks. */
export function driftReference({ schema, rows, count, times }: Dataset): DriftReference | undefined {
  const width = schema.features.length;
  const columns = meansOf(schema);
  const stepMs = usualStep(times, count);
  if (count < 4 * FEWEST_BLOCKS || stepMs === 0) return undefined;
  const cut = (blocks: number): Float64Array[] =>
    columns.map((column) => blockMeans(count, blocks, (row) => (column < 0 ? 0 : rows[row * width + column])));
  let blocks = Math.min(MOST_BLOCKS, count >> 2);
  let means = cut(blocks);
  while (blocks > FEWEST_BLOCKS && typical(means.map(correlation)) > MOST_CORRELATION) {
    blocks = Math.max(FEWEST_BLOCKS, Math.floor(blocks / 1.5));
    means = cut(blocks);
  }
  return { blockMs: Math.floor(count / blocks) * stepMs, blocks, tags: means.map(referenceOf), score: undefined };
}

/** Adds how out-of-fold scores lie, one a row of the same data. */
export function withScores(reference: DriftReference, outOfFold: Float64Array): DriftReference {
  const limit = [...outOfFold].sort((a, b) => a - b)[Math.floor(0.9 * (outOfFold.length - 1))];
  const over = (row: number): number => (outOfFold[row] > limit ? 1 : 0);
  const share = referenceOf(blockMeans(outOfFold.length, reference.blocks, over).map(evened));
  return { ...reference, score: { limit, share } };
}

/** Shares on a scale on which they vary alike everywhere (the arcsine of the square root). */
export function evened(share: number): number {
  return Math.asin(Math.sqrt(Math.min(1, Math.max(0, share))));
}

/** Whether anything can be told by a reference: it varied, and its blocks are worth at least four independent ones. */
export function isTold({ std, worth }: BlockReference): boolean {
  return worth >= LEAST_WORTH && std > 0;
}

/**
 * The probability that the mean of a new block lies at least so far from the training's, were nothing different: a t test by
 * the prediction interval. 1 where that cannot be told.
 */
export function blockP(mean: number, reference: BlockReference): number {
  if (!isTold(reference)) return 1;
  const { mean: usual, std, worth } = reference;
  return studentP((mean - usual) / (std * Math.sqrt(1 + 1 / worth)), worth - 1);
}

/** The artifact with a reference in it. */
export function withDrift(artifact: DetectorArtifact, drift: DriftReference | undefined): DetectorArtifact {
  if (drift === undefined) return artifact;
  const { tags, score, blockMs, blocks } = drift;
  const tensor = (rows: number, numbers: readonly number[]): Tensor => ({
    shape: [rows, numbers.length / rows],
    data: Float32Array.from(numbers),
  });
  // A float32 alone would be too coarse for the mean of a value that hardly moves.
  const list = ({ mean, std, worth }: BlockReference): number[] => [mean, mean - Math.fround(mean), std, worth];
  return {
    ...artifact,
    tensors: {
      ...artifact.tensors,
      'drift.tags': tensor(tags.length, tags.flatMap(list)),
      ...(score === undefined ? {} : { 'drift.score': tensor(1, [score.limit, ...list(score.share)]) }),
      'drift.block': tensor(1, [blockMs, blocks]),
    },
  };
}

/** The reference in an artifact; `undefined` in one that was trained without, or whose numbers make none. */
export function driftOf({ tensors, schema }: DetectorArtifact): DriftReference | undefined {
  const [tags, score, block] = TENSORS.map((name) => (Object.hasOwn(tensors, name) ? tensors[name].data : undefined));
  if (tags?.length !== 4 * schema.tags.length || block?.length !== 2) return undefined;
  const all = [...tags, ...block, ...(score ?? [])];
  if (!all.every(Number.isFinite) || !(block[0] > 0)) return undefined;
  const at = (from: Float32Array, i: number): BlockReference => ({
    mean: from[i] + from[i + 1],
    std: from[i + 2],
    worth: from[i + 3],
  });
  return {
    blockMs: block[0],
    blocks: block[1],
    tags: schema.tags.map((_, tag) => at(tags, 4 * tag)),
    score: score?.length === 5 ? { limit: score[0], share: at(score, 1) } : undefined,
  };
}

function typical(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function usualStep(times: Float64Array, count: number): number {
  const steps: number[] = [];
  for (let row = 1; row < count; row++) if (times[row] > times[row - 1]) steps.push(times[row] - times[row - 1]);
  steps.sort((a, b) => a - b);
  return steps.at(steps.length >> 1) ?? 0;
}

function blockMeans(count: number, blocks: number, valueOf: (row: number) => number): Float64Array {
  const length = Math.floor(count / blocks);
  const means = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    let sum = 0;
    for (let row = block * length; row < (block + 1) * length && row < count; row++) sum += valueOf(row);
    means[block] = sum / length;
  }
  return means;
}

/** From one block to the next, by lag 1; not negative. */
function correlation(means: Float64Array): number {
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  let [own, next] = [0, 0];
  for (let i = 0; i < means.length; i++) {
    own += (means[i] - mean) ** 2;
    if (i > 0) next += (means[i] - mean) * (means[i - 1] - mean);
  }
  return own === 0 ? 0 : Math.max(0, next / own);
}

/**
 * Mean and deviation of block means, as many as they are worth at their autocorrelation: B (1 - r) / (1 + r). The estimate of r
 * is corrected for its bias in short series, (1 + 3 r) / B (Kendall 1954).
 */
function referenceOf(means: Float64Array): BlockReference {
  const blocks = means.length;
  const mean = means.reduce((sum, each) => sum + each, 0) / blocks;
  const squares = means.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const seen = correlation(means);
  const r = Math.min(0.95, seen + (seen > 0.1 ? (1 + 3 * seen) / blocks : 0));
  const worth = (blocks * (1 - r)) / (1 + r);
  // What is left of rounding is no variation.
  const constant = squares <= 1e-18 * blocks * mean * mean;
  const std = worth <= 1 || constant ? 0 : Math.sqrt(squares / blocks / (1 - 1 / worth));
  return { mean, std, worth };
}
