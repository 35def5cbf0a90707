import type { OutboxEntry } from './outbox-entry';

/** Times in ms. */
export interface OutboxSettings {
  /** Whether the flow gives receipts. Without, what was sent counts as confirmed half a second later. */
  readonly receipts: boolean;
  /** An attempt without a receipt for so long has failed. */
  readonly receiptMs: number;
  /** Pause after the first failed attempt; doubles with each further one. */
  readonly retryMs: number;
  /** The longest pause. */
  readonly maxRetryMs: number;
  /** Given up after so many attempts; 0: never for their number. */
  readonly attempts: number;
  /** Given up when it is older. */
  readonly ageMs: number;
}

/** What has become of an entry. */
export interface Outcome {
  readonly event: 'confirmed' | 'failed' | 'dead';
  /** As it is now; a copy. */
  readonly entry: OutboxEntry;
}

/** How many there are, and how many there have been. */
export interface OutboxCounts {
  readonly waiting: number;
  readonly sent: number;
  readonly dead: number;
  readonly confirmed: number;
  readonly failed: number;
  readonly duplicates: number;
  readonly dropped: number;
}
