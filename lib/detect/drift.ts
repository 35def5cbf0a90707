import type { DetectorArtifact, Tensor } from './artifact';
import type { Dataset } from './dataset';
import { fisherP, studentP } from './student';

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

/** Shortest blocks: a sixtieth of the training; longest: a twelfth. A tag that needs longer ones is not told. */
const MOST_BLOCKS = 60;
const FEWEST_BLOCKS = 12;
/** Less time than this is no picture of a process, however quick it seems in it. */
const LEAST_SPAN_MS = 30 * 60_000;
/** Points that memory is looked for in, at most; and below which autocorrelation it counts as over, in many points and in few. */
const MOST_POINTS = 4800;
const LITTLE_CORRELATION = 0.1;
const MOST_CORRELATION = 0.25;
/** A block spans so many times what it takes for the autocorrelation to pass: of a cycle, which takes a quarter of it, the whole. */
const TIMES_MEMORY = 4;
/** Below this share of the variance, what block means still remember is the beat of a cycle with the blocks. */
const LITTLE_SPREAD = 0.02;
/** A tag whose blocks are worth fewer independent ones tells nothing. */
const LEAST_WORTH = 4;
/** The spread is at least so many times the greatest deviation that was seen: rare events are not normally distributed. */
const OF_GREATEST = 0.5;
/** Half waves over the whole training that are looked for, and the probability at which they count. */
const SLOW_WAVES = 3;
const SLOW_LEVEL = 0.05;
/** A spread that comes to more than this share from two blocks says nothing of the others. */
const MOST_OF_TWO = 0.6;
/** Names of the tensors that hold it in an artifact; one that was trained without has none. */
const TENSORS = ['drift.tags', 'drift.score', 'drift.block'] as const;

/** Positions of the features that are the tags' means over the shortest window; -1 for a tag without. */
export function meansOf({ features, tags }: DetectorArtifact['schema']): number[] {
  const columns = tags.map(() => -1);
  features.forEach(({ tag, statistic, length }, at) => {
    const best = columns[tag] < 0 ? undefined : features[columns[tag]];
    const isShorterMean = statistic === 'mean' && (best?.statistic !== 'mean' || length < best.length);
    if (best === undefined || isShorterMean) columns[tag] = at;
  });
  return columns;
}

/**
 * Learns how block means lie in training data. Blocks are as long as the slowest tag needs that twelve of them fit in; a tag
 * that is slower yet stays unknown (worth 0). `undefined` where the data span less than half an hour, or no tag is known.
 */
export function driftReference({ schema, rows, count, times }: Dataset): DriftReference | undefined {
  const width = schema.features.length;
  const stepMs = usualStep(times, count);
  if (count < 4 * FEWEST_BLOCKS || count * stepMs < LEAST_SPAN_MS) return undefined;
  const valuesOf = (column: number) => (row: number) => (column < 0 ? 0 : rows[row * width + column]);
  const columns = meansOf(schema).map(valuesOf);
  const needs = columns.map((valueOf) => blockNeed(count, valueOf));
  const known = needs.filter((need) => need * FEWEST_BLOCKS <= count);
  if (known.length === 0) return undefined;
  const length = Math.max(Math.ceil(count / MOST_BLOCKS), ...known);
  const blocks = Math.floor(count / length);
  const tags = columns.map((valueOf, tag) =>
    needs[tag] <= length ? referenceOf(blockMeans(count, blocks, valueOf)) : UNKNOWN,
  );
  return { blockMs: Math.floor(count / blocks) * stepMs, blocks, tags, score: undefined };
}

const UNKNOWN: BlockReference = { mean: 0, std: 0, worth: 0 };

/** Adds how out-of-fold scores lie, one a row of the same data; a score with a longer memory than the blocks stays unknown. */
export function withScores(reference: DriftReference, outOfFold: Float64Array): DriftReference {
  const count = outOfFold.length;
  const limit = [...outOfFold].sort((a, b) => a - b)[Math.floor(0.9 * (count - 1))];
  const over = (row: number): number => (outOfFold[row] > limit ? 1 : 0);
  const known = blockNeed(count, over) <= count / reference.blocks;
  const share = known ? referenceOf(blockMeans(count, reference.blocks, over).map(evened)) : UNKNOWN;
  return { ...reference, score: { limit, share } };
}

/** Names of the tags that drift cannot be told of, as their training was too short for how slow they are; all without a reference. */
export function unknownTags(reference: DriftReference | undefined, schema: DetectorArtifact['schema']): string[] {
  return schema.tags.filter((_, tag) => (reference?.tags[tag].worth ?? 0) < LEAST_WORTH).map(({ name }) => name);
}

/**
 * Whether drift of the score can be told. The score is made of all tags: where the training was too short to know how one of
 * them moves, what the others bring is no measure of what is usual either.
 */
export function isScoreTold({ score, tags }: DriftReference): boolean {
  return score !== undefined && isTold(score.share) && tags.every(({ worth }) => worth >= LEAST_WORTH);
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
  if (!all.every(Number.isFinite) || !(block[0] > 0) || block[1] < FEWEST_BLOCKS) return undefined;
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

/**
 * Rows that a block must span so that one tells little of the next: a few times what it takes for the autocorrelation to
 * pass, looked for again in means of such blocks, where what is slow and was hidden by what is quick comes to light. More than
 * `count` where twelve blocks would not be enough.
 */
function blockNeed(count: number, valueOf: (row: number) => number): number {
  let length = Math.ceil(count / MOST_POINTS);
  let spread = 0;
  for (let first = true; ; first = false) {
    const points = Math.floor(count / length);
    if (points < FEWEST_BLOCKS) return Infinity;
    const means = blockMeans(count, points, valueOf);
    if (first) spread = variance(means);
    const longest = Math.max(1, Math.floor(points / (TIMES_MEMORY * FEWEST_BLOCKS)));
    const level = Math.max(LITTLE_CORRELATION, Math.min(MOST_CORRELATION, 1.5 / Math.sqrt(points)));
    let lag = 1;
    while (lag <= longest && correlation(means, lag) > level) lag += 1;
    const still = variance(means) < LITTLE_SPREAD * spread;
    if (lag === 1 && (still || !remembers(means, level))) return isSlow(means) ? Infinity : length;
    if (lag > longest && first) return Infinity;
    length = first ? length * TIMES_MEMORY * lag : Math.ceil(1.5 * length);
  }
}

/** Whether means tell of those two or three later, as where something quick covers what is slow. */
function remembers(means: Float64Array, level: number): boolean {
  return correlation(means, 2) > level || correlation(means, 3) > level;
}

/** Whether means go up and down once over the whole of the training by more than chance: an F test of the slowest waves. */
function isSlow(means: Float64Array): boolean {
  const points = means.length;
  const mean = means.reduce((sum, each) => sum + each, 0) / points;
  const squares = means.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  let slow = 0;
  for (let wave = 1; wave <= SLOW_WAVES; wave++) {
    const part = means.reduce(
      (sum, each, i) => sum + (each - mean) * Math.cos((Math.PI * wave * (i + 0.5)) / points),
      0,
    );
    slow += (2 * part * part) / points;
  }
  const rest = Math.max(0, squares - slow) / (points - 1 - SLOW_WAVES);
  return squares > 0 && fisherP(slow / SLOW_WAVES / rest, SLOW_WAVES, points - 1 - SLOW_WAVES) < SLOW_LEVEL;
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

function variance(means: Float64Array): number {
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  return means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / means.length;
}

/** From one block to another so many later; not negative. */
function correlation(means: Float64Array, lag: number): number {
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  let [own, other] = [0, 0];
  for (let i = 0; i < means.length; i++) {
    own += (means[i] - mean) ** 2;
    if (i >= lag) other += (means[i] - mean) * (means[i - lag] - mean);
  }
  return own === 0 ? 0 : Math.max(0, other / own);
}

/**
 * Mean and deviation of block means, as many as they are worth at their autocorrelation: B (1 - r) / (1 + r). The estimate of r,
 * the highest of the first three lags, is corrected for its bias in short series, (1 + 3 r) / B (Kendall 1954). The deviation is at least half of the greatest one;
 * where two blocks make most of it, it is unknown.
 */
function referenceOf(means: Float64Array): BlockReference {
  const blocks = means.length;
  const mean = means.reduce((sum, each) => sum + each, 0) / blocks;
  const squares = means.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const [greatest, second] = [...means].map((each) => Math.abs(each - mean)).sort((a, b) => b - a);
  if (greatest ** 2 + second ** 2 > MOST_OF_TWO * squares) return UNKNOWN;
  const seen = Math.max(correlation(means, 1), correlation(means, 2), correlation(means, 3));
  const r = Math.min(0.95, seen + (seen > 0.1 ? (1 + 3 * seen) / blocks : 0));
  const worth = (blocks * (1 - r)) / (1 + r);
  // What is left of rounding is no variation.
  const constant = squares <= 1e-18 * blocks * mean * mean;
  const usual = worth <= 1 || constant ? 0 : Math.sqrt(squares / blocks / (1 - 1 / worth));
  return { mean, std: usual === 0 ? 0 : Math.max(usual, OF_GREATEST * greatest), worth };
}
