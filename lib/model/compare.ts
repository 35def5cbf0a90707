import { SwatError } from '../errors';
import { createScorer } from './scorer';
import type { RecentWindow } from './recent';
import type { Origin, StoredModel } from './shelf';

/** Points of the picture, at most: each is the highest ratio of its stretch. */
const MAX_POINTS = 200;
const MAX_NAMES = 60;
/** Windows that are scored between two breaths of the event loop. */
const STEP = 8;

/** What a comparison says of each version. */
export interface VersionFacts {
  readonly version: string;
  readonly origin: Origin;
  readonly created: number;
  readonly product: string;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly threshold: number;
  readonly features: number;
}

/** A setting or figure that differs; `null` where a version has none. */
export interface Difference {
  readonly name: string;
  readonly a: string | number | null;
  readonly b: string | number | null;
}

/** Both versions on the same windows, at ratio 1 and above. */
export interface Overlap {
  readonly windows: number;
  /** Event time of the first and last of them. */
  readonly from: number;
  readonly to: number;
  /** Share of windows where both say the same. */
  readonly agreement: number;
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Pearson's, of the ratios; `null` where one of them does not vary. */
  readonly correlation: number | null;
  readonly series: { readonly time: number[]; readonly a: number[]; readonly b: number[] };
}

/** Two versions side by side. */
export interface Comparison {
  readonly a: VersionFacts;
  readonly b: VersionFacts;
  /** Tags that only `b` has, and that only `a` has. */
  readonly tags: { readonly added: string[]; readonly missing: string[] };
  readonly settings: Difference[];
  readonly metrics: Difference[];
  /** `none`: no windows came since the start; `other-windows`: those that came fit none, or only one of both. */
  readonly overlap: Overlap | 'none' | 'other-windows';
}

/**
 * Compares two versions of a detector, on the windows that came last.
 * @param breathe lets other work go first; awaited every few windows
 * @throws SwatError `compare-kinds`, `model-unusable`
 */
export async function compareVersions(
  a: StoredModel,
  b: StoredModel,
  recent: readonly RecentWindow[],
  breathe: () => Promise<void>,
): Promise<Comparison> {
  if (a.artifact.kind !== b.artifact.kind) throw new SwatError('compare-kinds');
  const names = (model: StoredModel): string[] => model.artifact.schema.tags.map(({ name }) => name);
  const without = (left: string[], right: string[]): string[] =>
    left.filter((name) => !right.includes(name)).slice(0, MAX_NAMES);
  return {
    a: factsOf(a),
    b: factsOf(b),
    tags: { added: without(names(b), names(a)), missing: without(names(a), names(b)) },
    settings: differences(a.artifact.settings, b.artifact.settings),
    metrics: differences(a.report.metrics, b.report.metrics),
    overlap: await overlapOf(a, b, recent, breathe),
  };
}

function factsOf({ version, origin, created, product, artifact, report }: StoredModel): VersionFacts {
  const { rows, from, to } = report;
  const { threshold } = artifact.calibration;
  return { version, origin, created, product, rows, from, to, threshold, features: artifact.schema.features.length };
}

type Values = Readonly<Record<string, unknown>>;

function differences(a: Values, b: Values): Difference[] {
  const plain = (value: unknown): string | number | null => {
    if (typeof value === 'number' || typeof value === 'string') return value;
    return value === undefined ? null : JSON.stringify(value);
  };
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map((name) => ({ name, a: plain(a[name]), b: plain(b[name]) }))
    .filter((one) => one.a !== one.b);
}

async function overlapOf(
  a: StoredModel,
  b: StoredModel,
  recent: readonly RecentWindow[],
  breathe: () => Promise<void>,
): Promise<Comparison['overlap']> {
  if (recent.length === 0) return 'none';
  const [first, second] = [createScorer(a, 'calibrated'), createScorer(b, 'calibrated')];
  const time: number[] = [];
  const ratios: [number[], number[]] = [[], []];
  let index = 0;
  for (const window of recent) {
    index += 1;
    if (index % STEP === 0) await breathe();
    if (window.schema !== first.schema.id || window.schema !== second.schema.id) continue;
    const scores = [first.score(window), second.score(window)];
    if (!scores.every(({ ready }) => ready)) continue;
    time.push(window.time);
    scores.forEach(({ ratio }, at) => ratios[at].push(ratio));
  }
  if (time.length === 0) return 'other-windows';
  const over = ratios.map((list) => list.map((ratio) => ratio >= 1));
  const count = (test: (a: boolean, b: boolean) => boolean): number =>
    over[0].filter((one, at) => test(one, over[1][at])).length;
  return {
    windows: time.length,
    from: Math.min(...time),
    to: Math.max(...time),
    agreement: count((one, other) => one === other) / time.length,
    both: count((one, other) => one && other),
    onlyA: count((one, other) => one && !other),
    onlyB: count((one, other) => !one && other),
    correlation: pearson(ratios[0], ratios[1]),
    series: thinned(time, ratios[0], ratios[1]),
  };
}

/** Pearson's correlation; `null` where one side does not vary. */
export function pearson(a: readonly number[], b: readonly number[]): number | null {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value / list.length, 0);
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    ab += (a[at] - meanA) * (b[at] - meanB);
    aa += (a[at] - meanA) ** 2;
    bb += (b[at] - meanB) ** 2;
  }
  const correlation = ab / Math.sqrt(aa * bb);
  return Number.isFinite(correlation) ? correlation : null;
}

function thinned(time: number[], a: number[], b: number[]): Overlap['series'] {
  const step = Math.ceil(time.length / MAX_POINTS);
  const starts = Array.from({ length: Math.ceil(time.length / step) }, (_, point) => point * step);
  const highest = (list: number[]): number[] => starts.map((start) => Math.max(...list.slice(start, start + step)));
  return { time: starts.map((start) => time[start]), a: highest(a), b: highest(b) };
}
