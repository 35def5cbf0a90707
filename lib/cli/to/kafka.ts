import { readFileSync } from 'node:fs';
import { SwatError } from '../../errors';
import { TIME_HEADER } from '../../kafka/form';
import { readBrokerSettings } from '../../kafka/broker-settings';
import { kafkajsClient } from '../../kafka/kafkajs-client';
import { Outlet } from '../../kafka/outlet';
import { TOPICS } from '../../kafka/topics';
import { writeFrame, type OutForm } from './form';
import type { Sink, SinkAround } from './sink';
import { hostPort, type Target } from './target';

/** Records under way at once. */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Frames as records of a topic, keyed by asset, with their time in the header that `swat-kafka-in` reads; the topic is
 * `swat-sensor-data` unless named. What is not in the address comes from `SWAT_KAFKA_…`, as in the nodes.
 * @throws SwatError as `readBrokerSettings`
 */
export function kafkaSink(target: Target, form: Exclude<OutForm, 'sparkplug'>, { timers, env }: SinkAround): Sink {
  const topic = target.path === '' ? TOPICS.data : target.path;
  const settings = readBrokerSettings(
    { brokers: target.addresses.map(hostPort).join(','), user: target.user, password: target.password },
    { env, readFile: (path) => readFileSync(path, 'utf8') },
  );
  const client = kafkajsClient(settings, timers);
  let sent = 0;
  let waiting = 0;
  let refused = 0;
  let records = 0;
  let first: SwatError | undefined;
  let room: () => void = () => undefined;
  const outlet = new Outlet(
    client,
    {
      idempotent: true,
      gzip: true,
      lingerMs: 5,
      batchRecords: 500,
      batchBytes: 900_000,
      mostBytes: 1_000_000,
      // The bound is kept here, by waiting.
      queueRecords: Infinity,
      queueBytes: Infinity,
    },
    { problem: () => undefined, recovered: () => undefined },
    timers,
    Math.random,
  );
  const full = (): boolean => records >= MOST_RECORDS || outlet.state.queuedBytes >= MOST_BYTES;
  return {
    async ready() {
      const admin = await client.admin();
      try {
        if (!(await admin.topics()).has(topic)) throw new SwatError('kafka-topic-missing', { topics: topic });
      } finally {
        await admin.close();
      }
    },
    async put(frame) {
      const headers = { [TIME_HEADER]: String(frame.time) };
      const parts = writeFrame(frame, form);
      waiting += 1;
      records += parts.length;
      const writing = parts.map(({ text }) => outlet.send(topic, { key: frame.asset, value: text, headers }));
      void Promise.allSettled(writing).then((outcomes) => {
        records -= parts.length;
        const failed = outcomes.find(({ status }) => status === 'rejected');
        const reason: unknown = failed?.status === 'rejected' ? failed.reason : undefined;
        // What was not written because it was closed still waits.
        if (reason instanceof SwatError && reason.code === 'kafka-closed') return;
        waiting -= 1;
        if (failed === undefined) sent += 1;
        else refused += 1;
        if (reason instanceof SwatError) first ??= reason;
        if (!full()) room();
      });
      while (full()) await new Promise<void>((resolve) => (room = resolve));
    },
    get state() {
      return { sent, waiting, refused, problem: outlet.state.problem ?? first, note: '' };
    },
    close: (patienceMs) => outlet.close(patienceMs),
  };
}
