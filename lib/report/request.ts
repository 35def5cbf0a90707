/** What a report is about: a shift, a day, or one incident. They differ in their span and their title. */
export const REPORT_KINDS = ['shift', 'day', 'incident'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export const REPORT_FORMATS = ['pdf', 'html', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A picture of the plant's owner for the head of a report. */
export interface Logo {
  readonly type: 'png' | 'jpeg' | 'svg';
  readonly bytes: Uint8Array;
}

/** What a report is to tell. Times are event times, ms since the epoch; `to` does not belong to the span. */
export interface ReportRequest {
  readonly kind: ReportKind;
  readonly from: number;
  readonly to: number;
  /** Only this asset, and only this alarm by its id; all unless given. */
  readonly asset?: string;
  readonly alarm?: string;
  /** The times in it are of this zone: IANA name. */
  readonly timeZone: string;
  /** `en-US`; the language of all its texts. */
  readonly language: string;
  readonly formats: readonly ReportFormat[];
  /** How the plant is called in its head; may be empty. */
  readonly plant: string;
  readonly logo?: Logo;
  /** When it was asked for, wall-clock time, ms since the epoch. */
  readonly made: number;
  /** The version of this product. */
  readonly product: string;
}

/** A finished file. */
export interface ReportFile {
  readonly format: ReportFormat;
  /** `2026-11-28T06-00-00Z_shift_SWaT.pdf` */
  readonly name: string;
  /** MIME type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A finished report: its files, and the sentence that sums it up. */
export interface FinishedReport {
  readonly files: readonly ReportFile[];
  readonly text: string;
}
