import type { JournalEntry } from '../../../lib/journal/journal';

/** The time that the entries of tests begin at. */
export const T0 = Date.UTC(2026, 0, 1);

/** An entry with what matters to a test. */
export function entry(seq: number, given: Partial<JournalEntry> = {}): JournalEntry {
  const time = given.time ?? T0 + seq * 1000;
  return {
    time,
    logged: time,
    source: 'alert',
    seq,
    event: 'raised',
    alarm: `line-1/${seq}`,
    asset: 'line-1',
    tag: 'LIT101',
    tags: ['LIT101', 'FIT201'],
    state: 'unacknowledged',
    level: 'WARNING',
    priority: 'medium',
    user: '',
    comment: '',
    body: { event: 'raised', seq, scores: { pca: 1.5 } },
    ...given,
  };
}
