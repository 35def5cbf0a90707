import type { ExactCounts, FeedState } from '../../lib/kafka/feed-state';
import type { OutletState } from '../../lib/kafka/outlet';
import type { Figures } from '../../lib/metrics/families';
import { lagOf, partitionsOf } from './kafka-words';

/** What `swat-kafka-in` tells. */
export function feedFigures(state: FeedState): Figures {
  const lag = lagOf(state);
  return {
    ...problemOf(state),
    swat_kafka_state: { [state.state]: 1 },
    ...(lag === undefined ? {} : { swat_kafka_lag_records: lag }),
    swat_kafka_partitions: partitionsOf(state),
    swat_kafka_in_flight_records: state.inFlight,
    swat_kafka_buffered_records: state.buffered,
    swat_kafka_received_records_total: state.received,
    swat_kafka_settled_records_total: state.settled,
    swat_kafka_redelivered_records_total: state.redelivered,
    swat_kafka_missed_records_total: state.missed,
    swat_kafka_dead_letters_total: state.letters,
    swat_kafka_commits_total: state.commits,
    swat_kafka_rebalances_total: state.rebalances,
    swat_kafka_connects_total: state.connects,
    ...(state.exact === undefined ? {} : exactFigures(state.exact)),
  };
}

/** What keeps a reader from reading. */
export function feedWaitsFor({ state, problem, exact }: FeedState): string | undefined {
  if (problem !== undefined) return problem.code;
  if (state === 'connecting' || state === 'closed') return `kafka-${state}`;
  return (exact?.restoring ?? 0) > 0 ? 'kafka-restoring' : undefined;
}

function exactFigures({ restoring, running, fenced, skipped, states, results }: ExactCounts): Figures {
  return {
    swat_kafka_lanes: { restoring, running },
    swat_kafka_fenced_total: fenced,
    swat_kafka_skipped_records_total: skipped,
    swat_kafka_states_total: states,
    swat_kafka_results_total: results,
  };
}

/** What `swat-kafka-out` tells. */
export function outletFigures(state: OutletState): Figures {
  return {
    ...problemOf(state),
    swat_kafka_sent_records_total: state.sent,
    swat_kafka_sent_bytes_total: state.bytes,
    swat_kafka_batches_total: state.batches,
    swat_kafka_refused_records_total: state.refused,
    swat_kafka_retries_total: state.retries,
    swat_kafka_queued_records: state.queued,
    swat_kafka_queued_bytes: state.queuedBytes,
  };
}

function problemOf({ problem }: Pick<FeedState | OutletState, 'problem'>): Figures {
  return problem === undefined ? {} : { swat_kafka_problem: { [problem.code]: 1 } };
}
