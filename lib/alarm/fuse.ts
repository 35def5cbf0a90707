import { SwatError } from '../errors';
import { DETECTOR_KINDS, type DetectorKind, type DetectorScore } from '../detect/detector';
import type { Scores } from './scores';
import type { Finding } from './verdict';

/**
 * How several ratios become one. `maximum`: the highest. `weighted-mean`: their mean by weight; a detector of weight 0
 * takes no part. `all-of`: the lowest, so that all must be over. `n-of`: the n-th highest, so that n must be over; with
 * fewer detectors ready, all of those.
 */
export const FUSION_METHODS = ['maximum', 'weighted-mean', 'all-of', 'n-of'] as const;
export type FusionMethod = (typeof FUSION_METHODS)[number];

export interface FusionSettings {
  readonly method: FusionMethod;
  /** Weights of `weighted-mean`, each >= 0. */
  readonly weights: Readonly<Record<DetectorKind, number>>;
  /** How many of `n-of`, at least 1. */
  readonly n: number;
  /** A window with a smaller share of good values is bad data. 0 … 1. */
  readonly minGood: number;
}

/** What the detectors together say of one window. */
export interface Fused {
  readonly finding: Finding;
  /** 0 unless the finding is `normal` or `anomaly`; an anomaly's is at least 1. */
  readonly ratio: number;
}

/** What is fused of a detector that is ready. */
type Ready = Pick<DetectorScore, 'ratio' | 'ratioKind'> & { readonly kind: DetectorKind };

/** As high as a forest can lift the fused ratio while no other detector is over its threshold. */
export const FOREST_ALONE = 0.999;

/**
 * Fuses the ratios of the detectors that are ready. An isolation forest alone never makes an anomaly: it is too weak on
 * window statistics to be OR-ed in, so it only adds to what another detector has found. Bad data is never an anomaly.
 * @throws SwatError `ratio-kinds-mixed` when detectors measure on different scales
 */
export function fuse(scores: Scores, good: number, settings: FusionSettings): Fused {
  const ready: Ready[] = [];
  for (const kind of DETECTOR_KINDS) {
    const score = scores[kind];
    const counts = settings.method !== 'weighted-mean' || settings.weights[kind] > 0;
    if (score?.ready === true && counts) ready.push({ kind, ratio: score.ratio, ratioKind: score.ratioKind });
  }
  const other = ready.find((detector) => detector.ratioKind !== ready[0].ratioKind);
  if (other !== undefined) {
    throw new SwatError('ratio-kinds-mixed', {
      first: ready[0].kind,
      firstKind: ready[0].ratioKind,
      second: other.kind,
      secondKind: other.ratioKind,
    });
  }
  if (good < settings.minGood) return { finding: 'bad-data', ratio: 0 };
  if (ready.length === 0) return { finding: 'not-ready', ratio: 0 };
  const combined = combine(ready, settings);
  const backed = ready.some((detector) => detector.kind !== 'iforest' && detector.ratio >= 1);
  const ratio = backed ? combined : Math.min(combined, FOREST_ALONE);
  return { finding: ratio >= 1 ? 'anomaly' : 'normal', ratio };
}

function combine(ready: readonly Ready[], settings: FusionSettings): number {
  switch (settings.method) {
    case 'maximum':
      return ready.reduce((most, { ratio }) => Math.max(most, ratio), -Infinity);
    case 'all-of':
      return ready.reduce((least, { ratio }) => Math.min(least, ratio), Infinity);
    case 'n-of':
      return ready.map(({ ratio }) => ratio).sort((a, b) => b - a)[Math.min(settings.n, ready.length) - 1];
    case 'weighted-mean': {
      const weight = ready.reduce((sum, { kind }) => sum + settings.weights[kind], 0);
      return ready.reduce((sum, { kind, ratio }) => sum + (settings.weights[kind] / weight) * ratio, 0);
    }
  }
}
