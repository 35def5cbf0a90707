import type { NodeMessage } from 'node-red';
import { isBuffer, isRecord } from '../../lib/record';
import type { KafkaRecord, OutRecord } from '../../lib/kafka/broker';
import { eventTime, readValue, TIME_HEADER, writeValue, type FormSettings } from '../../lib/kafka/form';

type Loose = Readonly<Record<string, unknown>>;

const MOST_HEADERS = 100;

/**
 * A record as a message: `topic`, `payload`, `key`, `asset` (the key, if wanted), `timestamp`, and what Kafka knows of it in
 * `kafka`.
 * @param rerun only to rebuild state: what comes of it was written before
 * @throws SwatError where the value cannot be read
 */
export function incoming(
  record: KafkaRecord,
  receipt: string,
  attempt: number,
  form: FormSettings,
  keyIsAsset: boolean,
  rerun = false,
): NodeMessage {
  const { topic, partition, offset, headers, timestamp: written } = record;
  const payload = readValue(record.value, form);
  const key = record.key === null ? undefined : record.key.toString('utf8');
  const timestamp = eventTime(headers, payload, written);
  const message = {
    topic,
    payload,
    ...(key === undefined ? {} : { key }),
    ...(key !== undefined && key !== '' && keyIsAsset ? { asset: key } : {}),
    ...(timestamp === undefined ? {} : { timestamp }),
    kafka: { topic, partition, offset, written, headers, attempt, receipt, ...(rerun ? { rerun } : {}) },
  };
  return message;
}

/**
 * A message as a record. Its key is what the property says (of `asset`, else the payload's own); the event time goes into a
 * header; headers of `msg.kafka.headers` are passed on.
 * @throws SwatError `kafka-payload`
 */
export function outgoing(message: Loose, key: unknown, form: FormSettings): OutRecord {
  const { payload, timestamp } = message;
  const asset = isRecord(payload) && typeof payload.asset === 'string' ? payload.asset : undefined;
  const time = timestamp instanceof Date ? timestamp.getTime() : timestamp;
  const headers = {
    ...headersOf(message),
    ...(typeof time === 'number' && Number.isFinite(time) ? { [TIME_HEADER]: String(time) } : {}),
  };
  return { key: keyOf(key) ?? keyOf(asset) ?? null, value: writeValue(payload, form), headers };
}

function keyOf(key: unknown): string | Buffer | undefined {
  if (isBuffer(key)) return key;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function headersOf({ kafka }: Loose): Record<string, string> {
  const given = isRecord(kafka) && isRecord(kafka.headers) ? kafka.headers : {};
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(given).slice(0, MOST_HEADERS)) {
    if (typeof value === 'string' || typeof value === 'number') found[name] = String(value);
  }
  return found;
}
