/**
 * The contract between an exact reader, which puts results, position and state into one transaction, and the nodes behind it,
 * which hold the state.
 *
 * A reader has one lane for each partition that it reads. A lane is named by the beginning of its receipts; a lane that was
 * dropped and begun anew has a new name, so that what is still under way of the old one finds nobody.
 */

/** The nodes behind an exact reader, as it needs them. */
export interface Chain {
  /** Resolves, never rejects, once the flows run and every node behind has what it kept, and its model: before that, nothing is restored. */
  ready(): Promise<void>;
  /**
   * Resolves once no message with a receipt of this lane is under way; what follows it in the same turn finds none either.
   * `late`: names of the nodes that have held one for 60 s; it is taken as done.
   */
  quiet(lane: string): Promise<{ readonly late: readonly string[] }>;
  /** The state of all nodes behind the reader, of one asset; small, self-describing, checked on restore. Empty: none knows it. */
  capture(asset: string): Buffer;
  /**
   * Takes the place of all that is known of the asset. Silently.
   * @throws SwatError where some of it cannot be used (another version, another schema or model): what can be used is in place,
   * the nodes that the error names start afresh; it is to be told, and nothing else is to be done
   */
  restore(asset: string, state: Buffer): void;
  /** Silently: nothing is cleared, nothing is lost. */
  forget(asset: string): void;
  /** Every asset that any node behind the reader knows. */
  assets(): Iterable<string>;
  /** The reader is closed: nothing is counted any more, and what waits for quiet goes on. */
  close(): void;
}

/** An exact reader, as the nodes behind it need it. */
export interface ExactReader {
  /** Unlike that of any other; all its receipts begin with it. */
  readonly name: string;
  /**
   * For what a node sends of an asset by itself, without a record (a timer, a command of a person): a receipt to send it with,
   * as `msg.kafka = {receipt}`. `undefined` where the asset is not this reader's now: then nothing of it should be sent.
   */
  receiptFor(asset: string): string | undefined;
  /** The state of an asset has changed without a record (a command, a timer): it is saved with the next transaction, soon. */
  touched(asset: string): void;
}

/** What is put into the hands of a transaction counts as written. */
export type PutOutcome =
  /** In the next transaction of its lane. */
  | 'kept'
  /** A repetition that rebuilds state: it was written in an earlier transaction, and is dropped. */
  | 'rerun'
  /** Of a lane that is no longer: its record comes again, to whoever has it now. */
  | 'gone';

/** The name of the lane that a receipt is of; receipts are `<reader>/<lane>/<record>`. */
export function laneOfReceipt(receipt: string): string {
  return receipt.slice(0, Math.max(0, receipt.indexOf('/', receipt.indexOf('/') + 1)));
}
