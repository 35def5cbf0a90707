import type { Offsets, TopicMessages, Transaction as Open } from 'kafkajs';
import { pauseOf, type systemTimers } from '../platform/timers';
import type { OutRecord, Transaction, Transactor } from './broker';
import type { Behind } from './kafkajs-consumer';
import { kafkajs } from './kafkajs';
import { kafkaError } from './kafkajs-error';
import { messageOf } from './kafkajs-message';

/** A broker ends by itself what has been open for so long, ms. */
const OPEN_MS = 30_000;
/** The one before may still be ending; it is asked again so soon, ms, and so often. */
const AGAIN_MS = 10;
const MOST_AGAIN = 500;
const PORTION_BYTES = 900_000;
/** Of a record beside its value, about: key and headers. */
const RECORD_BYTES = 300;

/** Transactions under a name, by kafkajs: begun when it is taken, which fences who had it, and anew after each commit. */
export async function transactWith(behind: Behind, id: string, timers: typeof systemTimers): Promise<Transactor> {
  const { kafka, retry, closing, within } = behind;
  const { CompressionTypes, Partitioners } = kafkajs();
  const about = { ...behind.about, transaction: id };
  const producer = kafka.producer({
    transactionalId: id,
    transactionTimeout: OPEN_MS,
    // One at a time: what is repeated must not overtake.
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry,
  });
  const close = (): Promise<void> => closing(() => producer.disconnect());
  let open: Open;
  try {
    await within(() => producer.connect());
    open = await within(() => producer.transaction());
  } catch (cause) {
    await close();
    throw kafkaError(cause, about);
  }
  const write = async ({ records, position }: Transaction): Promise<void> => {
    // First what says whether the one before has ended: nothing has been written yet that would have to be repeated.
    if (position !== undefined) await offsets(open, position, timers);
    for (const gzip of [false, true]) {
      const compression = gzip ? CompressionTypes.GZIP : CompressionTypes.None;
      for (const some of portions(records.filter((each) => each.gzip === gzip))) {
        await open.sendBatch({ acks: -1, compression, topicMessages: byTopic(some) });
      }
    }
    await open.commit();
    open = await producer.transaction();
  };
  return {
    async commit(transaction) {
      try {
        await within(() => write(transaction));
      } catch (cause) {
        const topics = [...new Set(transaction.records.map(({ topic }) => topic))];
        throw kafkaError(cause, { ...about, topics });
      }
    },
    close,
  };
}

async function offsets(
  open: Open,
  { group, topic, partition, offset, note }: NonNullable<Transaction['position']>,
  timers: typeof systemTimers,
): Promise<void> {
  const partitions = [{ partition, offset: String(offset), metadata: note }];
  const given: Offsets & { consumerGroupId: string } = { consumerGroupId: group, topics: [{ topic, partitions }] };
  for (let again = 0; ; again += 1) {
    try {
      await open.sendOffsets(given);
      return;
    } catch (cause) {
      if ((cause as { type?: unknown }).type !== 'CONCURRENT_TRANSACTIONS' || again >= MOST_AGAIN) throw cause;
      await pauseOf(timers, AGAIN_MS).over;
    }
  }
}

/** What goes to a partition at once is one batch there, which a broker takes up to about 1 MB, unless told. */
function portions(records: Transaction['records']): Transaction['records'][] {
  const found: Transaction['records'][number][][] = [];
  let room = 0;
  for (const each of records) {
    const bytes = RECORD_BYTES + (each.record.value?.length ?? 0);
    if (bytes > room) {
      found.push([]);
      room = PORTION_BYTES;
    }
    room -= bytes;
    found[found.length - 1].push(each);
  }
  return found;
}

function byTopic(records: readonly { readonly topic: string; readonly record: OutRecord }[]): TopicMessages[] {
  const found = new Map<string, OutRecord[]>();
  for (const { topic, record } of records) {
    const list = found.get(topic);
    if (list === undefined) found.set(topic, [record]);
    else list.push(record);
  }
  return [...found].map(([topic, list]) => ({ topic, messages: list.map(messageOf) }));
}
