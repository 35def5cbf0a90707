/** What is told of a metric. Names end as Prometheus wants them: `_total` for what only rises, else the unit. */
interface Form {
  readonly help: string;
  /** The one label beside those that say which node: of few values, never an asset or a tag. */
  readonly by?: string;
}

/** Everything the nodes tell, by the name it is exported under. */
export const FAMILIES = {
  swat_node_errors_total: { help: 'Errors of a node, also those that a Catch node took.' },
  swat_not_ready: { help: '1 for what keeps a node from its work.', by: 'reason' },

  swat_samples_total: { help: 'Samples taken into windows.' },
  swat_readings_total: { help: 'Single readings taken.' },
  swat_windows_total: { help: 'Windows given.' },
  swat_bad_values_total: { help: 'Values that could not be used.', by: 'reason' },
  swat_late_samples_total: { help: 'Samples and readings that were not used because of their time.', by: 'reason' },
  swat_assets: { help: 'Assets that windows are kept of.' },
  swat_communication_lost: { help: '1 while at least one asset has lost its communication.' },
  swat_advisories: { help: 'Advisories of swat-check that stand.' },

  swat_scores_total: { help: 'Windows that a detector has looked at.', by: 'outcome' },
  swat_detector_ready: { help: '1 while a detector has a version in force.' },
  swat_detector_ratio: { help: 'Greatest ratio to the threshold within the last minute, over all assets.' },
  swat_verdicts_total: { help: 'Verdicts.', by: 'level' },

  swat_alarms: { help: 'Alarms and holds that stand.', by: 'state' },
  swat_alarm_events_total: { help: 'Alarm events sent.', by: 'event' },
  swat_alarm_flood: { help: '1 while alarms come in a flood (ISA-18.2).' },
  swat_alarms_chattering: { help: 'Alarms that have chattered within the last hour; at most ten are counted.' },
  swat_alarms_stale: { help: 'Alarms that have stood for more than a day.' },
  swat_record_failed: { help: '1 while alarms cannot be recorded.', by: 'record' },

  swat_notifications: { help: 'Notifications that are kept.', by: 'state' },
  swat_notifications_total: { help: 'What has become of notifications; failed counts attempts.', by: 'outcome' },
  swat_channel_failing: { help: '1 while nothing but failures is heard of a channel.' },

  swat_history_messages_total: { help: 'Messages that a history has taken.', by: 'kind' },
  swat_history_assets: { help: 'Assets whose past is kept.' },
  swat_history_bytes: { help: 'Bytes of memory that the past takes.' },
  swat_history_dropped_total: { help: 'Pages of the past that went before their time, for want of room.' },
  swat_history_left_out_total: { help: 'Messages whose past is not kept, because there are too many assets.' },
  swat_reports_total: { help: 'Reports that were asked for.', by: 'outcome' },

  swat_kafka_state: { help: '1 for the state that a reader is in.', by: 'state' },
  swat_kafka_problem: { help: '1 for what keeps a node from its brokers.', by: 'code' },
  swat_kafka_lag_records: { help: 'Records of the partitions of a reader that are not done; absent while not known.' },
  swat_kafka_partitions: { help: 'Partitions that a reader has.' },
  swat_kafka_in_flight_records: { help: 'Records in the flow.' },
  swat_kafka_buffered_records: { help: 'Records that wait for the flow.' },
  swat_kafka_received_records_total: { help: 'Records received.' },
  swat_kafka_settled_records_total: { help: 'Records that are done.' },
  swat_kafka_redelivered_records_total: { help: 'Records handed out again.' },
  swat_kafka_missed_records_total: { help: 'Records that the broker removed before they were read.' },
  swat_kafka_dead_letters_total: { help: 'Records that went to the dead letters.' },
  swat_kafka_commits_total: { help: 'Commits.' },
  swat_kafka_rebalances_total: { help: 'Times that partitions were given out anew.' },
  swat_kafka_connects_total: { help: 'Connections made.' },
  swat_kafka_lanes: { help: 'Partitions of an exact reader, by whether their state is being taken back.', by: 'state' },
  swat_kafka_fenced_total: { help: 'Times that another process had taken over a partition before its reader knew.' },
  swat_kafka_skipped_records_total: { help: 'Records that a state contained already.' },
  swat_kafka_states_total: { help: 'States of assets written.' },
  swat_kafka_results_total: { help: 'Results written in transactions of an exact reader.' },
  swat_kafka_sent_records_total: { help: 'Records written.' },
  swat_kafka_sent_bytes_total: { help: 'Bytes of the records written.' },
  swat_kafka_batches_total: { help: 'Batches written.' },
  swat_kafka_refused_records_total: { help: 'Records that were refused, by the writer or by the broker.' },
  swat_kafka_retries_total: { help: 'Batches that were tried again.' },
  swat_kafka_queued_records: { help: 'Records that wait to be written.' },
  swat_kafka_queued_bytes: { help: 'Bytes of the records that wait to be written.' },
} as const satisfies Readonly<Record<string, Form>>;

export type Family = keyof typeof FAMILIES;

/** What a node tells: a number, or one for each value of the family's own label. */
export type Figures = {
  readonly [F in Family]?: (typeof FAMILIES)[F] extends { by: string } ? Readonly<Record<string, number>> : number;
};

/** How old what a verdict is about may be, seconds: the bounds of `swat_verdict_age_seconds`. */
export const AGE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
