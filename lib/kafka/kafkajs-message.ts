import type { Message } from 'kafkajs';
import type { OutRecord } from './broker';

/** A record as kafkajs takes it. */
export function messageOf({ key, value, headers, timestamp, partition }: OutRecord): Message {
  return {
    key,
    value,
    ...(headers === undefined ? {} : { headers: { ...headers } }),
    ...(timestamp === undefined ? {} : { timestamp: String(Math.max(0, Math.trunc(timestamp))) }),
    ...(partition === undefined ? {} : { partition }),
  };
}
