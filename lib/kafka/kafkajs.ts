import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { hideAborted } from './kafkajs-aborted';
import { calmRequestQueue } from './kafkajs-queue';

let loaded: typeof Kafkajs | undefined;

/** kafkajs as we have it mended. Loaded with the first use: a flow without Kafka has no room for its 140 files. */
export function kafkajs(): typeof Kafkajs {
  if (loaded === undefined) {
    const inside = createRequire(__filename);
    calmRequestQueue(inside('kafkajs/src/network/requestQueue') as { prototype: unknown });
    hideAborted(inside('kafkajs/src/broker') as { prototype: unknown });
    loaded = inside('kafkajs') as typeof Kafkajs;
  }
  return loaded;
}
