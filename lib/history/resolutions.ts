const SECOND = 1000;
const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** One of the grids that the past is kept on. */
export interface Resolution {
  /** Length of a bucket, ms. */
  readonly step: number;
  /** Buckets of one page: a whole page is forgotten at a time. */
  readonly rows: number;
  /** How far back it reaches, ms. */
  readonly span: number;
}

/** How far back each grid reaches, ms. */
export interface Spans {
  readonly second: number;
  readonly tenSeconds: number;
  readonly fiveMinutes: number;
}

/** An hour, 26 hours (a day, with the shift before it handed over) and 31 days. */
export const USUAL_SPANS: Spans = { second: HOUR, tenSeconds: 26 * HOUR, fiveMinutes: 31 * DAY };

/**
 * The grids, finest first. A page of the finest is as long as a bucket of the coarsest, so that both begin at the same time.
 */
export function resolutions({ second, tenSeconds, fiveMinutes }: Spans): readonly Resolution[] {
  return [
    { step: SECOND, rows: 300, span: second },
    { step: 10 * SECOND, rows: 360, span: tenSeconds },
    { step: 5 * MINUTE, rows: 288, span: fiveMinutes },
  ];
}
