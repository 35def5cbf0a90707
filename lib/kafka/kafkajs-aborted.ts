interface Message {
  readonly offset: string;
  readonly key: Buffer | null;
  isControlRecord: boolean;
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
}

interface Partition {
  readonly messages: Message[];
  abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[];
}

interface Fetched {
  readonly responses: readonly { readonly partitions: readonly Partition[] }[];
}

/** Key of the marker that ends an aborted transaction: version 0, type 0. */
const ABORT = Buffer.alloc(4);

/**
 * kafkajs 2.2.4 goes through the aborted transactions of a fetch as if they came in the order in which they began, one with
 * each message; they come in the order in which they ended. Where two overlap, as after a crash of a process that had several
 * under way, records of one of them are handed out as if committed. Here they are marked as what is not handed out (as the
 * markers are), so that the position goes on past them.
 */
export function hideAborted(broker: { readonly prototype: unknown }): void {
  const prototype = broker.prototype as { fetch: (...given: unknown[]) => Promise<Fetched> };
  const fetch = prototype.fetch;
  prototype.fetch = async function (...given) {
    const fetched = await fetch.apply(this, given);
    for (const { partitions } of fetched.responses) partitions.forEach(hide);
    return fetched;
  };
}

function hide(partition: Partition): void {
  const waiting = [...(partition.abortedTransactions ?? [])].sort(
    (one, other) => Number(one.firstOffset) - Number(other.firstOffset),
  );
  if (waiting.length === 0) return;
  const aborted = new Set<string>();
  for (const message of partition.messages) {
    while (waiting.length > 0 && Number(waiting[0].firstOffset) <= Number(message.offset)) {
      aborted.add(waiting[0].producerId);
      waiting.shift();
    }
    const { producerId, inTransaction } = message.batchContext ?? { producerId: '', inTransaction: false };
    if (!inTransaction || !aborted.has(producerId)) continue;
    if (message.isControlRecord) {
      if (message.key?.equals(ABORT) === true) aborted.delete(producerId);
    } else message.isControlRecord = true;
  }
  partition.abortedTransactions = [];
}
