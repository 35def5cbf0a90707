import { SwatError } from '../../lib/errors';
import { isRecord } from '../../lib/record';
import type { Failure } from '../../lib/journal/outbox-entry';
import { createRedactor, REDACTED } from '../../lib/journal/redact';

/** What stands in `msg.receipt` of a message on its way, and comes back with it. */
export interface Receipt {
  /** Id of the node that has sent it. */
  readonly node: string;
  readonly key: string;
  readonly attempt: number;
}

/** A receipt that has come back: without `failure` it has arrived. */
export interface Returned extends Receipt {
  readonly failure?: Failure;
  /** The receiver asks for a pause of so long, ms. */
  readonly afterMs: number;
}

const LONGEST_DETAIL = 200;

/** What is kept and told of an error: one short line without secrets. */
export type FailureDetail = (error: unknown) => string;

/**
 * @param secrets of the channel itself, which an error may quote
 * @param names of further secrets (see {@link createRedactor})
 */
export function failureDetail(secrets: readonly string[], names: readonly string[]): FailureDetail {
  const redact = createRedactor(names);
  const own = secrets.filter((secret) => secret !== '');
  return (error) => {
    const value = isRecord(error) && Object.hasOwn(error, 'message') ? error.message : error;
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : 'error';
    const without = own.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
    return String(redact('', without))
      .replace(/^Error: /, '')
      .replaceAll(/\s+/g, ' ')
      .slice(0, LONGEST_DETAIL);
  };
}

/**
 * The receipt that a message brings back, or `undefined` where it brings none. `msg.error` (of a Catch node) and a
 * `msg.statusCode` that is none of success say that the attempt has failed.
 * @throws SwatError `notify-receipt` for one that is none of ours
 */
export function receiptOf(message: Readonly<Record<string, unknown>>, detailOf: FailureDetail): Returned | undefined {
  if (!Object.hasOwn(message, 'receipt') || message.receipt === undefined) return undefined;
  const { receipt, statusCode, error, headers } = message;
  if (!isRecord(receipt)) throw new SwatError('notify-receipt');
  const { node, key, attempt } = receipt;
  if (typeof node !== 'string' || typeof key !== 'string' || !Number.isSafeInteger(attempt)) {
    throw new SwatError('notify-receipt');
  }
  const known = { node, key, attempt: attempt as number, afterMs: pauseOf(headers) };
  if (error !== undefined && error !== null && error !== false) {
    return { ...known, failure: { code: 'error', detail: detailOf(error) } };
  }
  if (statusCode === undefined || (typeof statusCode === 'number' && statusCode >= 200 && statusCode < 300)) {
    return known;
  }
  return { ...known, failure: { code: 'status', detail: detailOf(statusCode) } };
}

/** `Retry-After` in seconds, as ms. */
function pauseOf(headers: unknown): number {
  const seconds = isRecord(headers) ? Number(headers['retry-after']) : 0;
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}
