import type { JournalRecord } from '../journal/journal';
import type { DataQuality, Trend, TrendQuery } from '../history/reader';
import type { Material } from './material';
import type { FinishedReport, ReportRequest } from './request';

/** What the thread of a report is told, in this order: records in pieces, then what to make of them, then what it asked for. */
export type ToReport =
  | { readonly say: 'records'; readonly records: readonly JournalRecord[] }
  | {
      readonly say: 'make';
      readonly request: ReportRequest;
      readonly material: Omit<Material, 'records'>;
      /** The assets that a history keeps; `undefined` without a history. */
      readonly kept: readonly string[] | undefined;
      /** How the tags of assets fared in the span, as the history has it. */
      readonly quality: readonly DataQuality[];
    }
  /** Answers to what it asked for, in their order; null for what a history does not have. */
  | { readonly say: 'trends'; readonly trends: readonly (Trend | null)[] };

/** What it says. */
export type FromReport =
  | { readonly say: 'ask'; readonly queries: readonly TrendQuery[] }
  | { readonly say: 'finished'; readonly report: FinishedReport }
  | {
      readonly say: 'failed';
      readonly code: string;
      readonly details: Readonly<Record<string, string | number | boolean>>;
    };
