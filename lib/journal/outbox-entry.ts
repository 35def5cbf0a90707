import { isCount } from '../alarm/restore';
import { isRecord } from '../record';
import { SwatError } from '../errors';
import type { News } from './outbox-news';

/** `waiting`: for its next attempt. `sent`: for its receipt. `dead`: given up, kept for a person. */
export type EntryState = 'waiting' | 'sent' | 'dead';

/** Why an attempt failed: no receipt came in time, the receiver answered with another status, or a node reported an error. */
export interface Failure {
  readonly code: 'no-receipt' | 'status' | 'error';
  /** The status, or the text of the error. */
  readonly detail: string;
}

/** Why nothing is tried any more: after so many attempts, or after so long. */
export type DeadReason = 'attempts' | 'age';

/** One notification to one receiver, on its way: plain data. */
export interface OutboxEntry {
  /** Rises by one with every entry of an outbox: the order in which they are sent. */
  n: number;
  /** The same for the same news to the same receiver, however often it is sent. */
  key: string;
  /** Entries of one lane keep their order: news of one alarm to one receiver. */
  lane: string;
  /** The receiver, where there are several. */
  to?: string;
  news: News;
  /** When it came, or was tried anew by a person; ms. */
  added: number;
  state: EntryState;
  /** Attempts so far. */
  attempt: number;
  /** Of `waiting`: when to send; of `sent`: when its receipt is overdue; ms. */
  due: number;
  /** Which process has sent it last. */
  run: string;
  /** Of the last attempt. */
  failure?: Failure;
  /** Of `dead`. */
  reason?: DeadReason;
  /** Of `dead`: it was told. */
  told?: boolean;
}

const STATES: readonly unknown[] = ['waiting', 'sent', 'dead'] satisfies EntryState[];
const FAILURES: readonly unknown[] = ['no-receipt', 'status', 'error'] satisfies Failure['code'][];
const REASONS: readonly unknown[] = [undefined, 'attempts', 'age'] satisfies (DeadReason | undefined)[];

/**
 * An entry as it was saved.
 * @throws SwatError `snapshot-corrupt` {key}
 */
export function readEntry(key: string, saved: unknown): OutboxEntry {
  if (!isRecord(saved) || !isRecord(saved.news)) throw new SwatError('snapshot-corrupt', { key });
  const { n, state, attempt, added, due, run, failure, reason, to, lane, news } = saved;
  const texts = [saved.key, lane, run, news.key].every((text) => typeof text === 'string');
  const numbers = [n, attempt].every(isCount) && [added, due].every((time) => Number.isFinite(time));
  const told = saved.told === undefined || typeof saved.told === 'boolean';
  const whole = texts && numbers && told && STATES.includes(state) && REASONS.includes(reason);
  const failed = failure === undefined || (isRecord(failure) && FAILURES.includes(failure.code));
  if (!whole || !failed || (to !== undefined && typeof to !== 'string')) {
    throw new SwatError('snapshot-corrupt', { key });
  }
  return saved as unknown as OutboxEntry;
}
