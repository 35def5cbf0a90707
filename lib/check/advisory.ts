/** What a check tells of, in the order of how much it says. */
export const CHECKS = ['lost', 'range', 'stuck', 'replayed', 'rate', 'unseen-state'] as const;
export type Check = (typeof CHECKS)[number];

/**
 * What was found, as parameters of its sentence. `why` picks the sentence where a check has several: `range`: `outside`,
 * `above`, `below`; `unseen-state`: `undefined`, `unseen`; `lost`: `tag`, `asset`; `replayed`: `tag`, `all`.
 */
export interface Finding {
  readonly why?: string | undefined;
  readonly [detail: string]: string | number | undefined;
}

/** An advisory: no anomaly and no alarm, but something that an engineer should look at. Times are event times, ms. */
export interface Advisory {
  readonly event: 'advisory-raised' | 'advisory-cleared';
  readonly advisory: Check;
  readonly asset: string;
  /** Absent where it is of the whole asset. */
  readonly tag?: string;
  readonly time: number;
  /** When it began. */
  readonly since: number;
  readonly finding: Finding;
  /** Of one that was cleared, where its end was not seen: the asset was reset, or its time went back. */
  readonly reason?: 'reset' | 'rewind';
}
