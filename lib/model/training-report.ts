import { PROMISE_DAYS } from '../detect/expected-alarms';
import type { Untrusted } from './shape';

/** A stretch of event time, both ends included, ms since the epoch. */
type Range = readonly [from: number, to: number];

/** Where the data of a training came from, and what was left out. */
export interface SourceNote {
  readonly kind: 'flow' | 'file' | 'simulation';
  /** Name of the file, without its folder. */
  readonly file?: string;
  /** Samples of a file, windows of a flow. */
  readonly samples: number;
  readonly excludedTags: readonly string[];
  readonly excludedRanges: readonly Range[];
  /** Samples that were left out because a label calls them an attack, or because they lie in an excluded range. */
  readonly labelled: number;
  readonly excluded: number;
}

/** What held-out normal time says of a detector. Times are ms since the epoch; a ratio of 1 is the threshold. */
export interface Validation {
  /** Length of the held-out time, days. */
  readonly days: number;
  readonly falseAlarms: number;
  readonly perDay: number;
  /** Upper 95 % bound for operation like that of the record; `null` where the record is too short to promise one. */
  readonly upperPerDay: number | null;
  /** At most 400 points: the highest ratio of each stretch. */
  readonly series: { readonly time: readonly number[]; readonly ratio: readonly number[] };
  /** Stretches of the training data that look like an episode, at most 20. */
  readonly suspicious: readonly {
    readonly from: number;
    readonly to: number;
    readonly peak: number;
    readonly tags: readonly string[];
  }[];
  /** Mean share of the blame in normal time, the largest first, at most 60. */
  readonly tags: readonly { readonly tag: string; readonly share: number }[];
  /** The tag that carries most of it, where one does. */
  readonly dominant: string | null;
}

/** What a training had and reached; kept beside the model. */
export interface TrainingReport {
  /** Event time of the first and last window, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Figures by name, for example `loss`, `expectedPerDay`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Absent in versions of products before there was any. */
  readonly source?: SourceNote;
  readonly validation?: Validation;
}

const MOST_TAGS = 2000;
const NAME = 255;

/** Reads a report and believes none of it. @throws SwatError `model-corrupt` */
export function readReport(at: Untrusted): TrainingReport {
  const metrics = at.field('metrics').entries(64);
  const source = at.optional('source');
  const validation = at.optional('validation');
  return {
    from: at.field('from').number(),
    to: at.field('to').number(),
    rows: at.field('rows').integer(0, 1e9),
    metrics: Object.fromEntries(metrics.map(([name, value]) => [name, value.number()])),
    ...(source && { source: readSource(source) }),
    ...(validation && { validation: readValidation(validation) }),
  };
}

function readSource(at: Untrusted): SourceNote {
  const file = at.optional('file')?.text(NAME);
  const count = (name: string): number => at.field(name).integer(0, Number.MAX_SAFE_INTEGER);
  return {
    kind: at.field('kind').word(['flow', 'file', 'simulation']),
    ...(file !== undefined && { file }),
    samples: count('samples'),
    excludedTags: at
      .field('excludedTags')
      .list(MOST_TAGS)
      .map((tag) => tag.text(NAME)),
    excludedRanges: at
      .field('excludedRanges')
      .list(1000)
      .map((range) => {
        const ends = range.numbers(2);
        if (ends.length !== 2) throw range.refused();
        return [ends[0], ends[1]] as const;
      }),
    labelled: count('labelled'),
    excluded: count('excluded'),
  };
}

function readValidation(at: Untrusted): Validation {
  const upper = at.field('upperPerDay');
  const days = at.field('days').number(0);
  const dominant = at.field('dominant');
  const series = at.field('series');
  return {
    days,
    falseAlarms: at.field('falseAlarms').integer(0, 1e9),
    perDay: at.field('perDay').number(0),
    // Versions of products before had a bound by however short a time; it did not hold.
    upperPerDay: upper.value === null || days < PROMISE_DAYS ? null : upper.number(0),
    series: { time: series.field('time').numbers(1000), ratio: series.field('ratio').numbers(1000) },
    suspicious: at
      .field('suspicious')
      .list(100)
      .map((entry) => ({
        from: entry.field('from').number(),
        to: entry.field('to').number(),
        peak: entry.field('peak').number(0),
        tags: entry
          .field('tags')
          .list(20)
          .map((tag) => tag.text(NAME)),
      })),
    tags: at
      .field('tags')
      .list(MOST_TAGS)
      .map((entry) => ({ tag: entry.field('tag').text(NAME), share: entry.field('share').number(0) })),
    dominant: dominant.value === null ? null : dominant.text(NAME),
  };
}
