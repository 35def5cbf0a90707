import type { Node, NodeAPI } from 'node-red';
import type { SwatError } from '../../lib/errors';
import type { BrokerClient, KafkaRecord, OutRecord } from '../../lib/kafka/broker';
import { Outlet } from '../../lib/kafka/outlet';
import { systemTimers } from '../../lib/platform/timers';
import { LETTER_OUTLET } from './kafka-settings';
import { troubleText } from './kafka-words';
import { reportError } from './logs';
import { worded } from './words';

/** Where records go that cannot be used. */
export interface Letters {
  /** Resolves once the record is in the topic of dead letters, or at once where there is none; then it goes to output 2. */
  write(record: KafkaRecord, reason: SwatError): Promise<void>;
  /** For a transaction: the letter to be put into it, `undefined` where there is no topic; it goes to output 2 at once. */
  take(record: KafkaRecord, reason: SwatError): { readonly topic: string; readonly record: OutRecord } | undefined;
  close(): Promise<void>;
}

const SHOWN_BYTES = 1000;
const PATIENCE_MS = 2000;

/**
 * The dead letters of a reader. The first of a kind is told in the log, the others are counted. Connects when there is one.
 * @param topic empty: none
 */
export function createLetters(RED: NodeAPI, node: Node, client: BrokerClient, topic: string): Letters {
  const told = new Set<string>();
  let outlet: Outlet | undefined;
  const open = (): Outlet => {
    outlet ??= new Outlet(
      client,
      LETTER_OUTLET,
      { problem: (error) => node.error(troubleText(RED, error)), recovered: () => undefined },
      systemTimers,
      Math.random,
    );
    return outlet;
  };
  const letterOf = ({ key, value, headers, ...place }: KafkaRecord, reason: SwatError): OutRecord => ({
    key,
    value,
    headers: {
      ...headers,
      'swat-error': reason.code,
      'swat-text': worded(RED, reason).message,
      'swat-topic': place.topic,
      'swat-partition': String(place.partition),
      'swat-offset': String(place.offset),
    },
  });
  const tell = (record: KafkaRecord, reason: SwatError): void => {
    const error = worded(RED, reason);
    const place = { topic: record.topic, partition: record.partition, offset: record.offset };
    const bytes = record.value?.length ?? 0;
    const start = record.value?.subarray(0, SHOWN_BYTES).toString('utf8') ?? null;
    const kafka = { ...place, headers: record.headers, key: record.key?.toString('utf8') };
    const payload = {
      event: 'dead-letter',
      code: reason.code,
      text: error.message,
      ...place,
      bytes,
      start,
      letters: topic,
    };
    node.send([null, { topic: record.topic, payload, kafka }, null]);
    if (told.has(reason.code)) return;
    told.add(reason.code);
    reportError(RED, node, error, () => node.error(error.message));
  };
  return {
    async write(record, reason) {
      if (topic !== '') await open().send(topic, letterOf(record, reason));
      tell(record, reason);
    },
    take(record, reason) {
      tell(record, reason);
      return topic === '' ? undefined : { topic, record: letterOf(record, reason) };
    },
    close: () => outlet?.close(PATIENCE_MS) ?? Promise.resolve(),
  };
}
