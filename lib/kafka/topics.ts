import type { TopicSettings } from './broker';

/** The topics of the product, all keyed by asset; docs/kafka.md says what is in each. */
export const TOPICS = {
  data: 'swat-sensor-data',
  anomalies: 'swat-anomalies',
  alerts: 'swat-alerts',
  commands: 'swat-commands',
  state: 'swat-state',
  letters: 'swat-dead-letters',
} as const;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * How `swat kafka init` creates them. The state is compacted: of each asset the last stays; the others go by age. What is being
 * written is not compacted: in small parts, what a new owner of a partition has to read stays small, too.
 */
export function topicSettings(partitions: number, replicas: number, days: number): TopicSettings[] {
  const aged = (topic: string, parts: number, keep: number): TopicSettings => ({
    topic,
    partitions: parts,
    replicas,
    config: { 'retention.ms': String(keep * DAY) },
  });
  return [
    aged(TOPICS.data, partitions, days),
    aged(TOPICS.anomalies, partitions, days),
    aged(TOPICS.alerts, partitions, Math.max(days, 30)),
    // Everybody reads all of it, in one order.
    aged(TOPICS.commands, 1, days),
    {
      topic: TOPICS.state,
      partitions,
      replicas,
      config: {
        'cleanup.policy': 'compact',
        'segment.bytes': '16777216',
        'segment.ms': String(HOUR),
        'min.cleanable.dirty.ratio': '0.1',
        'max.compaction.lag.ms': String(HOUR),
      },
    },
    aged(TOPICS.letters, 1, Math.max(days, 30)),
  ];
}
