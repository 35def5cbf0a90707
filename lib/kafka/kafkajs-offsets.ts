import type { Admin, SeekEntry } from 'kafkajs';
import { growingPause } from '../platform/backoff';
import { pauseOf, type systemTimers } from '../platform/timers';

type Offsets = (SeekEntry & { high: string; low: string })[];

/** What is asked of kafkajs here. */
export type OffsetReader = Pick<Admin, 'connect' | 'disconnect' | 'fetchTopicOffsets'>;

/** What a broker answers while a partition's leader is moving, or has only just been named. */
const MOVING: readonly unknown[] = ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'];
const ATTEMPTS = 8;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1500;
/** One reader alone asks: its pauses need not be spread. */
const EVENLY = (): number => 1;

/**
 * The oldest and the next offset of each partition of a topic. kafkajs gives up at once where the leader is moving, and keeps
 * what it knows of leaders for five minutes: then a reader of its own, which knows nothing yet, asks again, for some seconds.
 *
 * @throws what kafkajs fails with otherwise, or at the last attempt
 */
export async function topicOffsets(
  admin: OffsetReader,
  fresh: () => OffsetReader,
  topic: string,
  timers: Pick<typeof systemTimers, 'after'>,
): Promise<Offsets> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return attempt === 1 ? await admin.fetchTopicOffsets(topic) : await askOnce(fresh(), topic);
    } catch (cause) {
      if (attempt === ATTEMPTS || !MOVING.includes((cause as { type?: unknown } | null)?.type)) throw cause;
      await pauseOf(timers, growingPause(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS, EVENLY)).over;
    }
  }
}

async function askOnce(admin: OffsetReader, topic: string): Promise<Offsets> {
  try {
    await admin.connect();
    return await admin.fetchTopicOffsets(topic);
  } finally {
    await admin.disconnect();
  }
}
