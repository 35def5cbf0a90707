import { randomBytes } from 'node:crypto';
import type { NodeMessageInFlow } from 'node-red';
import { isRecord } from '../../lib/record';
import { SwatError } from '../../lib/errors';
import type { OutRecord } from '../../lib/kafka/broker';
import type { PutOutcome } from '../../lib/kafka/chain';
import type { ExactFeed } from '../../lib/kafka/exact-feed';
import type { Feed } from '../../lib/kafka/feed';

type Reader = Pick<Feed, 'settle' | 'refuse'> & Partial<Pick<ExactFeed, 'put'>>;

/** How the names of exact readers begin: what comes of them late must not be written beside their transactions. */
const EXACT = 'exact-';

/** The open readers of this process, by the name that their receipts begin with. */
const feeds = new Map<string, Reader>();

/** A name for a reader, unlike that of any other. */
export function readerName(exact: boolean): string {
  return `${exact ? EXACT : ''}${randomBytes(9).toString('base64url')}`;
}

/** From now on receipts of that name are for this reader; returns how to end that. */
export function receiptsFor(name: string, feed: Reader): () => void {
  feeds.set(name, feed);
  return () => feeds.delete(name);
}

/** The receipt that a message carries since `swat-kafka-in`; `undefined` where it has none. */
export function kafkaReceipt(message: NodeMessageInFlow | Readonly<Record<string, unknown>>): string | undefined {
  const kafka = (message as Readonly<Record<string, unknown>>).kafka;
  const receipt = isRecord(kafka) ? kafka.receipt : undefined;
  return typeof receipt === 'string' ? receipt : undefined;
}

/** Settles what a receipt names, whichever node has read it; says whether it was open. */
export function settleReceipt(receipt: string | undefined): boolean {
  return receipt === undefined ? false : (feedOf(receipt)?.settle(receipt) ?? false);
}

/** What a receipt names goes to the dead letters; says whether it was open. */
export function refuseReceipt(receipt: string | undefined, cause: SwatError): boolean {
  return receipt === undefined ? false : (feedOf(receipt)?.refuse(receipt, cause) ?? false);
}

/** Whether what comes of it belongs into a transaction. */
export function isExactReceipt(receipt: string | undefined): receipt is string {
  return receipt?.startsWith(EXACT) === true;
}

/** Puts a result into the transaction of the record that it came of. */
export function putResult(receipt: string, topic: string, record: OutRecord, gzip: boolean): PutOutcome {
  return feedOf(receipt)?.put?.(receipt, topic, record, gzip) ?? 'gone';
}

/** What a Catch node has put on a message, as a reason. */
export function caughtReason(error: unknown): SwatError {
  const text: unknown = isRecord(error) ? error.message : error;
  const detail = typeof text === 'string' || typeof text === 'number' ? String(text) : 'error';
  return new SwatError('kafka-refused', { detail: detail.slice(0, 300) });
}

function feedOf(receipt: string): Reader | undefined {
  return feeds.get(receipt.slice(0, Math.max(0, receipt.indexOf('/'))));
}
