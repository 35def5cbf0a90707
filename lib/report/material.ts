import type { JournalRecord } from '../journal/journal';

/** A line of a model's audit trail, as far as a report tells it. */
export interface AuditLine {
  readonly model: string;
  /** Wall-clock time, ms since the epoch. */
  readonly at: number;
  readonly action: string;
  readonly kind: string;
  readonly version: string;
  readonly user: string;
  readonly reason: string;
}

/** What a report is made from. Plain data: it goes to another thread. */
export interface Material {
  /** What the journal has of the span, oldest first. */
  readonly records: readonly JournalRecord[];
  /** There was more than a report takes in; what is missing is the end of the span. */
  readonly isCut: boolean;
  /** The last record before the span of each alarm that stood when it began. */
  readonly standing: readonly JournalRecord[];
  /** All that is known of the models up to the end of the span, oldest first. */
  readonly audits: readonly AuditLine[];
}
