import type { TimeRange } from '../exclusions';
import type { SourceNote } from '../../model/training-report';

/** How much a finding matters: `stop` says that a training will be refused, or be worth nothing. */
export type Severity = 'info' | 'warning' | 'stop';

export const FINDING_CODES = [
  'no-data',
  'too-few',
  'missing-tags',
  'missing',
  'stuck',
  'suspicious',
  'drift',
  'few-cycles',
  'gaps',
  'out-of-order',
  'out-of-range',
  'unreadable',
  'constant',
  'duplicates',
  'labelled',
  'thinned',
  'modes',
  'same',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** Something that a person should know of the data, as a code with what fills its sentence. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** At most 60. */
  readonly tags: readonly string[];
  readonly params: Readonly<Record<string, string | number>>;
  /** What to leave out to be rid of it, where that is a cure. */
  readonly exclude?: { readonly tags?: readonly string[]; readonly ranges?: readonly TimeRange[] };
}

/** The record as a whole. Times are ms since the epoch. */
export interface RecordQuality {
  readonly samples: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly periodMs: number | null;
  readonly gaps: { readonly count: number; readonly longestMs: number; readonly list: readonly TimeRange[] };
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly unreadableLines: number;
  /** Samples that a label calls an attack, and those within excluded ranges. */
  readonly labelled: number;
  readonly excluded: number;
  /** Rows for a training, at one row in `stride` windows (it was asked for one in `wantedStride`); how many one needs. */
  readonly rows: number;
  readonly wantedStride: number;
  readonly stride: number;
  readonly need: number;
  readonly slowestCycleMs: number | null;
  readonly slowestTag: string | null;
  /** How often the slowest cycle came. */
  readonly repetitions: number | null;
  /** The most frequent states of all actuators together. */
  readonly states: readonly { readonly share: number; readonly tags: Readonly<Record<string, number>> }[];
  readonly missingTags: readonly string[];
  readonly unknownColumns: readonly string[];
}

/** One tag of the record; `null` where there is no number to say it of. */
export interface TagQuality {
  readonly tag: string;
  readonly unit: string;
  readonly kind: 'sensor' | 'actuator';
  readonly excluded: boolean;
  readonly count: number;
  /** Shares of the samples. */
  readonly missing: number;
  readonly outOfRange: number;
  /** The dictionary's range. */
  readonly low: number;
  readonly high: number;
  readonly constant: boolean;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  /** A run of the very same value, much longer than its usual ones, away from its end stops. */
  readonly stuck: { readonly from: number; readonly to: number; readonly samples: number } | null;
  /** Different values seen; 31 for more than 30. */
  readonly distinct: number;
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] } | null;
  readonly trend: {
    readonly min: readonly (number | null)[];
    readonly max: readonly (number | null)[];
    readonly mean: readonly (number | null)[];
  };
  /** Mean of the last fifth less that of the first, in standard deviations. */
  readonly drift: number | null;
  /** These two means, of the first fifth and of the last, in the tag's unit. */
  readonly fifths: readonly [first: number | null, last: number | null];
  /** Centres of the values that it keeps to, where there clearly are several. */
  readonly modes: readonly number[];
}

/** How tags move together: all pairs of up to 60 tags, else the strongest. */
export type Correlation =
  | { readonly tags: readonly string[]; readonly matrix: readonly (readonly (number | null)[])[] }
  | { readonly pairs: readonly (readonly [a: string, b: string, r: number])[] };

/**
 * What there is to know of data before a training: plain JSON. At most 500 kB for 51 tags; with more tags trends have fewer
 * points, so that 2000 tags stay under 4 MB.
 */
export interface QualityReport {
  readonly format: 1;
  readonly source: SourceNote;
  readonly record: RecordQuality;
  /** Starts of the trend's stretches. */
  readonly times: readonly number[];
  readonly tags: readonly TagQuality[];
  readonly correlation: Correlation;
  /** The worst first, at most 200. */
  readonly findings: readonly Finding[];
}
